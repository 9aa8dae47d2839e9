/** C: runs of three steps, fifty at a time. */
import type { ExecutionEngine } from "../../index.ts";
import { bareMs } from "../bare-sqlite.ts";
import { atLeast } from "../replay.ts";
import { chain, openEngine, startRuns } from "../sample-flows.ts";
import { type Bench, elapsedMs, type Figures } from "../scenario.ts";

const RUNS = 1_000;
const STEPS = 3;
const WIDTH = 50;

/**
 * Each step, and beside it its statements alone, the least that any engine takes, and the commits of fifty rows that hold as many.
 * As many runs come before, so that the program is compiled.
 */
export async function sideBySide(bench: Bench): Promise<Figures> {
  const engine = await openEngine(bench);
  const flow = chain(STEPS);
  const work = (on: ExecutionEngine) => startRuns(on, flow, { count: RUNS, width: WIDTH });
  await work(engine);
  const tookMs = await elapsedMs(() => work(engine));
  await engine.storage.close();
  const { floorMs, leastMs } = await atLeast(bench, work, work);
  const limitMs = bareMs(bench, { rows: RUNS * (STEPS + 1), rowsACommit: WIDTH });
  const steps = RUNS * STEPS;
  return {
    stepUs: (tookMs * 1000) / steps,
    floorUs: (floorMs * 1000) / steps,
    leastUs: (leastMs * 1000) / steps,
    limitUs: (limitMs * 1000) / steps,
  };
}
