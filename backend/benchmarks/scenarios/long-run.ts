/** B: one run of many steps. */
import { bareRows } from "../bare-sqlite.ts";
import { meanUs, warmUp } from "../peers/pieces.ts";
import { WORK } from "../peers/work.ts";
import { chain, openEngine, startRuns } from "../sample-flows.ts";
import { type Bench, type Figures, peakMiB } from "../scenario.ts";
import { byTurns } from "../turns.ts";

const LENGTHS = [10, 100, 1_000, 3_000];
const WARM_UP_LENGTH = 100;
/** A piece has as many steps of each length. */
const PIECE_STEPS = 3_000;
const TURNS = WORK.longRunSteps / PIECE_STEPS;

/** What a step costs in runs of different lengths, by turns with one commit of bare SQLite a step. */
export async function longRun(bench: Bench): Promise<Figures> {
  const engine = await openEngine(bench);
  const runsOf = (length: number, steps: number) => {
    const flow = chain(length);
    return () => startRuns(engine, flow, { count: steps / length, width: 1 });
  };
  await warmUp(runsOf(WARM_UP_LENGTH, WORK.pieceRuns * WORK.steps));
  const bare = bareRows(bench, { rows: PIECE_STEPS, rowsACommit: 1 });
  for (let turn = 0; turn < TURNS; turn++) bare.piece();
  const ofLengths = LENGTHS.map((length) => [`stepOf${length}Us`, runsOf(length, PIECE_STEPS)]);
  const works = { ...Object.fromEntries(ofLengths), limitUs: bare.piece };
  const times = await byTurns(works, { atLeast: TURNS, atMost: TURNS, ms: 0 });
  const peak = peakMiB();
  await engine.storage.close();
  bare.close();
  const figures = Object.entries(times).map(([name, ms]) => [name, meanUs(ms, PIECE_STEPS)]);
  return { ...Object.fromEntries(figures), peakMiB: peak };
}
