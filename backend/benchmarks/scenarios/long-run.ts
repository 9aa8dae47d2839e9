/** B: one run of many steps. */

import { chain, openEngine, startRuns } from "../sample-flows.ts";
import { type Bench, elapsedMs, type Figures } from "../scenario.ts";

const LENGTHS = [10, 100, 1_000, 3_000];

/** What a step costs in runs of different lengths. */
export async function longRun(bench: Bench): Promise<Figures> {
  const engine = await openEngine(bench);
  await startRuns(engine, chain(100), { count: 3, width: 1 });
  const figures: Record<string, number> = {};
  for (const length of LENGTHS) {
    const flow = chain(length);
    // As many steps of each length, so that none is judged by a moment.
    const count = Math.ceil(3_000 / length);
    const tookMs = await elapsedMs(() => startRuns(engine, flow, { count, width: 1 }));
    figures[`stepOf${length}Us`] = (tookMs * 1000) / (count * length);
  }
  await engine.storage.close();
  return figures;
}
