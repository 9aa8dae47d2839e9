/** A: runs of three steps, one after another. */
import { stat } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import type { ExecutionEngine } from "../../index.ts";
import { bareMs } from "../bare-sqlite.ts";
import { atLeast } from "../replay.ts";
import { chain, openEngine, startRuns } from "../sample-flows.ts";
import { type Bench, elapsedMs, type Figures, WARM_UP_RUNS } from "../scenario.ts";

const RUNS = 1_000;
const FIRST_RUNS = 500;
const STEPS = 3;

/**
 * Each step of wrkflw, and beside it its statements alone, the least that any engine takes, and the commits that such a run needs at
 * least. Other runs come before; their first ones are measured, too.
 */
export async function oneByOne(bench: Bench): Promise<Figures> {
  const engine = await openEngine(bench);
  const flow = chain(STEPS);
  const start = (count: number) => (on: ExecutionEngine) =>
    startRuns(on, flow, { count, width: 1 });
  const [warmUp, work] = [start(WARM_UP_RUNS), start(RUNS)];
  const firstMs = await elapsedMs(() => start(FIRST_RUNS)(engine));
  await start(WARM_UP_RUNS - FIRST_RUNS)(engine);
  const tookMs = await elapsedMs(() => work(engine));
  await engine.storage.close();
  const { floorMs, leastMs } = await atLeast(bench, warmUp, work);
  const commits = RUNS * (STEPS + 1);
  const limitMs = bareMs(bench, { rows: commits, rowsACommit: 1 });
  const steps = RUNS * STEPS;
  return {
    stepUs: (tookMs * 1000) / steps,
    firstStepsUs: (firstMs * 1000) / (FIRST_RUNS * STEPS),
    floorUs: (floorMs * 1000) / steps,
    leastUs: (leastMs * 1000) / steps,
    limitUs: (limitMs * 1000) / steps,
    runMs: tookMs / RUNS,
    bytesAStep: (await sizeOf(bench)) / ((WARM_UP_RUNS + RUNS) * STEPS),
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
