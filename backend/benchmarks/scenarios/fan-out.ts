/** G: one step for each of many items, fifty at a time. */
import type { ExecutionEngine } from "../../index.ts";
import { bareMs } from "../bare-sqlite.ts";
import { atLeast } from "../replay.ts";
import { fanOut, openEngine } from "../sample-flows.ts";
import { type Bench, elapsedMs, type Figures } from "../scenario.ts";

const ITEMS = 1_000;
const WIDTH = 50;

const WARM_UP_RUNS = 5;

/**
 * Each item, and beside it its statements alone, the least that any engine takes, and the commits of fifty rows that hold as many.
 * Some runs come before, so that the program is compiled.
 */
export async function fanningOut(bench: Bench): Promise<Figures> {
  const engine = await openEngine(bench);
  const flow = fanOut();
  const inputData = Array.from({ length: ITEMS }, (_, n) => ({ n }));
  const work = async (on: ExecutionEngine) => (await on.createRun(flow)).start({ inputData });
  const warmUp = async (on: ExecutionEngine) => {
    for (let run = 0; run < WARM_UP_RUNS; run++) await work(on);
  };
  await warmUp(engine);
  const tookMs = await elapsedMs(() => work(engine));
  await engine.storage.close();
  const { floorMs, leastMs } = await atLeast(bench, warmUp, work);
  const limitMs = bareMs(bench, { rows: ITEMS, rowsACommit: WIDTH });
  return {
    itemUs: (tookMs * 1000) / ITEMS,
    floorUs: (floorMs * 1000) / ITEMS,
    leastUs: (leastMs * 1000) / ITEMS,
    limitUs: (limitMs * 1000) / ITEMS,
  };
}
