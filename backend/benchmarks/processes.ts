/** Programs that are run for their figures, or for the time that they take. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The path of a file beside this one. */
export function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** Gives the work a folder of its own, which is gone afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "wrkflw-bench-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs a program in this runtime. @returns What it wrote. */
export function runProgram(args: readonly string[], cwd?: string): Promise<string> {
  return output(process.execPath, ["run", "-A", ...args], cwd);
}

/** Runs a command. @returns What it wrote. */
export function output(command: string, args: readonly string[], cwd?: string): Promise<string> {
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
