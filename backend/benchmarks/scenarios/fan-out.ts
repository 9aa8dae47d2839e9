/** G: one step for each of many items, fifty at a time. */
import { bareMs } from "../bare-sqlite.ts";
import { fanOut, openEngine } from "../sample-flows.ts";
import { type Bench, elapsedMs, type Figures } from "../scenario.ts";

const ITEMS = 1_000;
const WIDTH = 50;

/** Each item, and beside it the commits of fifty rows that hold as many. */
export async function fanningOut(bench: Bench): Promise<Figures> {
  const engine = await openEngine(bench);
  const flow = fanOut();
  const start = async (items: number) => {
    const inputData = Array.from({ length: items }, (_, n) => ({ n }));
    await (await engine.createRun(flow)).start({ inputData });
  };
  await start(100);
  const tookMs = await elapsedMs(() => start(ITEMS));
  await engine.storage.close();
  const limitMs = bareMs(bench, { rows: ITEMS, rowsACommit: WIDTH });
  return { itemUs: (tookMs * 1000) / ITEMS, limitUs: (limitMs * 1000) / ITEMS };
}
