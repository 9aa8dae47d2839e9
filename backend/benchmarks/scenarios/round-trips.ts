/** H: what a run asks of a database that is far away. */
import { openLocal } from "../../databases/local.ts";
import { ExecutionEngine, type ResultSet, type SqlClient, WorkflowStorage } from "../../index.ts";
import { warmUp } from "../peers/pieces.ts";
import { WORK } from "../peers/work.ts";
import { chain, startRuns } from "../sample-flows.ts";
import { type Bench, elapsedMs, type Figures } from "../scenario.ts";

const LATENCY_MS = 20;
const RUNS = 1_000;

/** A database at a distance: every request is counted and takes its time. */
class DistantClient implements SqlClient {
  roundTrips = 0;
  readonly #inner: SqlClient;
  readonly #latencyMs: number;

  constructor(inner: SqlClient, latencyMs: number) {
    this.#inner = inner;
    this.#latencyMs = latencyMs;
  }

  execute(statement: Parameters<SqlClient["execute"]>[0]): Promise<ResultSet> {
    return this.#after(() => this.#inner.execute(statement));
  }

  batch(...request: Parameters<SqlClient["batch"]>): Promise<readonly ResultSet[]> {
    return this.#after(() => this.#inner.batch(...request));
  }

  async #after<T>(answer: () => Promise<T>): Promise<T> {
    this.roundTrips++;
    if (this.#latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#latencyMs));
    return await answer();
  }
}

/**
 * Round trips of runs and of a cold start, and how many runs a second a distant database allows, once
 * the program has been at work on a near one.
 */
export async function roundTrips({ folder, synchronous }: Bench): Promise<Figures> {
  const local = await openLocal(`${folder}/wrkflw.db`, { synchronous });
  const figures: Record<string, number> = {};
  const fresh = new DistantClient(local, 0);
  await new WorkflowStorage({ client: fresh }).init();
  figures.freshTrips = fresh.roundTrips;
  const cold = new DistantClient(local, 0);
  await new WorkflowStorage({ client: cold }).init();
  figures.coldStartTrips = cold.roundTrips;
  for (const steps of [3, 10]) {
    const client = new DistantClient(local, 0);
    const engine = new ExecutionEngine(new WorkflowStorage({ client }));
    await engine.init();
    client.roundTrips = 0;
    await startRuns(engine, chain(steps), { count: 1, width: 1 });
    figures[`tripsOf${steps}`] = client.roundTrips;
  }
  const workOn = async (client: SqlClient) => {
    const engine = new ExecutionEngine(new WorkflowStorage({ client }));
    await engine.init();
    const flow = chain(WORK.steps);
    return (count: number) => startRuns(engine, flow, { count, width: WORK.width });
  };
  const near = await workOn(new DistantClient(local, 0));
  await warmUp(() => near(WORK.pieceRuns));
  const distant = await workOn(new DistantClient(local, LATENCY_MS));
  const tookMs = await elapsedMs(() => distant(RUNS));
  local.close();
  return { ...figures, runsPerSecond: (RUNS * 1000) / tookMs };
}
