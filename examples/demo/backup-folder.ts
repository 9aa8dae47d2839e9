import { join } from "node:path";

/** The names of the files in a folder, sorted. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.flatMap(({ isFile, name }) => (isFile ? [name] : [])).sort();
}

/** The SHA-256 of each file, in hexadecimal, by its name. */
export async function fingerprintsOf(
  folder: string,
  files: readonly string[],
): Promise<Record<string, string>> {
  const pairs = files.map(async (file) => {
    const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(join(folder, file)));
    return [file, new Uint8Array(digest).toHex()];
  });
  return Object.fromEntries(await Promise.all(pairs));
}

const EXECUTIONS = "executions.log";

/** Writes down that a step is executed: the evidence, from outside the engine, of what ran. */
export async function noteExecution(folder: string, step: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, EXECUTIONS), `${step}\n`, { append: true });
}

/** How many times each step was executed: `list-files ×1, copy-files ×2`. */
export async function describeExecutions(folder: string): Promise<string> {
  const steps = (await Deno.readTextFile(join(folder, EXECUTIONS))).trimEnd().split("\n");
  const byStep = Map.groupBy(steps, (step) => step);
  return [...byStep].map(([step, executions]) => `${step} ×${executions.length}`).join(", ");
}
