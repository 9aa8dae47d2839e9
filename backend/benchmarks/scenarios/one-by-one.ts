/** A: runs of three steps, one after another. */
import { stat } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { bareMs } from "../bare-sqlite.ts";
import { chain, openEngine, startRuns } from "../sample-flows.ts";
import { type Bench, elapsedMs, type Figures } from "../scenario.ts";

const RUNS = 1_000;
const STEPS = 3;
const WARM_UP_RUNS = 50;

/** Each step of wrkflw, and beside it the commits that such a run needs at least. */
export async function oneByOne(bench: Bench): Promise<Figures> {
  const engine = await openEngine(bench);
  const flow = chain(STEPS);
  await startRuns(engine, flow, { count: WARM_UP_RUNS, width: 1 });
  const tookMs = await elapsedMs(() => startRuns(engine, flow, { count: RUNS, width: 1 }));
  await engine.storage.close();
  const commits = RUNS * (STEPS + 1);
  const limitMs = bareMs(bench, { rows: commits, rowsACommit: 1 });
  const steps = RUNS * STEPS;
  return {
    stepUs: (tookMs * 1000) / steps,
    limitUs: (limitMs * 1000) / steps,
    runMs: tookMs / RUNS,
    bytesAStep: (await sizeOf(bench)) / (steps + WARM_UP_RUNS * STEPS),
  };
}

/** The file's size once all that the log holds has come into it. */
async function sizeOf({ folder }: Bench): Promise<number> {
  const path = `${folder}/wrkflw.db`;
  const database = new DatabaseSync(path);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  return (await stat(path)).size;
}
