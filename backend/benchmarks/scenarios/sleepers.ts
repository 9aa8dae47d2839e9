/** F: many sleeping runs that are due at once. */
import { ExecutionEngine, WorkflowStorage } from "../../index.ts";
import { warmUp } from "../peers/pieces.ts";
import { WORK } from "../peers/work.ts";
import { type Counting, openEngine, sleeping } from "../sample-flows.ts";
import { type Bench, elapsedMs, type Figures } from "../scenario.ts";

const RUNS = 10_000;
/** A clock on which the day that they sleep is over. */
const TWO_DAYS_LATER = "CAST((julianday('now') - 2440587.5) * 86400000 AS BIGINT) + 2 * 86400000";

/** How long it takes to wake and finish them all; each has one step left. */
export async function sleepers(bench: Bench): Promise<Figures> {
  const flow = sleeping();
  const engine = await openEngine(bench);
  const storage = new WorkflowStorage({
    url: `file:${bench.folder}/wrkflw.db`,
    synchronous: bench.synchronous,
    now: () => TWO_DAYS_LATER,
  });
  const later = new ExecutionEngine(storage, { workflows: [flow] });
  await warmUp(async () => {
    await park(engine, flow, WORK.pieceRuns);
    await wake(later, WORK.pieceRuns);
  });
  let tookMs = 0;
  for (let times = 0; times < WORK.wakes; times++) {
    await park(engine, flow, RUNS);
    tookMs += await elapsedMs(() => wake(later, RUNS));
  }
  await engine.storage.close();
  await storage.close();
  return { runUs: (tookMs * 1000) / (RUNS * WORK.wakes) };
}

async function park(engine: ExecutionEngine, flow: Counting, runs: number): Promise<void> {
  const one = async () => (await engine.createRun(flow)).safeStart({ inputData: { n: 0 } });
  const some = async () => {
    for (let run = 0; run < runs / WORK.width; run++) await one();
  };
  await Promise.all(Array.from({ length: WORK.width }, some));
}

async function wake(later: ExecutionEngine, parked: number): Promise<void> {
  const { runs } = await later.tick({ concurrency: WORK.width });
  const finished = runs.filter(({ status }) => status === "success").length;
  if (finished !== parked) throw new Error(`${finished} of ${parked} sleeping runs were finished`);
}
