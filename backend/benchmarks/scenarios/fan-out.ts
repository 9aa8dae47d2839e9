/** G: one step for each of many items, fifty at a time. */
import type { ExecutionEngine } from "../../index.ts";
import { bareRowsMs } from "../bare-sqlite.ts";
import { warmUp } from "../peers/pieces.ts";
import { WORK } from "../peers/work.ts";
import { atLeast } from "../replay.ts";
import { fanOut, openEngine } from "../sample-flows.ts";
import { type Bench, elapsedMs, type Figures } from "../scenario.ts";
import { WRKFLW_SETTINGS } from "../wrkflw-settings.ts";

const ITEMS = 1_000;
/** One such run takes so little that a single pause of the machine would decide. */
const RUNS = 30;
const ALL_ITEMS = RUNS * ITEMS;
/** Such runs of one piece of the warm-up: as many items as short runs have steps, or more. */
const PIECE_RUNS = Math.ceil((WORK.pieceRuns * WORK.steps) / ITEMS);

/** An item, and beside it what it takes at least, and bare SQLite that writes as many rows. */
export async function fanningOut(bench: Bench): Promise<Figures> {
  const engine = await openEngine(bench);
  const flow = fanOut();
  const inputData = Array.from({ length: ITEMS }, (_, n) => ({ n }));
  const runTimes = (count: number) => async (on: ExecutionEngine) => {
    for (let run = 0; run < count; run++) await (await on.createRun(flow)).start({ inputData });
  };
  const pieces = await warmUp(() => runTimes(PIECE_RUNS)(engine));
  const runsBefore = pieces * PIECE_RUNS;
  const work = runTimes(RUNS);
  const tookMs = await elapsedMs(() => work(engine));
  await engine.storage.close();
  const { floorMs, leastMs } = await atLeast(bench, runTimes(runsBefore), work);
  const bareWork = { rows: ALL_ITEMS, rowsACommit: WORK.width, before: ITEMS * runsBefore };
  return {
    itemUs: (tookMs * 1000) / ALL_ITEMS,
    floorUs: (floorMs * 1000) / ALL_ITEMS,
    leastUs: (leastMs * 1000) / ALL_ITEMS,
    limitUs: (bareRowsMs(bench, bareWork) * 1000) / ALL_ITEMS,
    tunedLimitUs: (bareRowsMs(bench, bareWork, WRKFLW_SETTINGS) * 1000) / ALL_ITEMS,
  };
}
