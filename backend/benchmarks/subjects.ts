/** Whose work is measured: each measurement is a process of its own. */
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { here, inFolder, output, runProgram } from "./processes.ts";
import type { Figures, Peer, Synchronous } from "./scenario.ts";

/** The versions that wrkflw is compared with. */
export const PEER_VERSIONS = {
  openworkflow: "0.10.1",
  "@mastra/core": "1.71.0",
  "@mastra/libsql": "1.23.1",
} as const;

/** Figures of wrkflw itself. */
export function measureWrkflw(scenario: string, synchronous: Synchronous): Promise<Figures> {
  return inFolder(async (folder) =>
    figuresOf(await runProgram(["--no-lock", here("./measure.ts"), scenario, folder, synchronous])),
  );
}

/** Figures of a peer, from the folder in which {@linkcode installPeers} put it. */
export function measurePeer(
  peer: Peer,
  peersFolder: string,
  scenario: string,
  synchronous: Synchronous,
): Promise<Figures> {
  const program = join(peersFolder, `${peer}.ts`);
  return inFolder(async (folder) =>
    figuresOf(
      await runProgram(
        [
          "--no-lock",
          "--no-check",
          "--node-modules-dir=manual",
          program,
          scenario,
          folder,
          synchronous,
        ],
        peersFolder,
      ),
    ),
  );
}

/** Installs the peers from npm, and wrkflw as it is here, with the programs that measure them. */
export async function installPeers(folder: string): Promise<void> {
  const packages = Object.entries({ ...PEER_VERSIONS, zod: "4.6.7" }).map(
    ([name, version]) => `${name}@${version}`,
  );
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-save", "--prefix", folder];
  await output("bash", [here("../../.ci/pack"), folder]);
  const own = join(folder, "wrkflw.tgz");
  await output("npm", ["install", ...flags, ...packages, own], folder);
  for (const program of ["openworkflow", "mastra", "wrkflw", "work", "pieces"]) {
    await copyFile(here(`./peers/${program}.ts`), join(folder, `${program}.ts`));
  }
}

function figuresOf(text: string): Figures {
  const parsed: unknown = JSON.parse(text.slice(text.lastIndexOf("{")));
  if (typeof parsed !== "object" || parsed === null) throw new Error(`No figures in ${text}`);
  return Object.fromEntries(
    Object.entries(parsed).filter(
      (entry): entry is [string, number] => typeof entry[1] === "number",
    ),
  );
}
