/**
 * Faults while several runs share what they write: whatever goes wrong at whichever call, each run ends
 * as it would alone, and none suffers for another.
 */
import { assert, assertEquals } from "@std/assert";
import { openLocal } from "./databases/local.ts";
import type { ExecutionEngine } from "./engine.ts";
import type { ResultSet, SqlClient } from "./sql.ts";
import { type FaultMode, FaultyClient } from "./testing/faulty-client.ts";
import { addOne, Count, type CountValue } from "./testing/samples.ts";
import { AFTER_LEASE_MS, World } from "./testing/world.ts";
import type { Workflow } from "./workflow.ts";
import { createWorkflow } from "./workflow-builder.ts";

const RUNS = Array.from({ length: 7 }, (_, n) => ({ runId: `run-${n}`, n }));
const STEPS = ["a", "b", "c"];
/** One to open the database, one for all births, and one for each step of all. */
const CALLS = 1 + 1 + STEPS.length;

type Flow = Workflow<string, CountValue, CountValue>;

function flowOf(executions: string[]): Flow {
  const [a, b, c] = STEPS.map((id) => addOne(id, executions));
  assert(a !== undefined && b !== undefined && c !== undefined);
  return createWorkflow({ id: "flow", inputSchema: Count, outputSchema: Count })
    .then(a)
    .then(b)
    .then(c)
    .commit();
}

async function startAll(engine: ExecutionEngine, flow: Flow): Promise<void> {
  const runs = await Promise.all(RUNS.map(({ runId }) => engine.createRun(flow, runId)));
  await Promise.allSettled(
    runs.map((run, index) => run.safeStart({ inputData: { n: RUNS[index]?.n ?? 0 } })),
  );
}

/** Another process starts them once more, as their callers would, and drives what it finds. */
async function recover(world: World, flow: Flow): Promise<ExecutionEngine> {
  const engine = world.engine({ workflows: [flow] });
  world.effects.advance(AFTER_LEASE_MS);
  await world.settle(engine);
  await world.effects.until(startAll(engine, flow));
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

/** How often a step may be executed: once more where what it did could not be stored. */
const MODES: Readonly<Partial<Record<FaultMode, number>>> = {
  errBefore: 1,
  errAfter: 1,
  torn: 1,
  busy: 1,
  dup: 1,
  killBefore: 2,
  killAfter: 2,
};

for (const [where, createWorld] of Object.entries(WORLDS)) {
  for (const [mode, most] of Object.entries(MODES)) {
    Deno.test(`${mode} at every call of runs that write together, ${where}`, async () => {
      for (let call = 1; call <= CALLS; call++) {
        await using world = await createWorld();
        await world.storage().init();
        const executions: string[] = [];
        const flow = flowOf(executions);
        const client = new FaultyClient(world.client, { call, mode: mode as FaultMode });
        const engine = world.engine({ client, workflows: [flow] });
        await world.effects.until(Promise.race([startAll(engine, flow), client.killed]));
        assert(client.isHit, `${call}`);
        const after = await recover(world, flow);
        for (const { runId, n } of RUNS) {
          await assertEnded(after, runId, n);
          for (const id of STEPS) {
            const count = executions.filter((key) => key === `${runId}/${id}`).length;
            assert(count >= 1 && count <= (most ?? 1), `call ${call}: ${runId}/${id}: ${count}`);
          }
        }
      }
    });
  }
}

/** Lets something happen right before a call. */
class InterruptedClient implements SqlClient {
  calls = 0;
  readonly alwaysAnswers: boolean;
  readonly #inner: SqlClient;
  readonly #before: (call: number) => Promise<unknown>;

  constructor(inner: SqlClient, before: (call: number) => Promise<unknown>) {
    this.#inner = inner;
    this.#before = before;
    this.alwaysAnswers = inner.alwaysAnswers === true;
  }

  async execute(...args: Parameters<SqlClient["execute"]>): Promise<ResultSet> {
    await this.#before(++this.calls);
    return await this.#inner.execute(...args);
  }

  async batch(...args: Parameters<SqlClient["batch"]>): Promise<readonly ResultSet[]> {
    await this.#before(++this.calls);
    return await this.#inner.batch(...args);
  }
}

for (const [where, createWorld] of Object.entries(WORLDS)) {
  Deno.test(`a run that is canceled before any call costs its neighbours nothing, ${where}`, async () => {
    for (let at = 3; at <= CALLS; at++) {
      await using world = await createWorld();
      const other = world.storage();
      await other.init();
      const executions: string[] = [];
      const flow = flowOf(executions);
      const client = new InterruptedClient(world.client, async (call) => {
        if (call === at) await other.cancel("run-3");
      });
      const engine = world.engine({ client, workflows: [flow] });
      await world.effects.until(startAll(engine, flow));
      for (const { runId, n } of RUNS) {
        const executed = executions.filter((key) => key.startsWith(`${runId}/`));
        if (runId !== "run-3") await assertEnded(engine, runId, n);
        if (runId !== "run-3")
          assertEquals(
            executed,
            STEPS.map((id) => `${runId}/${id}`),
          );
      }
      const canceled = await engine.storage.loadRun("run-3");
      assertEquals([canceled?.run.status, canceled?.steps.length], ["canceled", at - 3]);
    }
  });

  Deno.test(`runs that write together take ${CALLS} calls, ${where}`, async () => {
    await using world = await createWorld();
    await world.storage().init();
    const client = new InterruptedClient(world.client, () => Promise.resolve());
    const flow = flowOf([]);
    const engine = world.engine({ client, workflows: [flow] });
    await world.effects.until(startAll(engine, flow));
    assertEquals(client.calls, CALLS);
  });
}
