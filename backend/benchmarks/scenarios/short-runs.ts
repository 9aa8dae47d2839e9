/** Runs of three steps, some at a time. */
import type { ExecutionEngine } from "../../index.ts";
import { bareRows, bareRuns } from "../bare-sqlite.ts";
import { meanUs, stepFigures, warmUp } from "../peers/pieces.ts";
import { WORK } from "../peers/work.ts";
import { chain, openEngine, startRuns } from "../sample-flows.ts";
import { type Bench, type Figures, peakMiB } from "../scenario.ts";
import { besideBare, leastOf } from "../turns.ts";
import { WRKFLW_SETTINGS } from "../wrkflw-settings.ts";

const { steps, pieceRuns } = WORK;
const PIECE_STEPS = pieceRuns * steps;
const PIECE_ROWS = pieceRuns * (steps + 1);

/**
 * A step of wrkflw, and by turns with it bare SQLite that writes what a run needs, or as many small rows, in
 * as many commits; then what it takes at least.
 *
 * @param width How many runs are at work at a time.
 */
export async function shortRuns(bench: Bench, width: number): Promise<Figures> {
  const engine = await openEngine(bench);
  const flow = chain(steps);
  const piece = (on: ExecutionEngine) => startRuns(on, flow, { count: pieceRuns, width });
  const before = await warmUp(() => piece(engine));
  const peak = peakMiB();
  const runs = { runs: pieceRuns, steps, width };
  const times = await besideBare(() => piece(engine), {
    limit: bareRuns(bench, runs),
    tunedLimit: bareRuns(bench, runs, WRKFLW_SETTINGS),
    rows: bareRows(bench, { rows: PIECE_ROWS, rowsACommit: width }),
  });
  await engine.storage.close();
  const atLeast = await leastOf(bench, piece);
  const figures = stepFigures(before, times.own, PIECE_STEPS);
  return {
    ...figures,
    floorUs: meanUs(atLeast.floor, PIECE_STEPS),
    leastUs: meanUs(atLeast.least, PIECE_STEPS),
    limitUs: meanUs(times.limit, PIECE_STEPS),
    tunedLimitUs: meanUs(times.tunedLimit, PIECE_STEPS),
    rowsUs: meanUs(times.rows, PIECE_STEPS),
    runMs: (figures.stepUs * steps) / 1000,
    runs: (before.length + times.own.length) * pieceRuns,
    runsBefore: before.length * pieceRuns,
    peakMiB: peak,
  };
}
