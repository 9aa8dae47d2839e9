/** Whose work is measured: each measurement is a process of its own. */
import { spawn } from "node:child_process";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Figures, Peer, Synchronous } from "./scenario.ts";

/** The versions that wrkflw is compared with. */
export const PEER_VERSIONS = {
  openworkflow: "0.10.1",
  "@mastra/core": "1.71.0",
  "@mastra/libsql": "1.23.1",
} as const;

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Figures of wrkflw itself. */
export function measureWrkflw(scenario: string, synchronous: Synchronous): Promise<Figures> {
  return inFolder(async (folder) =>
    figuresOf(await run([here("./measure.ts"), scenario, folder, synchronous])),
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
      await run(
        ["--no-check", "--node-modules-dir=manual", program, scenario, folder, synchronous],
        peersFolder,
      ),
    ),
  );
}

/** Milliseconds from the start of a process to its end. */
export async function lifeMs(
  subject: "empty" | "wrkflw" | Peer,
  peersFolder?: string,
): Promise<number> {
  return await inFolder(async (folder) => {
    const args =
      subject === "empty"
        ? [here("./empty.ts")]
        : subject === "wrkflw"
          ? [here("./first-run.ts"), folder]
          : [
              "--no-check",
              "--node-modules-dir=manual",
              join(peersFolder ?? "", `${subject}.ts`),
              "firstRun",
              folder,
              "FULL",
            ];
    const begun = performance.now();
    await run(args, peersFolder);
    return performance.now() - begun;
  });
}

/** Installs the peers from npm into a folder of their own, with the programs that measure them. */
export async function installPeers(folder: string): Promise<void> {
  const packages = Object.entries({ ...PEER_VERSIONS, zod: "4.6.7" }).map(
    ([name, version]) => `${name}@${version}`,
  );
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-save", "--prefix", folder];
  await output("npm", ["install", ...flags, ...packages], folder);
  for (const peer of ["openworkflow", "mastra"]) {
    await copyFile(here(`./peers/${peer}.ts`), join(folder, `${peer}.ts`));
  }
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "wrkflw-bench-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(args: readonly string[], cwd?: string): Promise<string> {
  return output(process.execPath, ["run", "-A", "--no-lock", ...args], cwd);
}

function output(command: string, args: readonly string[], cwd?: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (data: Uint8Array) => {
    text += new TextDecoder().decode(data);
  });
  child.on("error", reject);
  child.on("close", (code: number | null) => {
    if (code === 0) resolve(text);
    else reject(new Error(`Cannot measure: ${command} ${args.join(" ")} ended with ${code}`));
  });
  return promise;
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
