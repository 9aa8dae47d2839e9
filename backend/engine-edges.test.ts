/** What a run must survive beside dying: odd steps, refusing databases, slow neighbours. */

import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { RunFailedError, WrkflwError } from "./errors.ts";
import type { Node } from "./node.ts";
import type { SqlClient } from "./sql.ts";
import { createStep } from "./step.ts";
import { turns } from "./testing/fake-effects.ts";
import { Count, type CountValue, countingWorkflow } from "./testing/samples.ts";
import { AFTER_LEASE_MS, World } from "./testing/world.ts";
import { createWorkflow } from "./workflow-builder.ts";

const config = { id: "flow", inputSchema: Count, outputSchema: Count } as const;

/** A client that refuses what the test says. */
function refusing(client: SqlClient, refuses: (sql: string) => boolean): SqlClient {
  return {
    execute: (statement) => client.execute(statement),
    batch: (statements, mode) =>
      statements.some(({ sql }) => refuses(sql))
        ? Promise.reject(new Error("database or disk is full"))
        : client.batch(statements, mode),
  };
}

function stepOf(
  id: string,
  execute: Parameters<typeof createStep<string, typeof Count, typeof Count>>[0]["execute"],
) {
  return createStep({ ...config, id, execute });
}

Deno.test("whatever a step logs never fails it", async () => {
  await using world = await World.create();
  const chatty = stepOf("chatty", ({ inputData, log }) => {
    log.info("x".repeat(600_000));
    for (let line = 0; line < 300; line++) log.warn("y", { text: "z".repeat(10_000) });
    log.debug(Symbol("odd") as unknown as string, () => 1);
    return inputData;
  });
  const run = await world.engine().createRun(createWorkflow(config).then(chatty).commit(), "r");
  assertEquals(await world.effects.until(run.start({ inputData: { n: 1 } })), { n: 1 });
  const logs = (await world.storage().loadRun("r"))?.steps[0]?.logs ?? "";
  assert(logs.length < 120_000 && logs.includes("Further lines were dropped"));
});

Deno.test("a state that grows too large fails the step that set it, and the run says so", async () => {
  await using world = await World.create();
  const set = (id: string) =>
    stepOf(id, ({ inputData, setState }) => {
      setState({ [id]: "x".repeat(300_000) });
      return inputData;
    });
  const flow = createWorkflow(config).then(set("a")).then(set("b")).commit();
  const run = await world.engine().createRun(flow, "r");
  const error = await assertRejects(
    () => world.effects.until(run.start({ inputData: { n: 1 } })),
    RunFailedError,
  );
  assertEquals(error.step, "b");
  assert(
    error.message.includes('Cannot store the state with what "b" set: it takes'),
    error.message,
  );
});

Deno.test("a construct that throws is a failure that names it", async () => {
  await using world = await World.create();
  const broken = (
    id: string,
    run: Node<CountValue, unknown>["run"],
  ): Node<CountValue, CountValue> => ({
    id,
    run: run as Node<CountValue, CountValue>["run"],
    shape: () => ({ kind: "broken", id }),
  });
  for (const [node, message] of [
    [broken("throws", () => Promise.reject(new Error("oh"))), 'failed in step "throws": oh'],
  ] as const) {
    const run = await world.engine().createRun(createWorkflow(config).then(node).commit());
    await assertRejects(
      () => world.effects.until(run.start({ inputData: { n: 1 } })),
      RunFailedError,
      message,
    );
  }
});

Deno.test("what steps and mappings do to the state they are given is seen by nobody else", async () => {
  await using world = await World.create();
  const spoil = stepOf("spoil", ({ inputData, state }) => {
    (state as { list: number[] }).list.push(2);
    return inputData;
  });
  const flow = createWorkflow({ ...config, outputSchema: z.any() })
    .then(spoil)
    .map(({ state }) => (state as { list: number[] }).list.push(3))
    .map(({ state }) => state)
    .commit();
  const run = await world.engine().createRun(flow, "r");
  const start = { inputData: { n: 1 }, initialState: { list: [1] } };
  assertEquals(await world.effects.until(run.start(start)), { list: [1] });
});

Deno.test("a database that refuses writes never fails a run: it is given back, and goes on later", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  let isFull = true;
  const client = refusing(
    world.client,
    (sql) => isFull && sql.includes("INSERT INTO wrkflw_steps"),
  );
  const engine = world.engine({ client });
  const flow = countingWorkflow(2, executions);
  const run = await engine.createRun(flow, "r");
  const error = await assertRejects(
    () => world.effects.until(run.start({ inputData: { n: 0 } })),
    WrkflwError,
  );
  assertEquals(error.code, "STORAGE_UNAVAILABLE");
  assertEquals((await run.getSnapshot())?.status, "pending");
  let taken = 0;
  for (let minute = 0; minute < 60; minute++) {
    world.effects.advance(60_000);
    taken += (await world.effects.until(engine.tick())).runs.length;
  }
  assertEquals((await run.getSnapshot())?.status, "pending");
  assert(taken <= 9, `The pauses do not grow: it was taken ${taken} times in an hour`);
  isFull = false;
  world.effects.advance(3_600_000);
  await world.settle(engine);
  assertEquals((await run.getSnapshot())?.result, { n: 2 });
});

Deno.test("work() takes new runs while a long one is at work, and survives an outage", async () => {
  await using world = await World.create();
  let isAway = false;
  const client: SqlClient = {
    execute: (statement) =>
      isAway ? Promise.reject(new Error("away")) : world.client.execute(statement),
    batch: (statements, mode) =>
      isAway ? Promise.reject(new Error("away")) : world.client.batch(statements, mode),
  };
  const engine = world.engine({ client });
  let endLong: () => void = () => {};
  const long = stepOf("long", async ({ inputData }) => {
    await new Promise<void>((resolve) => {
      endLong = resolve;
    });
    return inputData;
  });
  const longRun = await engine.createRun(createWorkflow(config).then(long).commit());
  await longRun.enqueue({ inputData: { n: 1 } });
  const stop = new AbortController();
  const errors: unknown[] = [];
  const statuses: string[] = [];
  const working = engine.work({
    signal: stop.signal,
    onError: (error) => errors.push(error),
    onRun: ({ status }) => statuses.push(status),
  });
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 500) {
      world.effects.advance(500);
      await turns(20);
    }
  };
  await pass(5_000);
  const short = await engine.createRun(countingWorkflow(1));
  await short.enqueue({ inputData: { n: 1 } });
  await pass(3_000);
  assertEquals(
    [(await short.getSnapshot())?.status, (await longRun.getSnapshot())?.status],
    ["success", "running"],
  );
  isAway = true;
  await pass(10_000);
  isAway = false;
  await pass(35_000);
  assert(errors.length > 0, "The outage was not reported");
  const late = await engine.createRun(countingWorkflow(1));
  await late.enqueue({ inputData: { n: 2 } });
  await pass(3_000);
  assertEquals((await late.getSnapshot())?.status, "success");
  stop.abort();
  endLong();
  await world.effects.until(working);
  assertEquals(statuses, ["success", "success", "success"]);
});

Deno.test("tick() ends its runs before it says that the database went away", async () => {
  await using world = await World.create();
  let claims = 0;
  const client = refusing(
    world.client,
    (sql) => sql.includes("NOT EXISTS (SELECT 1 FROM wrkflw") && ++claims > 1,
  );
  const engine = world.engine({ client });
  const flow = countingWorkflow(3);
  const run = await engine.createRun(flow, "r");
  await run.enqueue({ inputData: { n: 0 } });
  await assertRejects(
    () => world.effects.until(engine.tick()),
    WrkflwError,
    "database or disk is full",
  );
  assertEquals((await world.storage().loadSnapshot("r"))?.status, "success");
});

Deno.test("a handle whose idempotency key belongs to a run becomes a handle on that run", async () => {
  await using world = await World.create();
  const engine = world.engine();
  const flow = countingWorkflow(1);
  const first = await engine.createRun(flow, { idempotencyKey: "k" });
  await first.enqueue({ inputData: { n: 1 } });
  const second = await engine.createRun(flow, { idempotencyKey: "k" });
  await second.enqueue({ inputData: { n: 1 } });
  assertEquals(second.runId, first.runId);
  const third = await engine.createRun(flow, { idempotencyKey: "k" });
  assertEquals(await world.effects.until(third.start({ inputData: { n: 1 } })), { n: 2 });
  assertEquals(third.runId, first.runId);
  assertEquals((await third.getSnapshot())?.status, "success");
});

Deno.test("work stops before the lease ends when the database does not answer its renewal", async () => {
  await using world = await World.create();
  let isSilent = false;
  const client: SqlClient = {
    execute: (statement) => world.client.execute(statement),
    batch: (statements, mode) =>
      isSilent ? new Promise(() => {}) : world.client.batch(statements, mode),
  };
  let abortedAt = 0;
  const slow = stepOf("slow", async ({ inputData, signal }) => {
    isSilent = true;
    await world.effects.sleep(300_000, signal);
    abortedAt = world.effects.now();
    return inputData;
  });
  const engine = world.engine({ client });
  const run = await engine.createRun(createWorkflow(config).then(slow).commit(), "r");
  const begun = world.effects.now();
  const started = run.safeStart({ inputData: { n: 1 } }).catch(() => {});
  for (let passed = 0; passed < 60_000 && abortedAt === 0; passed += 500) {
    world.effects.advance(500);
    await turns(20);
  }
  isSilent = false;
  await world.effects.until(started);
  const after = abortedAt - begun;
  assert(
    after > 10_000 && after <= 30_000,
    `The signal aborted after ${after} ms of a lease of 30,000`,
  );
});

Deno.test("a run whose record is damaged is blocked with a clear error, and others go on", async () => {
  await using world = await World.create();
  const flow = countingWorkflow(3);
  const engine = world.engine({ workflows: [flow] });
  const run = await engine.createRun(flow, "r");
  await world.effects.until(run.start({ inputData: { n: 0 } }));
  for (const sql of [
    "UPDATE wrkflw_workflow_runs SET status = 'running', due_at = 0",
    "UPDATE wrkflw_steps SET output = '{' WHERE path = 'step-2'",
  ]) {
    await world.client.execute({ sql, args: [] });
  }
  const neighbour = await engine.createRun(flow, "neighbour");
  await neighbour.enqueue({ inputData: { n: 0 } });
  await world.settle(engine);
  const stored = await world.storage().loadRun("r");
  assertEquals(stored?.run.status, "blocked");
  assert(stored?.run.error?.startsWith("Cannot read a stored value: "), stored?.run.error ?? "");
  assertEquals((await neighbour.getSnapshot())?.status, "success");
});

Deno.test("a run claimed anew by the same process can still be canceled there", async () => {
  await using world = await World.create();
  const engine = world.engine();
  const ends: (() => void)[] = [];
  const signals: AbortSignal[] = [];
  const slow = stepOf("slow", async ({ inputData, signal }) => {
    signals.push(signal);
    await new Promise<void>((resolve) => ends.push(resolve));
    return inputData;
  });
  const flow = createWorkflow(config).then(slow).commit();
  const run = await engine.createRun(flow, "r");
  const first = run.safeStart({ inputData: { n: 1 } });
  await turns(20);
  await world.client.execute({ sql: "UPDATE wrkflw_workflow_runs SET due_at = 0", args: [] });
  const second = engine.tick();
  await turns(20);
  ends[0]?.();
  await turns(20);
  await run.cancel();
  ends[1]?.();
  await world.effects.until(Promise.all([first, second]));
  assertEquals(
    signals.map(({ aborted }) => aborted),
    [false, true],
  );
  world.effects.advance(AFTER_LEASE_MS);
});

for (const value of [Number.POSITIVE_INFINITY, 1e300]) {
  Deno.test(`a delay or lease of ${value} is refused`, async () => {
    await using world = await World.create();
    const run = await world.engine().createRun(countingWorkflow(1));
    const enqueue = () => run.enqueue({ inputData: { n: 1 }, delayMs: value });
    await assertRejects(enqueue, WrkflwError, "delayMs must be at most");
    await assertRejects(
      () => Promise.resolve().then(() => world.engine({ leaseMs: value })),
      WrkflwError,
      "leaseMs must be at most",
    );
  });
}
