/**
 * Faults while several runs share what they write: whatever goes wrong at whichever call, each run ends
 * as it would alone, and none suffers for another.
 */
import { assert, assertEquals } from "@std/assert";
import { openLocal } from "./databases/local.ts";
import type { ExecutionEngine } from "./engine.ts";
import type { ResultSet, SqlClient } from "./sql.ts";
import { CountingClient } from "./testing/counting-client.ts";
import { type Fault, FaultyClient } from "./testing/faulty-client.ts";
import { type CountValue, countingWorkflow } from "./testing/samples.ts";
import { Traffic } from "./testing/traffic.ts";
import { AFTER_LEASE_MS, World } from "./testing/world.ts";
import type { Workflow } from "./workflow.ts";

const RUNS = Array.from({ length: 7 }, (_, n) => ({ runId: `run-${n}`, n }));
const STEPS = ["step-1", "step-2", "step-3"];
/** One to open the database, one for all births, and one for each step of all. */
const CALLS = 1 + 1 + STEPS.length;

type Flow = Workflow<string, CountValue, CountValue>;

async function startAll(engine: ExecutionEngine, flow: Flow): Promise<void> {
  const starts = RUNS.map(async ({ runId, n }) => {
    const run = await engine.createRun(flow, runId);
    await run.safeStart({ inputData: { n } });
  });
  await Promise.allSettled(starts);
}

/** Another process starts them once more, as their callers would, and drives what it finds. */
async function recover(world: World, flow: Flow, client: SqlClient): Promise<ExecutionEngine> {
  const engine = world.engine({ client, workflows: [flow] });
  const takeOver = async () => {
    world.effects.advance(AFTER_LEASE_MS);
    await world.settle(engine);
  };
  await takeOver();
  await world.effects.until(startAll(engine, flow));
  // A birth that arrived only now belongs to the process that is gone.
  await takeOver();
  return engine;
}

async function assertEnded(engine: ExecutionEngine, runId: string, n: number): Promise<void> {
  const loaded = await engine.storage.loadRun(runId);
  assertEquals(loaded?.run.status, "success", runId);
  assertEquals(loaded?.run.result, `{"n":${n + STEPS.length}}`, runId);
  assertEquals(
    loaded?.steps.map(({ path, attempt, seq, status }) => [path, attempt, seq, status]),
    STEPS.map((path, index) => [path, 1, index + 1, "success"]),
    runId,
  );
}

const WORLDS: Readonly<Record<string, () => Promise<World>>> = {
  "over a wire": () => World.create(),
  "in this process": async () => {
    const client = await openLocal(":memory:");
    return World.over(client, 1, () => client.close());
  },
};

interface Trial extends Omit<Fault, "call"> {
  /** How often a step may be executed: once more where what it did could not be stored. */
  readonly most: number;
}

const TRIALS: readonly Trial[] = [
  { mode: "errBefore", most: 1 },
  { mode: "errAfter", most: 1 },
  { mode: "torn", most: 1 },
  { mode: "busy", most: 1 },
  { mode: "dup", most: 1 },
  { mode: "slow", ms: 9_000, most: 1 },
  { mode: "lag", ms: 9_000, most: 1 },
  { mode: "readonly", most: 1 },
  { mode: "full", most: 1 },
  { mode: "full", lasts: true, most: 2 },
  { mode: "killBefore", most: 2 },
  { mode: "killAfter", most: 2 },
  { mode: "late", calls: 2, most: 2 },
];

for (const [where, createWorld] of Object.entries(WORLDS)) {
  for (const { most, ...fault } of TRIALS) {
    const from = fault.lasts === true ? "from every call on" : "at every call";
    Deno.test(`${fault.mode} ${from} of runs that write together, ${where}`, async () => {
      for (let call = 1; call <= CALLS; call++) {
        await using world = await createWorld();
        await world.storage().init();
        const executions: string[] = [];
        const flow = countingWorkflow(STEPS.length, executions);
        const wire = { traffic: new Traffic(), sleep: (ms: number) => world.effects.sleep(ms) };
        const client = new FaultyClient(world.client, { ...fault, call }, wire);
        const engine = world.engine({ client, workflows: [flow] });
        await world.effects.until(Promise.race([startAll(engine, flow), client.killed]));
        assert(client.isHit, `${call}`);
        // What takes over is a process like any other: its requests let a late one arrive.
        const other = new FaultyClient(world.client, [], wire);
        const after = await recover(world, flow, other);
        for (const { runId, n } of RUNS) {
          await assertEnded(after, runId, n);
          for (const id of STEPS) {
            const count = executions.filter((key) => key === `${runId}/${id}`).length;
            assert(count >= 1 && count <= most, `call ${call}: ${runId}/${id}: ${count}`);
          }
        }
      }
    });
  }
}

/** Lets something happen right before a call. */
class InterruptedClient extends CountingClient {
  readonly #before: (call: number) => Promise<void>;

  constructor(inner: SqlClient, before: (call: number) => Promise<void>) {
    super(inner);
    this.#before = before;
  }

  override async execute(...args: Parameters<SqlClient["execute"]>): Promise<ResultSet> {
    await this.#before(this.roundTrips + 1);
    return await super.execute(...args);
  }

  override async batch(...args: Parameters<SqlClient["batch"]>): Promise<readonly ResultSet[]> {
    await this.#before(this.roundTrips + 1);
    return await super.batch(...args);
  }
}

for (const [where, createWorld] of Object.entries(WORLDS)) {
  Deno.test(`a run that is canceled before any call costs its neighbours nothing, ${where}`, async () => {
    const [open, births] = [1, 1];
    for (let at = open + births + 1; at <= CALLS; at++) {
      await using world = await createWorld();
      const other = world.storage();
      await other.init();
      const executions: string[] = [];
      const flow = countingWorkflow(STEPS.length, executions);
      const client = new InterruptedClient(world.client, async (call) => {
        if (call === at) await other.cancel("run-3");
      });
      const engine = world.engine({ client, workflows: [flow] });
      await world.effects.until(startAll(engine, flow));
      for (const { runId, n } of RUNS.filter(({ runId }) => runId !== "run-3")) {
        await assertEnded(engine, runId, n);
        const executed = executions.filter((key) => key.startsWith(`${runId}/`));
        assertEquals(
          executed,
          STEPS.map((id) => `${runId}/${id}`),
        );
      }
      const canceled = await engine.storage.loadRun("run-3");
      const stored = at - open - births - 1;
      assertEquals([canceled?.run.status, canceled?.steps.length], ["canceled", stored]);
    }
  });

  Deno.test(`runs that write together take ${CALLS} calls, ${where}`, async () => {
    await using world = await createWorld();
    await world.storage().init();
    const client = new CountingClient(world.client);
    const engine = world.engine({ client });
    await world.effects.until(startAll(engine, countingWorkflow(STEPS.length)));
    assertEquals(client.roundTrips, CALLS);
  });
}
