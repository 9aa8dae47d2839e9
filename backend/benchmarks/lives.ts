/** E: how long whole processes live, each started as its users start it. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { here, inFolder, runProgram } from "./processes.ts";

/** A program that any machine can run. */
export type Life = "empty" | "manyModules" | "zodAlone" | "oneCommit" | "wrkflw" | "wrkflwPlain";
/** A program for which packages are installed from npm. */
export type PeerLife = "openworkflow" | "openworkflowZod" | "wrkflwPackage" | "wrkflwPackageZod";

/** Every life that needs no packages. */
export const LIVES: readonly Life[] = [
  "empty",
  "manyModules",
  "zodAlone",
  "oneCommit",
  "wrkflw",
  "wrkflwPlain",
];
/** Every other one. */
export const PEER_LIVES: readonly PeerLife[] = [
  "wrkflwPackage",
  "openworkflow",
  "wrkflwPackageZod",
  "openworkflowZod",
];

const PROGRAMS: Readonly<Record<Exclude<Life, "manyModules">, string>> = {
  empty: "./starts/empty.ts",
  zodAlone: "./starts/zod-alone.ts",
  oneCommit: "./starts/one-commit.ts",
  wrkflw: "./starts/first-run.ts",
  wrkflwPlain: "./starts/first-run-plain.ts",
};
/** As many as a program loads that imports wrkflw. */
const MANY_MODULES = 120;

/**
 * Makes a project such as a user has, with a lock file of its own, and starts each program once:
 * what is measured later is a start of a program that has not changed.
 */
export async function prepareLives(folder: string): Promise<void> {
  await writeFile(join(folder, "deno.json"), "{}");
  for (const [life, path] of Object.entries(PROGRAMS)) {
    const program = pathToFileURL(here(path)).href;
    await writeFile(join(folder, `${life}.ts`), `import ${JSON.stringify(program)};\n`);
  }
  const names = Array.from({ length: MANY_MODULES }, (_, index) => `./modules/${index}.ts`);
  await mkdir(join(folder, "modules"));
  for (const name of names) await writeFile(join(folder, name), `export const name = "${name}";\n`);
  const imports = names.map((name) => `import "${name}";\n`).join("");
  await writeFile(join(folder, "manyModules.ts"), imports);
  for (const life of LIVES) await lifeMs(life, folder);
}

/** Milliseconds from the start of a process to its end. */
export function lifeMs(life: Life, folder: string): Promise<number> {
  return timed((data) => runProgram([join(folder, `${life}.ts`), data], folder));
}

/** The same for a peer, which runs where {@linkcode installPeers} put it. */
export function peerLifeMs(life: PeerLife, peersFolder: string): Promise<number> {
  const peer = life.startsWith("wrkflw") ? "wrkflw" : "openworkflow";
  const scenario = life.endsWith("Zod") ? "firstRunZod" : "firstRun";
  const flags = ["--no-lock", "--no-check", "--node-modules-dir=manual"];
  const program = join(peersFolder, `${peer}.ts`);
  return timed((data) => runProgram([...flags, program, scenario, data, "FULL"], peersFolder));
}

function timed(run: (folder: string) => Promise<unknown>): Promise<number> {
  return inFolder(async (folder) => {
    const begun = performance.now();
    await run(folder);
    return performance.now() - begun;
  });
}
