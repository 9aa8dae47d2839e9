/** C: runs of three steps, fifty at a time. */
import type { ExecutionEngine } from "../../index.ts";
import { bareMs } from "../bare-sqlite.ts";
import { atLeast } from "../replay.ts";
import { chain, openEngine, startRuns } from "../sample-flows.ts";
import { type Bench, elapsedMs, type Figures, WARM_UP_RUNS } from "../scenario.ts";

const RUNS = 1_000;
const FIRST_RUNS = 500;
const STEPS = 3;
const WIDTH = 50;

/**
 * Each step, and beside it its statements alone, the least that any engine takes, and the commits of fifty rows that hold as many.
 * Other runs come before; their first ones are measured, too.
 */
export async function sideBySide(bench: Bench): Promise<Figures> {
  const engine = await openEngine(bench);
  const flow = chain(STEPS);
  const start = (count: number) => (on: ExecutionEngine) =>
    startRuns(on, flow, { count, width: WIDTH });
  const [warmUp, work] = [start(WARM_UP_RUNS), start(RUNS)];
  const firstMs = await elapsedMs(() => start(FIRST_RUNS)(engine));
  await start(WARM_UP_RUNS - FIRST_RUNS)(engine);
  const tookMs = await elapsedMs(() => work(engine));
  await engine.storage.close();
  const { floorMs, leastMs } = await atLeast(bench, warmUp, work);
  const limitMs = bareMs(bench, { rows: RUNS * (STEPS + 1), rowsACommit: WIDTH });
  const steps = RUNS * STEPS;
  return {
    stepUs: (tookMs * 1000) / steps,
    firstStepsUs: (firstMs * 1000) / (FIRST_RUNS * STEPS),
    floorUs: (floorMs * 1000) / steps,
    leastUs: (leastMs * 1000) / steps,
    limitUs: (limitMs * 1000) / steps,
  };
}
