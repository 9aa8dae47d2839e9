/** `deno task load`: many runs at once and over time, with the figures of this machine. */
import { measureGrowth } from "./growth.ts";
import { drainHerd } from "./herd.ts";
import { measureLists } from "./lists.ts";

const RUNS = 10_000;
const WORKERS = 4;
const COMING_AND_GOING = 100_000;
const KEPT = 1_000;
const LISTED = 100_000;
const MAX_LIST_MS = 50;

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

async function herd(directory: string): Promise<boolean> {
  const { executions, ends, shares, slowestPageMs, seconds } = await drainHerd(
    `${directory}/herd.db`,
    RUNS,
    WORKERS,
  );
  const twice = [...executions.values()].filter((count) => count !== 1).length;
  print(`herd: ${RUNS} overdue runs, ${WORKERS} processes: ${seconds.toFixed(1)} s`);
  print(`  ${JSON.stringify(ends)}, executed more than once: ${twice}`);
  print(
    `  shares ${shares.join(", ")}; slowest page of runs meanwhile ${slowestPageMs.toFixed(1)} ms`,
  );
  return executions.size === RUNS && twice === 0;
}

async function growth(directory: string): Promise<boolean> {
  const { kept, mostBytes, finalBytes, liveBytes, seconds } = await measureGrowth(
    `${directory}/growth.db`,
    COMING_AND_GOING,
    KEPT,
  );
  print(`growth: ${COMING_AND_GOING} runs, ${kept} kept: ${seconds.toFixed(1)} s`);
  print(
    `  file ${megabytes(finalBytes)}, live ${megabytes(liveBytes)}; with log at most ${megabytes(mostBytes)}`,
  );
  return kept === KEPT && finalBytes < 3 * liveBytes;
}

async function lists(directory: string): Promise<boolean> {
  const times = await measureLists(`${directory}/lists.db`, LISTED);
  print(`lists: pages of 50 of ${LISTED} runs, over HTTP, in milliseconds`);
  for (const { list, medianMs } of times) print(`  ${medianMs.toFixed(1).padStart(5)}  ${list}`);
  return times.every(({ medianMs }) => medianMs < MAX_LIST_MS);
}

const directory = await Deno.makeTempDir({ prefix: "wrkflw-load-" });
const results = [await herd(directory), await growth(directory), await lists(directory)];
await Deno.remove(directory, { recursive: true });
if (results.includes(false)) Deno.exit(1);
