/** A database in which runs come and go, and what becomes of its file. */
import { openLocal } from "../databases/local.ts";
import { ExecutionEngine } from "../engine.ts";
import { rowsOf, type SqlClient } from "../sql.ts";
import { WorkflowStorage } from "../storage.ts";
import type { Workflow } from "../workflow.ts";
import { closing } from "./closing.ts";
import { type CountValue, countingWorkflow } from "./samples.ts";

/** What became of the file. */
export interface Growth {
  /** Runs that are there in the end. */
  readonly kept: number;
  /** The most bytes that the file and its log ever had. */
  readonly mostBytes: number;
  /** The file's bytes when the database is closed. */
  readonly finalBytes: number;
  /** The bytes of a file that holds the same and nothing else. */
  readonly liveBytes: number;
  readonly seconds: number;
}

/** More come between two ticks than one sweep deletes. */
const RUNS_A_TICK = 500;

type Produce = (engine: ExecutionEngine, first: number) => Promise<void>;

/** Runs `runs` runs of two steps, of which `maxRuns` are kept, and measures the file. */
export function measureGrowth(path: string, runs: number, maxRuns: number): Promise<Growth> {
  return measure(path, { runs, maxRuns }, async (engine, first) => {
    const enqueued = Array.from({ length: RUNS_A_TICK }, async () => {
      const run = await engine.createRun(workflow);
      await run.enqueue({ inputData: { n: first } });
    });
    await Promise.all(enqueued);
  });
}

/** The same with runs that are over when they are stored: only their deletion is the engine's. */
export function measureGrowthOfOver(path: string, runs: number, maxRuns: number): Promise<Growth> {
  return measure(path, { runs, maxRuns }, async (_, first) => {
    using client = closing(await openLocal(path, { synchronous: "NORMAL" }));
    await storeRunsThatAreOver(client, first, RUNS_A_TICK);
  });
}

/** Stores runs of {@linkcode workflow} that are over, each with its two records. */
export async function storeRunsThatAreOver(
  client: SqlClient,
  first: number,
  count: number,
): Promise<void> {
  const numbers = `WITH RECURSIVE numbers (i) AS (
    SELECT ${first} UNION ALL SELECT i + 1 FROM numbers WHERE i < ${first + count - 1})`;
  const statements = [
    `${numbers} INSERT INTO wrkflw_workflow_runs
       (run_id, workflow_id, status, input_data, result, recorded, created_at, updated_at)
     SELECT printf('run-%08d', i), '${workflow.id}', 'success', '{"n":1}', '{"n":3}', 2, i, i
     FROM numbers`,
    `${numbers} INSERT INTO wrkflw_steps
       (run_id, first_seq, path, attempt, seq, kind, status, output, started_at, ended_at)
     SELECT printf('run-%08d', i), seq, 'step-' || seq, 1, seq, 'step', 'success', '{"n":2}', i, i
     FROM numbers, (SELECT 1 AS seq UNION ALL SELECT 2)`,
  ];
  await client.batch(
    statements.map((sql) => ({ sql, args: [] })),
    "write",
  );
}

/** The workflow whose runs come and go. */
export const workflow: Workflow<"counting", CountValue, CountValue> = countingWorkflow(2);

async function measure(
  path: string,
  { runs, maxRuns }: { readonly runs: number; readonly maxRuns: number },
  produce: Produce,
): Promise<Growth> {
  const begunAt = performance.now();
  const storage = new WorkflowStorage({ url: `file:${path}`, synchronous: "NORMAL" });
  const engine = new ExecutionEngine(storage, { workflows: [workflow], retention: { maxRuns } });
  await engine.init();
  let mostBytes = 0;
  for (let first = 0; first < runs; first += RUNS_A_TICK) {
    await produce(engine, first);
    await engine.tick({ concurrency: 50 });
    mostBytes = Math.max(mostBytes, sizeOf(path) + sizeOf(`${path}-wal`));
  }
  const kept = (await storage.countRuns()).get("success") ?? 0;
  await storage.close();
  const seconds = (performance.now() - begunAt) / 1_000;
  const liveBytes = await sizeOfCopy(path);
  return { kept, mostBytes, finalBytes: sizeOf(path), liveBytes, seconds };
}

/** The size of a fresh copy without free pages. */
async function sizeOfCopy(path: string): Promise<number> {
  using client = closing(await openLocal(path));
  await client.execute({ sql: "VACUUM INTO ?", args: [`${path}-copy`] });
  const check = rowsOf(await client.execute({ sql: "PRAGMA integrity_check", args: [] }));
  if (check[0]?.integrity_check !== "ok") throw new Error("The file is damaged");
  return sizeOf(`${path}-copy`);
}

function sizeOf(path: string): number {
  return Deno.statSync(path).size;
}
