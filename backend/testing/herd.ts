/** Many overdue runs and several processes that drain them at once. */

import { setTimeout } from "node:timers/promises";
import { openLocal } from "../databases/local.ts";
import { ExecutionEngine } from "../engine.ts";
import { rowsOf } from "../sql.ts";
import { WorkflowStorage } from "../storage.ts";
import { closing } from "./closing.ts";
import { herdWorkflow } from "./herd-worker.ts";

/** What came of a herd. */
export interface HerdResult {
  /** How often each run was executed. */
  readonly executions: ReadonlyMap<string, number>;
  /** How many runs ended how, such as `success, claimed 1`. */
  readonly ends: Readonly<Record<string, number>>;
  /** How many runs each process executed. */
  readonly shares: readonly number[];
  /** The longest that a page of 50 runs took meanwhile. */
  readonly slowestPageMs: number;
  readonly seconds: number;
}

/** Stores `runs` overdue runs in the file, drains them with `workers` processes, and counts. */
export async function drainHerd(path: string, runs: number, workers: number): Promise<HerdResult> {
  const epoch = await storeHerd(path, runs);
  const begunAt = performance.now();
  const outputs = Promise.all(Array.from({ length: workers }, () => work(`file:${path}`)));
  const slowestPageMs = await slowestPage(path, outputs);
  const executed = await outputs;
  const seconds = (performance.now() - begunAt) / 1_000;
  const executions = new Map<string, number>();
  for (const runId of executed.flat()) executions.set(runId, (executions.get(runId) ?? 0) + 1);
  const shares = executed.map(({ length }) => length);
  return { executions, ends: await endsOf(path, epoch), shares, slowestPageMs, seconds };
}

/**
 * Half of them were enqueued, half lost their process: one is stored as usual, the rest copied.
 * Returns the epoch of all.
 */
async function storeHerd(path: string, runs: number): Promise<number> {
  const storage = new WorkflowStorage({ url: `file:${path}` });
  const workflow = herdWorkflow(() => {});
  const engine = new ExecutionEngine(storage);
  const run = await engine.createRun(workflow, "run-00001");
  await run.enqueue({ inputData: { n: 1 } });
  const epoch = (await storage.loadRun("run-00001"))?.run.epoch ?? 0;
  await storage.close();
  using client = closing(await openLocal(path));
  const sql = `PRAGMA table_info(wrkflw_workflow_runs)`;
  const columns = rowsOf(await client.execute({ sql, args: [] })).map((row) => String(row.name));
  const values = columns.map((column) => VALUES[column] ?? column);
  await client.execute({
    sql: `WITH RECURSIVE numbers (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM numbers WHERE i < ?)
          INSERT INTO wrkflw_workflow_runs (${columns.join(", ")})
          SELECT ${values.join(", ")} FROM numbers, wrkflw_workflow_runs WHERE run_id = 'run-00001'`,
    args: [runs],
  });
  return epoch;
}

const VALUES: Readonly<Record<string, string>> = {
  run_id: "printf('run-%05d', i)",
  status: "CASE WHEN i % 2 THEN 'pending' ELSE 'running' END",
  write_id: "printf('write-%05d', i)",
};

async function work(url: string): Promise<string[]> {
  const script = new URL("./herd-worker.ts", import.meta.url).pathname;
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script, url],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("A worker failed");
  return new TextDecoder()
    .decode(stdout)
    .split("\n")
    .filter((line) => line !== "");
}

/** Reads pages of runs for as long as the work goes on. */
async function slowestPage(path: string, work: Promise<unknown>): Promise<number> {
  const storage = new WorkflowStorage({ url: `file:${path}` });
  let slowestMs = 0;
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  void work.then(end, end);
  while (!isOver) {
    const begunAt = performance.now();
    await storage.queryRuns({ limit: 50 });
    slowestMs = Math.max(slowestMs, performance.now() - begunAt);
    await setTimeout(20);
  }
  await storage.close();
  return slowestMs;
}

/** All had the first one's epoch, and each claim adds one. */
async function endsOf(path: string, epoch: number): Promise<Record<string, number>> {
  using client = closing(await openLocal(path));
  const sql = `SELECT status || ', claimed ' || (epoch - ${epoch}) AS how, COUNT(*) AS runs
    FROM wrkflw_workflow_runs GROUP BY how`;
  const rows = rowsOf(await client.execute({ sql, args: [] }));
  return Object.fromEntries(rows.map((row) => [String(row.how), Number(row.runs)]));
}
