/** Runs of three steps, some at a time. */
import type { ExecutionEngine } from "../../index.ts";
import { bareRowsMs, bareRunsMs } from "../bare-sqlite.ts";
import { warmUp } from "../peers/warm-up.ts";
import { WORK } from "../peers/work.ts";
import { atLeast } from "../replay.ts";
import { chain, openEngine, startRuns } from "../sample-flows.ts";
import { type Bench, elapsedMs, type Figures, peakMiB } from "../scenario.ts";
import { WRKFLW_SETTINGS } from "../wrkflw-settings.ts";

const { steps, pieceRuns } = WORK;
const RUNS = WORK.runs * WORK.times;
const ALL_STEPS = RUNS * steps;
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
  const { pieces, firstMs } = await warmUp(() => start(pieceRuns)(engine));
  const runsBefore = pieces * pieceRuns;
  const work = start(RUNS);
  const tookMs = await elapsedMs(() => work(engine));
  const peak = peakMiB();
  await engine.storage.close();
  const { floorMs, leastMs } = await atLeast(bench, start(runsBefore), work);
  const bareRuns = { runs: RUNS, steps, width, before: runsBefore };
  const [rows, before] = [RUNS * ROWS_A_RUN, runsBefore * ROWS_A_RUN];
  const rowsMs = bareRowsMs(bench, { rows, before, rowsACommit: width });
  return {
    stepUs: (tookMs * 1000) / ALL_STEPS,
    firstStepsUs: (firstMs * 1000) / (pieceRuns * steps),
    floorUs: (floorMs * 1000) / ALL_STEPS,
    leastUs: (leastMs * 1000) / ALL_STEPS,
    limitUs: (bareRunsMs(bench, bareRuns) * 1000) / ALL_STEPS,
    tunedLimitUs: (bareRunsMs(bench, bareRuns, WRKFLW_SETTINGS) * 1000) / ALL_STEPS,
    rowsUs: (rowsMs * 1000) / ALL_STEPS,
    runMs: tookMs / RUNS,
    peakMiB: peak,
    runsBefore,
  };
}
