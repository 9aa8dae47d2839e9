/** F: many sleeping runs that are due at once. */
import { ExecutionEngine, WorkflowStorage } from "../../index.ts";
import { meanUs, warmUp } from "../peers/pieces.ts";
import { WORK } from "../peers/work.ts";
import { type Counting, chain, openEngine, sleeping, startRuns } from "../sample-flows.ts";
import type { Bench, Figures } from "../scenario.ts";
import { byTurns } from "../turns.ts";

const { pieceRuns, sleepers: RUNS, steps, wakes, width } = WORK;
/** A clock on which the day that they sleep is over. */
const TWO_DAYS_LATER = "CAST((julianday('now') - 2440587.5) * 86400000 AS BIGINT) + 2 * 86400000";

/**
 * How long it takes to wake and finish them all; each has one step left. By turns with them as many short
 * runs are begun and finished, as many at a time.
 */
export async function sleepers(bench: Bench): Promise<Figures> {
  const [flow, short] = [sleeping(), chain(steps)];
  const engine = await openEngine(bench);
  const storage = new WorkflowStorage({
    url: `file:${bench.folder}/wrkflw.db`,
    synchronous: bench.synchronous,
    now: () => TWO_DAYS_LATER,
  });
  const later = new ExecutionEngine(storage, { workflows: [flow] });
  const begin = (count: number) => startRuns(engine, short, { count, width });
  await warmUp(async () => {
    await park(engine, flow, pieceRuns);
    await wake(later, pieceRuns);
    await begin(pieceRuns);
  });
  const times = await byTurns(
    {
      parked: () => park(engine, flow, RUNS),
      woken: () => wake(later, RUNS),
      begun: () => begin(RUNS),
    },
    { atLeast: wakes, atMost: wakes, ms: 0 },
  );
  await engine.storage.close();
  await storage.close();
  return { runUs: meanUs(times.woken, RUNS), begunUs: meanUs(times.begun, RUNS) };
}

async function park(engine: ExecutionEngine, flow: Counting, runs: number): Promise<void> {
  const one = async () => (await engine.createRun(flow)).safeStart({ inputData: { n: 0 } });
  const some = async () => {
    for (let run = 0; run < runs / width; run++) await one();
  };
  await Promise.all(Array.from({ length: width }, some));
}

async function wake(later: ExecutionEngine, parked: number): Promise<void> {
  const { runs } = await later.tick({ concurrency: width });
  const finished = runs.filter(({ status }) => status === "success").length;
  if (finished !== parked) throw new Error(`${finished} of ${parked} sleeping runs were finished`);
}
