/** Runs of three steps, some at a time. */
import type { ExecutionEngine } from "../../index.ts";
import { bareRowsMs, bareRunsMs } from "../bare-sqlite.ts";
import { measureSteps } from "../peers/pieces.ts";
import { WORK } from "../peers/work.ts";
import { atLeast } from "../replay.ts";
import { chain, openEngine, startRuns } from "../sample-flows.ts";
import { type Bench, type Figures, peakMiB } from "../scenario.ts";
import { WRKFLW_SETTINGS } from "../wrkflw-settings.ts";

const { steps, pieceRuns, bareRuns, bareRunsBefore } = WORK;
const BARE_STEPS = bareRuns * steps;
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
  const measured = await measureSteps(() => start(pieceRuns)(engine), pieceRuns * steps);
  const peak = peakMiB();
  await engine.storage.close();
  const { floorMs, leastMs } = await atLeast(bench, start(bareRunsBefore), start(bareRuns));
  const runs = { runs: bareRuns, steps, width, before: bareRunsBefore };
  const [rows, before] = [bareRuns * ROWS_A_RUN, bareRunsBefore * ROWS_A_RUN];
  const rowsMs = bareRowsMs(bench, { rows, before, rowsACommit: width });
  return {
    ...measured,
    floorUs: (floorMs * 1000) / BARE_STEPS,
    leastUs: (leastMs * 1000) / BARE_STEPS,
    limitUs: (bareRunsMs(bench, runs) * 1000) / BARE_STEPS,
    tunedLimitUs: (bareRunsMs(bench, runs, WRKFLW_SETTINGS) * 1000) / BARE_STEPS,
    rowsUs: (rowsMs * 1000) / BARE_STEPS,
    runMs: (measured.stepUs * steps) / 1000,
    runs: (measured.piecesBefore + measured.piecesMeasured) * pieceRuns,
    peakMiB: peak,
  };
}
