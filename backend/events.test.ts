/** Events: each is taken once, none is lost, whenever it is sent and whatever goes wrong. */

import { z } from "npm:zod@4.6.7";
import { assertEquals, assertRejects } from "@std/assert";
import { ExecutionEngine } from "./engine.ts";
import { ValidationError, WrkflwError } from "./errors.ts";
import { rowsOf, type SqlClient } from "./sql.ts";
import { createStep } from "./step.ts";
import { WorkflowStorage } from "./storage.ts";
import { forEachDatabase } from "./testing/databases.ts";
import { FakeEffects } from "./testing/fake-effects.ts";
import { type FaultMode, FaultyClient } from "./testing/faulty-client.ts";
import { Count, type CountValue } from "./testing/samples.ts";
import { AFTER_LEASE_MS, World } from "./testing/world.ts";
import type { Workflow } from "./workflow.ts";
import { createWorkflow } from "./workflow-builder.ts";

const HOUR_MS = 3_600_000;
const NOTHING_TAKEN = -1;

type CountWorkflow = Workflow<string, CountValue, CountValue>;

/** Puts out the event's `n`, or -1 when time is up. */
function waiting(id = "flow", match?: string): CountWorkflow {
  return createWorkflow({ id, inputSchema: Count, outputSchema: Count })
    .waitForEvent("paid", {
      schema: Count,
      timeoutMs: HOUR_MS,
      ...(match === undefined ? {} : { match }),
      onTimeout: () => ({ n: NOTHING_TAKEN }),
    })
    .commit();
}

/** An engine on a clock that the test moves; nothing here waits for time in the process. */
class Process {
  readonly effects: FakeEffects;
  readonly engine: ExecutionEngine;

  constructor(client: SqlClient, effects: FakeEffects, workflows: readonly CountWorkflow[]) {
    this.effects = effects;
    const storage = new WorkflowStorage({ client, effects, now: () => String(effects.now()) });
    this.engine = new ExecutionEngine(storage, { workflows, effects });
  }

  async start(flow: CountWorkflow, runId: string): Promise<string> {
    const run = await this.engine.createRun(flow, runId);
    const result = await run.safeStart({ inputData: { n: 0 } });
    return result.status;
  }

  async outputOf(runId: string): Promise<unknown> {
    await this.engine.tick();
    return (await this.engine.loadSnapshot(runId))?.result;
  }
}

forEachDatabase(
  "an event is taken whether it comes before the wait or during it",
  async (client) => {
    const flow = waiting();
    const process = new Process(client, new FakeEffects(), [flow]);
    await process.engine.init();
    assertEquals(await process.engine.sendEvent("paid", { n: 1 }, { eventId: "e1" }), {
      eventId: "e1",
    });
    assertEquals(await process.start(flow, "early"), "success");
    assertEquals(await process.outputOf("early"), { n: 1 });

    assertEquals(await process.start(flow, "late"), "waiting");
    assertEquals(await process.engine.sendEvent("paid", { n: 2 }, { eventId: "e2" }), {
      eventId: "e2",
      runId: "late",
      path: "waitForEvent",
    });
    assertEquals(await process.outputOf("late"), { n: 2 });
    assertEquals(await process.start(flow, "third"), "waiting");
    const again = await process.engine.sendEvent("paid", { n: 3 }, { eventId: "e2" });
    assertEquals(again.runId, "late");
    assertEquals(await process.outputOf("third"), undefined);
  },
);

forEachDatabase(
  "the longest waiting run takes the event, the other goes on waiting",
  async (client) => {
    const flow = waiting();
    const process = new Process(client, new FakeEffects(), [flow]);
    await process.start(flow, "z-first");
    process.effects.advance(1_000);
    await process.start(flow, "a-second");
    const sent = await process.engine.sendEvent("paid", { n: 7 });
    assertEquals(sent.runId, "z-first");
    assertEquals(await process.outputOf("z-first"), { n: 7 });
    assertEquals((await process.engine.loadSnapshot("a-second"))?.status, "waiting");
    process.effects.advance(HOUR_MS);
    assertEquals(await process.outputOf("a-second"), { n: NOTHING_TAKEN });
    const kept = await process.engine.sendEvent("paid", { n: 8 });
    assertEquals(kept.runId, undefined);
  },
);

forEachDatabase("an event is taken by a wait with its match and by no other", async (client) => {
  const flows = [waiting("any"), waiting("ours", "order-1"), waiting("theirs", "order-2")];
  const process = new Process(client, new FakeEffects(), flows);
  for (const flow of flows) assertEquals(await process.start(flow, flow.id), "waiting");
  const { engine } = process;
  assertEquals((await engine.sendEvent("paid", { n: 1 }, { match: "order-2" })).runId, "theirs");
  assertEquals((await engine.sendEvent("paid", { n: 2 })).runId, "any");
  assertEquals((await engine.sendEvent("paid", { n: 3 }, { match: "order-9" })).runId, undefined);
  assertEquals((await engine.sendEvent("other", { n: 4 }, { match: "order-1" })).runId, undefined);
  await engine.tick();
  const statuses = flows.map(async ({ id }) => (await engine.loadSnapshot(id))?.status);
  assertEquals(await Promise.all(statuses), ["success", "waiting", "success"]);
});

forEachDatabase(
  "a loop over waits takes two events that come in a row, in order",
  async (client) => {
    const turn = createWorkflow({ id: "turn", inputSchema: Count, outputSchema: Count })
      .waitForEvent("paid", { schema: Count })
      .commit();
    const flow = createWorkflow({ id: "flow", inputSchema: Count, outputSchema: Count })
      .dountil(turn, ({ inputData }) => inputData.n === 3)
      .commit();
    const process = new Process(client, new FakeEffects(), [flow]);
    assertEquals(await process.start(flow, "r"), "waiting");
    assertEquals((await process.engine.sendEvent("paid", { n: 1 })).path, "turn#1/waitForEvent");
    process.effects.advance(1);
    assertEquals((await process.engine.sendEvent("paid", { n: 2 })).path, undefined);
    process.effects.advance(1);
    await process.engine.sendEvent("paid", { n: 3 });
    assertEquals(await process.outputOf("r"), undefined);
    for (let tick = 0; tick < 3; tick++) await process.engine.tick();
    const snapshot = await process.engine.loadSnapshot("r");
    assertEquals([snapshot?.status, snapshot?.result], ["success", { n: 3 }]);
  },
);

forEachDatabase(
  "an event that comes while the run is at work, or after its end, is kept",
  async (client) => {
    const process = new Process(client, new FakeEffects(), []);
    const busy = createStep({
      id: "busy",
      inputSchema: Count,
      outputSchema: Count,
      execute: async ({ inputData }) => {
        const sent = await process.engine.sendEvent("paid", { n: 5 });
        return { n: sent.runId === undefined ? inputData.n : 100 };
      },
    });
    const flow = createWorkflow({ id: "flow", inputSchema: Count, outputSchema: Count })
      .then(busy)
      .waitForEvent("paid", { schema: Count })
      .commit();
    assertEquals(await process.start(flow, "r"), "success");
    assertEquals(await process.outputOf("r"), { n: 5 });
    assertEquals((await process.engine.sendEvent("paid", { n: 6 })).runId, undefined);
  },
);

forEachDatabase("of an event, a time-out and a cancellation exactly one wins", async (client) => {
  const flow = waiting();
  const process = new Process(client, new FakeEffects(), [flow]);
  const { engine, effects } = process;
  const acts = {
    event: () => engine.sendEvent("paid", { n: 5 }),
    cancel: (id: string) => engine.cancel(id),
    time: () => Promise.resolve(effects.advance(HOUR_MS)),
    tick: () => engine.tick(),
  };
  const orders: readonly [string, (keyof typeof acts)[], unknown, boolean][] = [
    ["event-first", ["event", "time", "tick"], { n: 5 }, true],
    ["event-at-the-time", ["time", "event", "tick"], { n: 5 }, true],
    ["time-first", ["time", "tick", "event"], { n: NOTHING_TAKEN }, false],
    ["cancel-first", ["cancel", "event", "time", "tick"], undefined, false],
    ["event-then-cancel", ["event", "cancel", "time", "tick"], undefined, true],
  ];
  for (const [runId, order, output, isTaken] of orders) {
    await process.start(flow, runId);
    for (const act of order) await acts[act](runId);
    assertEquals((await engine.loadSnapshot(runId))?.result, output, runId);
    const free = rowsOf(
      await client.execute({
        sql: "SELECT event_id FROM wrkflw_events WHERE run_id IS NULL",
        args: [],
      }),
    );
    assertEquals(free.length, isTaken ? 0 : 1, runId);
    await client.execute({ sql: "DELETE FROM wrkflw_events", args: [] });
  }
});

forEachDatabase(
  "an event that cannot be used is refused, and nothing is stored",
  async (client) => {
    const flow = waiting();
    const process = new Process(client, new FakeEffects(), [flow]);
    const { engine } = process;
    await process.start(flow, "r");
    await assertRejects(
      () => engine.sendEvent("paid", { n: "one" }),
      ValidationError,
      'Cannot send event "paid": invalid payload',
    );
    for (const name of ["", "a/b", "a#1", "nul\0"])
      await assertRejects(
        () => engine.sendEvent(name, { n: 1 }),
        WrkflwError,
        "Cannot send an event",
      );
    for (const options of [
      { match: "x".repeat(201) },
      { eventId: "line\n" },
      { eventId: "\ud800" },
    ])
      await assertRejects(
        () => engine.sendEvent("paid", { n: 1 }, options),
        WrkflwError,
        "must be",
      );
    await assertRejects(() => engine.sendEvent("free", () => 1), WrkflwError, "free");
    const rows = rowsOf(await client.execute({ sql: "SELECT * FROM wrkflw_events", args: [] }));
    assertEquals(rows, []);
    assertEquals((await engine.loadSnapshot("r"))?.status, "waiting");
  },
);

Deno.test("an event has one shape: a payload that one of its waits does not take is refused", async () => {
  await using world = await World.create();
  const flow = createWorkflow({ id: "flow", inputSchema: Count, outputSchema: z.unknown() })
    .waitForEvent("paid", { schema: Count })
    .commit();
  const other = createWorkflow({ id: "other", inputSchema: Count, outputSchema: z.string() })
    .waitForEvent("paid", { schema: z.string() })
    .commit();
  const engine = world.engine({ workflows: [flow, other] });
  const run = await engine.createRun(flow, "r");
  await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
  for (const payload of ["a text", { n: 1 }]) {
    const send = () => engine.sendEvent("paid", payload);
    await assertRejects(send, ValidationError, 'Cannot send event "paid": invalid payload');
  }
  await world.settle(engine);
  assertEquals((await run.getSnapshot())?.status, "waiting");
});

Deno.test("an event that is there already is taken by a wait with a short time-out", async () => {
  for (const timeoutMs of [0, 1, 2_000]) {
    await using world = await World.create();
    const flow = createWorkflow({ id: "flow", inputSchema: Count, outputSchema: Count })
      .waitForEvent("paid", { schema: Count, timeoutMs })
      .commit();
    const engine = world.engine();
    await engine.init();
    await engine.sendEvent("paid", { n: 4 });
    const run = await engine.createRun(flow, "r");
    assertEquals(await world.effects.until(run.start({ inputData: { n: 0 } })), { n: 4 });
  }
});

const MODES: readonly FaultMode[] = ["killBefore", "killAfter", "errBefore", "errAfter", "dup"];

Deno.test("no event is lost or taken twice, whatever call of the sender goes wrong", async () => {
  for (const mode of MODES) {
    for (let call = 1; call <= 4; call++) {
      await using world = await World.create();
      const flow = waiting();
      const engine = world.engine({ workflows: [flow] });
      for (const runId of ["one", "two"]) {
        const run = await engine.createRun(flow, runId);
        await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
        world.effects.advance(1);
      }
      const client = new FaultyClient(world.client, { call, mode });
      const sender = world.engine({ client, workflows: [flow] });
      const sending = sender.sendEvent("paid", { n: 5 }, { eventId: "e" }).catch(() => {});
      await world.effects.until(Promise.race([sending, client.killed]));
      // Who does not know whether it was sent sends it again.
      await world.effects.until(engine.sendEvent("paid", { n: 5 }, { eventId: "e" }));
      await world.settle(engine);
      const subject = `${mode} ${call}`;
      assertEquals((await engine.loadSnapshot("one"))?.result, { n: 5 }, subject);
      assertEquals((await engine.loadSnapshot("two"))?.status, "waiting", subject);
    }
  }
});

Deno.test("no event is lost or taken twice, whatever call of the waiting process goes wrong", async () => {
  for (const mode of MODES) {
    for (let call = 1; call <= 7; call++) {
      for (const isEarly of [true, false]) {
        await using world = await World.create();
        const flow = waiting();
        const engine = world.engine({ workflows: [flow] });
        await engine.init();
        if (isEarly) await engine.sendEvent("paid", { n: 5 });
        const client = new FaultyClient(world.client, { call, mode });
        const doomed = world.engine({ client, workflows: [flow] });
        const started = doomed
          .createRun(flow, "r")
          .then((run) => run.safeStart({ inputData: { n: 0 } }))
          .catch(() => {});
        await world.effects.until(Promise.race([started, client.killed]));
        if (!isEarly) await engine.sendEvent("paid", { n: 5 });
        world.effects.advance(AFTER_LEASE_MS);
        const run = await engine.createRun(flow, "r");
        await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
        await world.settle(engine);
        const subject = `${mode} ${call} ${isEarly}`;
        assertEquals((await run.getSnapshot())?.result, { n: 5 }, subject);
        const other = await engine.createRun(flow, "other");
        const result = await world.effects.until(other.safeStart({ inputData: { n: 0 } }));
        assertEquals(result.status, "waiting", subject);
      }
    }
  }
});

Deno.test("an event that woke a run is not lost, whatever call of the woken process goes wrong", async () => {
  let hits = 0;
  for (const mode of MODES) {
    for (let call = 1; call <= 5; call++) {
      await using world = await World.create();
      const flow = waiting();
      const engine = world.engine({ workflows: [flow] });
      const run = await engine.createRun(flow, "r");
      await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
      await engine.sendEvent("paid", { n: 5 });
      const client = new FaultyClient(world.client, { call, mode });
      const doomed = world.engine({ client, workflows: [flow] });
      const ticking = doomed.tick().catch(() => {});
      await world.effects.until(Promise.race([ticking, client.killed]));
      hits += client.calls >= call ? 1 : 0;
      // Later than the wait's own time-out: what was delivered counts nevertheless.
      world.effects.advance(2 * HOUR_MS);
      await world.settle(engine);
      assertEquals((await run.getSnapshot())?.result, { n: 5 }, `${mode} ${call}`);
      const other = await engine.createRun(flow, "other");
      const result = await world.effects.until(other.safeStart({ inputData: { n: 0 } }));
      assertEquals(result.status, "waiting", `${mode} ${call}`);
    }
  }
  assertEquals(hits >= 10, true, `Only ${hits} faults were met`);
});

Deno.test("an event in the mailbox does not wake a run that waits for another one", async () => {
  await using world = await World.create();
  const flow = waiting("flow", "order-1");
  const engine = world.engine({ workflows: [flow] });
  await engine.init();
  await engine.sendEvent("paid", { n: 1 }, { match: "order-2" });
  const run = await engine.createRun(flow, "r");
  const result = await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
  assertEquals(result.status, "waiting");
  assertEquals(await world.effects.until(engine.tick()), { runs: [], nextDueInMs: HOUR_MS });
});

Deno.test("an event of a deleted run does not reach a new run with its id", async () => {
  await using world = await World.create();
  const flow = waiting();
  const engine = world.engine({ workflows: [flow] });
  const run = await engine.createRun(flow, "r");
  await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
  await engine.sendEvent("paid", { n: 1 });
  await world.storage().deleteRun("r");
  const again = await engine.createRun(flow, "r");
  const result = await world.effects.until(again.safeStart({ inputData: { n: 0 } }));
  assertEquals(result.status, "waiting");
});

Deno.test("a run at work on something else keeps its place among those that wait for an event", async () => {
  await using world = await World.create();
  const flow = createWorkflow({ id: "both", inputSchema: Count, outputSchema: z.unknown() })
    .parallel([
      waiting("event"),
      createWorkflow({ id: "time", inputSchema: Count, outputSchema: Count }).sleep("1m").commit(),
    ])
    .commit();
  const engine = world.engine({ workflows: [flow] });
  for (const runId of ["first", "second"]) {
    const run = await engine.createRun(flow, runId);
    await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
    world.effects.advance(50_000);
  }
  await world.settle(engine);
  assertEquals((await engine.sendEvent("paid", { n: 1 })).runId, "first");
});
