/** G: one step for each of many items, fifty at a time. */
import type { ExecutionEngine } from "../../index.ts";
import { bareMs } from "../bare-sqlite.ts";
import { WORK } from "../peers/work.ts";
import { atLeast } from "../replay.ts";
import { fanOut, openEngine } from "../sample-flows.ts";
import { type Bench, elapsedMs, type Figures } from "../scenario.ts";
import { WRKFLW_SETTINGS } from "../wrkflw-settings.ts";

const ITEMS = 1_000;
/** As many items as short runs have steps before those that are measured. */
const RUNS_BEFORE = (WORK.warmUpRuns * WORK.steps) / ITEMS;

/** An item, and beside it what it takes at least, and bare SQLite that writes as many rows. */
export async function fanningOut(bench: Bench): Promise<Figures> {
  const engine = await openEngine(bench);
  const flow = fanOut();
  const inputData = Array.from({ length: ITEMS }, (_, n) => ({ n }));
  const work = async (on: ExecutionEngine) => (await on.createRun(flow)).start({ inputData });
  const warmUp = async (on: ExecutionEngine) => {
    for (let run = 0; run < RUNS_BEFORE; run++) await work(on);
  };
  await warmUp(engine);
  const tookMs = await elapsedMs(() => work(engine));
  await engine.storage.close();
  const { floorMs, leastMs } = await atLeast(bench, warmUp, work);
  const bareWork = { rows: ITEMS, rowsACommit: WORK.width, before: ITEMS * RUNS_BEFORE };
  return {
    itemUs: (tookMs * 1000) / ITEMS,
    floorUs: (floorMs * 1000) / ITEMS,
    leastUs: (leastMs * 1000) / ITEMS,
    limitUs: (bareMs(bench, bareWork) * 1000) / ITEMS,
    tunedLimitUs: (bareMs(bench, bareWork, WRKFLW_SETTINGS) * 1000) / ITEMS,
  };
}
