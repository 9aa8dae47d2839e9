/** The next runs are claimed in the commit in which those before them end: neither suffers for the other. */
import { assert, assertEquals } from "@std/assert";
import type { ExecutionEngine } from "./engine.ts";
import type { SqlClient } from "./sql.ts";
import { createStep } from "./step.ts";
import { FAULT_MODES, type Fault, type FaultMode, FaultyClient } from "./testing/faulty-client.ts";
import { countedStatuses, enqueueMany } from "./testing/many-enqueued.ts";
import { addOne, Count, type CountValue, countingWorkflow } from "./testing/samples.ts";
import { AFTER_LEASE_MS, World } from "./testing/world.ts";
import type { Workflow } from "./workflow.ts";
import { createWorkflow } from "./workflow-builder.ts";

const RUNS = 7;
const STEPS = 2;
const WIDTH = 3;

type Flow = Workflow<string, CountValue, CountValue>;

/** Two steps; the first sends the event that is waited for after it, so that the run is due again at once. */
function dueAgain(sender: ExecutionEngine, executed: string[]): Flow {
  const config = { inputSchema: Count, outputSchema: Count } as const;
  const send = createStep({
    ...config,
    id: "send",
    execute: async ({ inputData, runId }) => {
      executed.push(runId);
      await sender.sendEvent("paid", inputData, { match: String(inputData.n), eventId: runId });
      return inputData;
    },
  });
  return createWorkflow({ ...config, id: "due-again" })
    .then(send)
    .waitForEvent("paid", { schema: Count, match: ({ inputData }) => String(inputData.n) })
    .then(addOne("after", executed))
    .commit();
}

const FLOWS: Readonly<Record<string, (sender: ExecutionEngine, executed: string[]) => Flow>> = {
  "end for good": (_sender, executed) => countingWorkflow(STEPS, executed),
  "are due again at once": dueAgain,
};

/** A client that counts the requests in which runs end and others are claimed. */
class SharedRequests implements SqlClient {
  count = 0;
  readonly #inner: SqlClient;

  constructor(inner: SqlClient) {
    this.#inner = inner;
  }

  execute(...args: Parameters<SqlClient["execute"]>): ReturnType<SqlClient["execute"]> {
    return this.#inner.execute(...args);
  }

  batch(...args: Parameters<SqlClient["batch"]>): ReturnType<SqlClient["batch"]> {
    const has = (text: string) => args[0].some(({ sql }) => sql.includes(text));
    if (has("SET epoch = epoch + 1, status") && has("SET idle_claims = 0")) this.count++;
    return this.#inner.batch(...args);
  }
}

/** What a tick with a fault, and those after it, made of some runs. */
interface Outlived {
  readonly executions: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly calls: number;
  readonly shared: number;
}

async function outlive(flowOf: (typeof FLOWS)[string], fault?: Fault): Promise<Outlived> {
  await using world = await World.create();
  const executed: string[] = [];
  const requests = new SharedRequests(world.client);
  const wire = { sleep: (ms: number) => world.effects.sleep(ms) };
  const client = new FaultyClient(requests, fault, wire);
  const flow = flowOf(world.engine(), executed);
  await enqueueMany(world.engine(), flow, RUNS);
  const ticking = world
    .engine({ workflows: [flow], client })
    .tick({ concurrency: WIDTH })
    .catch(() => {});
  await world.effects.until(Promise.race([ticking, client.killed]));
  world.effects.advance(AFTER_LEASE_MS);
  await world.settle(world.engine({ workflows: [flow] }));
  return {
    executions: executed.length,
    statuses: await countedStatuses(world.storage()),
    calls: client.calls,
    shared: requests.count,
  };
}

/** Those that need nobody else who makes calls. */
const MODES = FAULT_MODES.filter((mode) => !mode.startsWith("pause"));
/** After these the process is gone, and what it did last was not stored. */
const LOSING: readonly FaultMode[] = ["killBefore", "late"];

for (const [ending, flowOf] of Object.entries(FLOWS)) {
  for (const mode of MODES) {
    const most = LOSING.includes(mode) ? WIDTH : 0;
    Deno.test(`runs that ${ending} finish, whenever "${mode}" happens in a tick, with at most ${most} steps repeated`, async () => {
      const { calls, shared } = await outlive(flowOf);
      assert(shared >= 2, `${shared} requests have ends and a claim`);
      for (let call = 1; call <= calls; call++) {
        const { statuses, executions } = await outlive(flowOf, { call, mode, ms: 9_000 });
        assertEquals(statuses, { success: RUNS });
        const repeated = executions - STEPS * RUNS;
        assert(repeated >= 0 && repeated <= most, `${repeated} steps repeated at call ${call}`);
      }
    });
  }
}

Deno.test("a run that is due again when it ends its claim is taken in the same request, and goes on", async () => {
  await using world = await World.create();
  const requests = new SharedRequests(world.client);
  const flow = dueAgain(world.engine(), []);
  await enqueueMany(world.engine(), flow, WIDTH);
  const engine = world.engine({ workflows: [flow], client: requests });
  const { runs } = await world.effects.until(engine.tick({ concurrency: WIDTH }));
  assertEquals(
    runs.map(({ status }) => status),
    [...Array(WIDTH).fill("pending"), ...Array(WIDTH).fill("success")],
  );
  assertEquals(requests.count, 2);
});

Deno.test("whoever aborts the work when a run has ended has no other begun, though it was claimed in the same request", async () => {
  await using world = await World.create();
  const executed: string[] = [];
  const flow = countingWorkflow(1, executed);
  await enqueueMany(world.engine(), flow, RUNS);
  const stop = new AbortController();
  const onRun = () => stop.abort();
  const requests = new SharedRequests(world.client);
  const engine = world.engine({ workflows: [flow], client: requests });
  await world.effects.until(engine.work({ concurrency: 1, signal: stop.signal, onRun }));
  assertEquals([executed.length, requests.count], [1, 1]);
  assertEquals(await countedStatuses(world.storage()), { success: 1, pending: RUNS - 1 });
});

/** In how many requests fifty runs end, where no claim beside them is answered, or none is made. */
async function requestsWithEnds(isClaiming: boolean): Promise<number> {
  await using world = await World.create();
  const flow = countingWorkflow(1);
  await enqueueMany(world.engine(), flow, 100);
  let claims = 0;
  let ends = 0;
  const client: SqlClient = {
    execute: (statement) => world.client.execute(statement),
    batch: async (statements, mode) => {
      if (statements.some(({ sql }) => sql.includes("SET idle_claims = 0"))) ends++;
      const isClaim = statements.some(({ sql }) => sql.includes("SET epoch = epoch + 1, status"));
      // Beside the first no run ends.
      if (isClaim && claims++ > 0) throw new Error("The answer is too large");
      return await world.client.batch(statements, mode);
    },
  };
  const engine = world.engine({ workflows: [flow], client });
  const limit = isClaiming ? Number.POSITIVE_INFINITY : 50;
  await world.effects.until(engine.tick({ concurrency: 50, limit }).catch(() => {}));
  assertEquals(await countedStatuses(world.storage()), { success: 50, pending: 50 });
  assertEquals(claims > 1, isClaiming);
  return ends;
}

Deno.test("a claim that is refused has those that end beside it sent once more together, not one by one", async () => {
  assertEquals(await requestsWithEnds(true), (await requestsWithEnds(false)) + 1);
});
