/** B: one run of many steps. */
import { bareRowsMs } from "../bare-sqlite.ts";
import { warmUp } from "../peers/pieces.ts";
import { WORK } from "../peers/work.ts";
import { chain, openEngine, startRuns } from "../sample-flows.ts";
import { type Bench, elapsedMs, type Figures, peakMiB } from "../scenario.ts";

const LENGTHS = [10, 100, 1_000, 3_000];
const WARM_UP_LENGTH = 100;

/** What a step costs in runs of different lengths, and beside it one commit of bare SQLite a step. */
export async function longRun(bench: Bench): Promise<Figures> {
  const engine = await openEngine(bench);
  const pieceSteps = WORK.pieceRuns * WORK.steps;
  const piece = { count: pieceSteps / WARM_UP_LENGTH, width: 1 };
  const before = chain(WARM_UP_LENGTH);
  const pieces = await warmUp(() => startRuns(engine, before, piece));
  const figures: Record<string, number> = {};
  for (const length of LENGTHS) {
    const flow = chain(length);
    // As many steps of each length, so that none is judged by a moment.
    const count = Math.ceil(WORK.longRunSteps / length);
    const tookMs = await elapsedMs(() => startRuns(engine, flow, { count, width: 1 }));
    figures[`stepOf${length}Us`] = (tookMs * 1000) / (count * length);
  }
  await engine.storage.close();
  const peak = peakMiB();
  const rows = WORK.longRunSteps;
  const limitMs = bareRowsMs(bench, { rows, rowsACommit: 1, before: pieces * pieceSteps });
  return { ...figures, limitUs: (limitMs * 1000) / rows, peakMiB: peak };
}
