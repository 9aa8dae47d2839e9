/** G: one step for each of many items, fifty at a time. */
import type { ExecutionEngine } from "../../index.ts";
import { bareRows } from "../bare-sqlite.ts";
import { meanUs, warmUp } from "../peers/pieces.ts";
import { WORK } from "../peers/work.ts";
import { fanOut, openEngine } from "../sample-flows.ts";
import type { Bench, Figures } from "../scenario.ts";
import { besideBare, leastOf } from "../turns.ts";
import { WRKFLW_SETTINGS } from "../wrkflw-settings.ts";

const ITEMS = 1_000;
/** Such runs of one piece: as many items as short runs have steps, or more. */
const PIECE_RUNS = Math.ceil((WORK.pieceRuns * WORK.steps) / ITEMS);
const PIECE_ITEMS = PIECE_RUNS * ITEMS;

/** An item, and by turns with it bare SQLite that writes as many rows; then what it takes at least. */
export async function fanningOut(bench: Bench): Promise<Figures> {
  const engine = await openEngine(bench);
  const flow = fanOut();
  const inputData = Array.from({ length: ITEMS }, (_, n) => ({ n }));
  const piece = async (on: ExecutionEngine) => {
    for (let run = 0; run < PIECE_RUNS; run++)
      await (await on.createRun(flow)).start({ inputData });
  };
  await warmUp(() => piece(engine));
  const rows = { rows: PIECE_ITEMS, rowsACommit: WORK.width };
  const times = await besideBare(() => piece(engine), {
    limit: bareRows(bench, rows),
    tunedLimit: bareRows(bench, rows, WRKFLW_SETTINGS),
  });
  await engine.storage.close();
  const atLeast = await leastOf(bench, piece);
  return {
    itemUs: meanUs(times.own, PIECE_ITEMS),
    floorUs: meanUs(atLeast.floor, PIECE_ITEMS),
    leastUs: meanUs(atLeast.least, PIECE_ITEMS),
    limitUs: meanUs(times.limit, PIECE_ITEMS),
    tunedLimitUs: meanUs(times.tunedLimit, PIECE_ITEMS),
  };
}
