/** F: many sleeping runs that are due at once. */
import { ExecutionEngine, WorkflowStorage } from "../../index.ts";
import { openEngine, sleeping } from "../sample-flows.ts";
import { type Bench, elapsedMs, type Figures } from "../scenario.ts";

const RUNS = 10_000;
const CONCURRENCY = 50;
/** A clock on which the day that they sleep is over. */
const TWO_DAYS_LATER = "CAST((julianday('now') - 2440587.5) * 86400000 AS BIGINT) + 2 * 86400000";

/** How long it takes to wake and finish them all; each has one step left. */
export async function sleepers(bench: Bench): Promise<Figures> {
  const flow = sleeping();
  const engine = await openEngine(bench);
  const parking = Array.from({ length: CONCURRENCY }, async () => {
    for (let run = 0; run < RUNS / CONCURRENCY; run++) {
      await (await engine.createRun(flow)).safeStart({ inputData: { n: 0 } });
    }
  });
  await Promise.all(parking);
  await engine.storage.close();
  const storage = new WorkflowStorage({
    url: `file:${bench.folder}/wrkflw.db`,
    synchronous: bench.synchronous,
    now: () => TWO_DAYS_LATER,
  });
  const later = new ExecutionEngine(storage, { workflows: [flow] });
  let finished = 0;
  const tookMs = await elapsedMs(async () => {
    const { runs } = await later.tick({ concurrency: CONCURRENCY });
    finished = runs.filter(({ status }) => status === "success").length;
  });
  if (finished !== RUNS) throw new Error(`${finished} of ${RUNS} sleeping runs were finished`);
  await storage.close();
  return { runUs: (tookMs * 1000) / RUNS };
}
