import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { RunCanceledError, WrkflwError } from "./errors.ts";
import type { SqlClient } from "./sql.ts";
import { createStep } from "./step.ts";
import { turns } from "./testing/fake-effects.ts";
import { FaultyClient } from "./testing/faulty-client.ts";
import { addOne, askForText, Count, countingWorkflow } from "./testing/samples.ts";
import { AFTER_LEASE_MS, World } from "./testing/world.ts";
import { createWorkflow } from "./workflow-builder.ts";

Deno.test("two starts of one run, or with one idempotency key, are one run", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  const flow = countingWorkflow(2, executions);
  const engine = world.engine();
  const start = async (options: { runId?: string; idempotencyKey?: string }) =>
    await (await engine.createRun(flow, options)).safeStart({ inputData: { n: 1 } });
  const [a, b] = await world.effects.until(
    Promise.all([start({ runId: "r1" }), start({ runId: "r1" })]),
  );
  assertEquals([a.status, b.status], ["success", "success"]);
  const c = await world.effects.until(start({ idempotencyKey: "k" }));
  const d = await world.effects.until(start({ idempotencyKey: "k" }));
  assertEquals(c.runId, d.runId);
  assertEquals(executions.length, 4);
  assertEquals((await world.storage().listRuns()).length, 2);
});

Deno.test("a run id or key that belongs to another run is refused", async () => {
  await using world = await World.create();
  const engine = world.engine();
  const flow = countingWorkflow(1);
  const other = createWorkflow({ id: "other", inputSchema: Count, outputSchema: Count }).commit();
  const run = await engine.createRun(flow, { runId: "r1", idempotencyKey: "k" });
  await world.effects.until(run.start({ inputData: { n: 1 } }));
  const refused = async (start: Promise<unknown>, message: string) => {
    const error = await assertRejects(() => start, WrkflwError, message);
    assertEquals(error.code, "RUN_CONFLICT");
  };
  await refused(
    (await engine.createRun(flow, "r1")).start({ inputData: { n: 2 } }),
    `Cannot start workflow "counting": run id "r1" belongs to a run with other input`,
  );
  await refused(
    (await engine.createRun(flow, { idempotencyKey: "k" })).start({ inputData: { n: 2 } }),
    `idempotency key "k" belongs to a run with other input`,
  );
  await refused(
    (await engine.createRun(other, "r1")).enqueue({ inputData: { n: 1 } }),
    `run id "r1" belongs to a run of workflow "counting"`,
  );
});

Deno.test("inputs that JSON would write alike are other inputs", async () => {
  await using world = await World.create();
  const flow = createWorkflow({ id: "flow", inputSchema: z.any(), outputSchema: z.any() }).commit();
  const engine = world.engine();
  const pairs: [unknown, unknown][] = [
    [5n, "5n"],
    [Number.NaN, null],
    [-0, 0],
    [/a/, /b/],
    [new Map([["a", 1]]), [["a", 1]]],
    [new Set([1]), [1]],
    [new Date(0), new Date(0).toISOString()],
    [new Error("a"), new Error("b")],
  ];
  for (const [index, [one, other]] of pairs.entries()) {
    const start = async (inputData: unknown) =>
      await (await engine.createRun(flow, `r${index}`)).safeStart({ inputData });
    assertEquals((await start(one)).status, "success");
    assertEquals((await start(one)).status, "success");
    await assertRejects(() => start(other), WrkflwError, "with other input");
  }
});

Deno.test("an enqueued run is driven by the next tick, not before its delay", async () => {
  await using world = await World.create();
  const flow = countingWorkflow(2);
  const engine = world.engine();
  await (await engine.createRun(flow, "now")).enqueue({ inputData: { n: 1 } });
  await (await engine.createRun(flow, "later")).enqueue({ inputData: { n: 1 }, delayMs: 5_000 });
  assertEquals((await world.storage().loadSnapshot("now"))?.status, "pending");
  const first = await world.effects.until(engine.tick());
  assertEquals(first, {
    runs: [{ runId: "now", workflowId: "counting", status: "success" }],
    nextDueInMs: 5_000,
  });
  world.effects.advance(4_999);
  assertEquals((await world.effects.until(engine.tick())).runs, []);
  world.effects.advance(1);
  assertEquals((await world.effects.until(engine.tick())).runs.length, 1);
  assertEquals((await world.storage().loadSnapshot("later"))?.status, "success");
});

Deno.test("tick() takes no more than its limit, and only workflows it knows", async () => {
  await using world = await World.create();
  const flow = countingWorkflow(1);
  const engine = world.engine();
  for (let n = 1; n <= 5; n++) await (await engine.createRun(flow)).enqueue({ inputData: { n } });
  assertEquals((await world.effects.until(world.engine().tick())).runs, []);
  assertEquals((await world.effects.until(engine.tick({ limit: 2 }))).runs.length, 2);
  assertEquals((await world.effects.until(engine.tick({ budgetMs: 0 }))).runs.length, 0);
  assertEquals((await world.effects.until(engine.tick({ concurrency: 1 }))).runs.length, 3);
});

Deno.test("work() drives what becomes due until its signal aborts", async () => {
  await using world = await World.create();
  const flow = countingWorkflow(1);
  const engine = world.engine();
  const stop = new AbortController();
  const working = engine.work({ signal: stop.signal });
  const run = await engine.createRun(flow);
  await run.enqueue({ inputData: { n: 1 }, delayMs: 10_000 });
  for (let waited = 0; (await run.getSnapshot())?.status !== "success"; waited++) {
    assert(waited < 100, "The run was never driven");
    world.effects.advance(500);
    await turns(20);
  }
  stop.abort();
  await working;
});

Deno.test("canceling stops before the next step, aborts the one at work, and is said by start()", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  const engine = world.engine();
  let aborted = false;
  const slow = createStep({
    id: "slow",
    inputSchema: Count,
    outputSchema: Count,
    execute: async ({ inputData, runId, signal }) => {
      await engine.cancel(runId);
      aborted = signal.aborted;
      return inputData;
    },
  });
  const flow = createWorkflow({ id: "flow", inputSchema: Count, outputSchema: Count })
    .then(slow)
    .then(addOne("never", executions))
    .commit();
  const run = await engine.createRun(flow, "r1");
  await assertRejects(
    () => world.effects.until(run.start({ inputData: { n: 1 } })),
    RunCanceledError,
    `Run "r1" was canceled`,
  );
  assertEquals([aborted, executions], [true, []]);
  assertEquals((await run.getSnapshot())?.status, "canceled");
  assertEquals(await run.cancel(), { runId: "r1", status: "canceled", wasCanceled: false });
  assertEquals((await world.effects.until(engine.tick())).runs, []);
});

Deno.test("canceling what is over changes nothing, and an unknown run is an error", async () => {
  await using world = await World.create();
  const engine = world.engine();
  const run = await engine.createRun(countingWorkflow(1), "r1");
  const error = await assertRejects(() => run.cancel(), WrkflwError, `Cannot find run "r1"`);
  assertEquals(error.code, "RUN_NOT_FOUND");
  await world.effects.until(run.start({ inputData: { n: 1 } }));
  assertEquals(await run.cancel(), { runId: "r1", status: "success", wasCanceled: false });
  assertEquals((await run.getSnapshot())?.result, { n: 2 });
});

Deno.test("of two processes, the one that was paused beyond its lease learns it and stops", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  let wake: () => void = () => {};
  let isFirst = true;
  const pause = createStep({
    id: "pause",
    inputSchema: Count,
    outputSchema: Count,
    execute: async ({ inputData }) => {
      if (isFirst) {
        isFirst = false;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        return { n: -1 };
      }
      return inputData;
    },
  });
  const flow = createWorkflow({ id: "flow", inputSchema: Count, outputSchema: Count })
    .then(addOne("before", executions))
    .then(pause)
    .then(addOne("after", executions))
    .commit();
  const paused = await world.engine().createRun(flow, "r1");
  const started = paused.safeStart({ inputData: { n: 1 } });
  await turns(20);
  // The paused process renews nothing: its timers stand still while another clock runs on.
  const { client } = world;
  await client.execute({ sql: "UPDATE wrkflw_workflow_runs SET due_at = 0", args: [] });
  await world.settle(world.engine({ workflows: [flow] }));
  wake();
  const result = await world.effects.until(started);
  assertEquals(
    [result.status, result.status === "success" && result.output],
    ["success", { n: 3 }],
  );
  assertEquals(executions, ["r1/before", "r1/after"]);
});

Deno.test("a run that others claimed before its birth was known is left to them", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  const flow = createWorkflow({ id: "flow", inputSchema: Count, outputSchema: Count })
    .then(
      createStep({
        id: "slow",
        inputSchema: Count,
        outputSchema: Count,
        execute: async ({ inputData }) => {
          executions.push("slow");
          await world.effects.sleep(5_000);
          return inputData;
        },
      }),
    )
    .commit();
  const other = world.engine({ workflows: [flow] });
  await other.init();
  let ticked: Promise<unknown> | undefined;
  const client: SqlClient = {
    execute: (statement) => world.client.execute(statement),
    batch: async (statements, mode) => {
      const results = await world.client.batch(statements, mode);
      if (ticked !== undefined) return results;
      // The answer to the birth is lost, and this process hears nothing for longer than a lease.
      world.effects.advance(AFTER_LEASE_MS);
      ticked = other.tick();
      await turns(12);
      throw new Error("the answer was lost");
    },
  };
  const run = await world.engine({ client }).createRun(flow, "r");
  await world.effects.until(run.safeStart({ inputData: { n: 1 } }));
  await world.effects.until(ticked ?? Promise.reject(new Error("Nobody ticked")));
  assertEquals(executions, ["slow"]);
  assertEquals((await run.getSnapshot())?.status, "success");
});

Deno.test("the lease is renewed while a step takes longer than it", async () => {
  await using world = await World.create();
  const flow = createWorkflow({ id: "flow", inputSchema: Count, outputSchema: Count })
    .then(
      createStep({
        id: "slow",
        inputSchema: Count,
        outputSchema: Count,
        execute: async ({ inputData }) => {
          await world.effects.sleep(200_000);
          return inputData;
        },
      }),
    )
    .commit();
  const run = await world.engine().createRun(flow, "r1");
  const started = run.start({ inputData: { n: 1 } });
  await turns(20);
  const other = world.engine({ workflows: [flow] });
  for (let waited = 0; waited < 100_000; waited += 5_000) {
    world.effects.advance(5_000);
    await turns(20);
    assertEquals((await other.tick()).runs, []);
  }
  assertEquals(await world.effects.until(started), { n: 1 });
});

Deno.test("a run that kills its process each time is given up, names the step, and others go on", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  const deadly = createStep({
    id: "deadly",
    inputSchema: Count,
    outputSchema: Count,
    execute: () => new Promise<{ n: number }>(() => {}),
  });
  const flow = createWorkflow({ id: "flow", inputSchema: Count, outputSchema: Count })
    .then(addOne("fine", executions))
    .then(deadly)
    .commit();
  for (let death = 0; death < 10; death++) {
    const client = new FaultyClient(world.client);
    const engine = world.engine({ client, workflows: [flow] });
    if (death === 0) void (await engine.createRun(flow, "r1")).start({ inputData: { n: 1 } });
    else void engine.tick();
    await turns(30);
    client.kill();
    world.effects.advance(AFTER_LEASE_MS);
  }
  const healthy = world.engine({ workflows: [countingWorkflow(1)] });
  const neighbour = await healthy.createRun(countingWorkflow(1), "neighbour");
  await neighbour.enqueue({ inputData: { n: 1 } });
  await world.settle(healthy);
  assertEquals((await neighbour.getSnapshot())?.status, "success");
  const snapshot = await world.storage().loadSnapshot("r1");
  assertEquals(
    [snapshot?.status, snapshot?.error],
    ["failed", `Gave up run "r1": its process died 5 times in step "deadly"`],
  );
  assertEquals(executions, ["r1/fine"]);
});

Deno.test("the deaths of a run that had a rest, and was resumed, are counted from one", async () => {
  await using world = await World.create();
  let client = new FaultyClient(world.client);
  const deadly = createStep({
    id: "deadly",
    inputSchema: z.string(),
    outputSchema: z.string(),
    execute: ({ inputData }) => {
      client.kill();
      return inputData;
    },
  });
  const flow = createWorkflow({ id: "flow", inputSchema: z.string(), outputSchema: z.string() })
    .then(askForText)
    .then(deadly)
    .commit();
  const run = await world.engine({ client }).createRun(flow, "r");
  await world.effects.until(run.safeStart({ inputData: "" }));
  await world.effects.until(Promise.race([run.safeResume({ resumeData: "yes" }), client.killed]));
  const counts: (number | undefined)[] = [];
  for (let life = 0; life < 5; life++) {
    world.effects.advance(AFTER_LEASE_MS);
    client = new FaultyClient(world.client);
    const engine = world.engine({ workflows: [flow], client });
    await world.effects.until(Promise.race([engine.tick(), client.killed]));
    counts.push((await world.storage().findRun("r"))?.idleClaims);
  }
  assertEquals(counts, [1, 2, 3, 4, 0]);
  const message = (await world.storage().loadSnapshot("r"))?.error ?? "";
  assert(message.endsWith('died 5 times in step "deadly"'), message);
});

Deno.test("the pauses of a run grow from the first time on which it is given back, also after it was resumed", async () => {
  await using world = await World.create();
  const flow = createWorkflow({ id: "flow", inputSchema: z.string(), outputSchema: z.string() })
    .then(askForText)
    .commit();
  const run = await world.engine().createRun(flow, "r");
  await world.effects.until(run.safeStart({ inputData: "" }));
  await world.engine({ workflows: [flow] }).resume("r", { resumeData: "yes", drives: false });
  const refusing: SqlClient = {
    execute: (statement) => world.client.execute(statement),
    batch: (statements, mode) =>
      statements.some(({ sql }) => sql.includes("SET idle_claims = 0"))
        ? Promise.reject(new Error("The row is too large"))
        : world.client.batch(statements, mode),
  };
  const engine = world.engine({ workflows: [flow], client: refusing });
  const releases: (number | undefined)[] = [];
  for (let time = 0; time < 4; time++) {
    await world.effects.until(engine.tick());
    releases.push((await world.storage().findRun("r"))?.releases);
    world.effects.advance(60_000);
  }
  assertEquals(releases, [1, 2, 3, 4]);
});
