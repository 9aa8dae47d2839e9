/** C: runs of three steps, fifty at a time. */
import { bareMs } from "../bare-sqlite.ts";
import { chain, openEngine, startRuns } from "../sample-flows.ts";
import { type Bench, elapsedMs, type Figures } from "../scenario.ts";

const RUNS = 1_000;
const STEPS = 3;
const WIDTH = 50;

/** Each step, and beside it the commits of fifty rows that hold as many. */
export async function sideBySide(bench: Bench): Promise<Figures> {
  const engine = await openEngine(bench);
  const flow = chain(STEPS);
  await startRuns(engine, flow, { count: 100, width: WIDTH });
  const tookMs = await elapsedMs(() => startRuns(engine, flow, { count: RUNS, width: WIDTH }));
  await engine.storage.close();
  const limitMs = bareMs(bench, { rows: RUNS * (STEPS + 1), rowsACommit: WIDTH });
  const steps = RUNS * STEPS;
  return { stepUs: (tookMs * 1000) / steps, limitUs: (limitMs * 1000) / steps };
}
