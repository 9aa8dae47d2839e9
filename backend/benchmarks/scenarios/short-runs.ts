/** Runs of three steps, some at a time. */
import type { ExecutionEngine } from "../../index.ts";
import { bareRowsMs, bareRunsMs } from "../bare-sqlite.ts";
import { WORK } from "../peers/work.ts";
import { atLeast } from "../replay.ts";
import { chain, openEngine, startRuns } from "../sample-flows.ts";
import { type Bench, elapsedMs, type Figures, peakMiB } from "../scenario.ts";
import { WRKFLW_SETTINGS } from "../wrkflw-settings.ts";

const { runs, steps, warmUpRuns, firstRuns } = WORK;
const ALL_STEPS = runs * steps;
const ROWS_A_RUN = steps + 1;

/**
 * A step of wrkflw, and beside it what it takes at least, and bare SQLite that writes what a run needs,
 * or as many small rows, in as many commits.
 *
 * @param width How many runs are at work at a time.
 */
export async function shortRuns(bench: Bench, width: number): Promise<Figures> {
  const engine = await openEngine(bench);
  const flow = chain(steps);
  const start = (count: number) => (on: ExecutionEngine) => startRuns(on, flow, { count, width });
  const [warmUp, work] = [start(warmUpRuns), start(runs)];
  const firstMs = await elapsedMs(() => start(firstRuns)(engine));
  await start(warmUpRuns - firstRuns)(engine);
  const tookMs = await elapsedMs(() => work(engine));
  const peak = peakMiB();
  await engine.storage.close();
  const { floorMs, leastMs } = await atLeast(bench, warmUp, work);
  const bareRuns = { runs, steps, width, before: warmUpRuns };
  const [rows, before] = [runs * ROWS_A_RUN, warmUpRuns * ROWS_A_RUN];
  const rowsMs = bareRowsMs(bench, { rows, before, rowsACommit: width });
  return {
    stepUs: (tookMs * 1000) / ALL_STEPS,
    firstStepsUs: (firstMs * 1000) / (firstRuns * steps),
    floorUs: (floorMs * 1000) / ALL_STEPS,
    leastUs: (leastMs * 1000) / ALL_STEPS,
    limitUs: (bareRunsMs(bench, bareRuns) * 1000) / ALL_STEPS,
    tunedLimitUs: (bareRunsMs(bench, bareRuns, WRKFLW_SETTINGS) * 1000) / ALL_STEPS,
    rowsUs: (rowsMs * 1000) / ALL_STEPS,
    runMs: tookMs / runs,
    peakMiB: peak,
  };
}
