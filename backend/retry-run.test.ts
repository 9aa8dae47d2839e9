/** Another chance for failed runs: what is done again, and what is not. */

import { z } from "npm:zod@4.6.7";
import { assert, assertEquals } from "@std/assert";
import { createStep } from "./step.ts";
import { CONSTRUCTS, type Deed, noting, RUN_ID } from "./testing/construct-cases.ts";
import { counted } from "./testing/execution-counts.ts";
import { config, fail, fragile, rowsIn, START } from "./testing/failed-runs.ts";
import { FaultyClient } from "./testing/faulty-client.ts";
import { Count, type CountValue } from "./testing/samples.ts";
import { AFTER_LEASE_MS, World } from "./testing/world.ts";
import { createWorkflow } from "./workflow-builder.ts";

const HOUR_MS = 3_600_000;

for (const one of CONSTRUCTS) {
  Deno.test(`a failed run is retried by another process: only what failed is done again, in ${one.name}`, async () => {
    await using world = await World.create();
    const executions: string[] = [];
    const trouble = { isOn: true };
    const deed: Deed = ({ inputData }) => {
      if (trouble.isOn) throw new Error("broken");
      return { n: inputData.n + 1 };
    };
    const flow = one.build({ executions, deed });
    await fail(world, flow);
    const recorded = await rowsIn(world);
    const other = world.engine({ workflows: [flow] });
    const again = await world.effects.until(other.retry(RUN_ID));
    assertEquals(again.status, "failed");
    trouble.isOn = false;
    world.effects.advance(HOUR_MS);
    const result = await world.effects.until(other.retry(RUN_ID));
    assertEquals(result.status === "success" && result.output, { n: one.output });
    const once = counted(["before", ...one.others, "after"]);
    assertEquals(counted(executions), { ...once, [one.trouble]: 3 });
    const now = await rowsIn(world);
    for (const row of recorded) assert(now.includes(row), `${row} was changed`);
  });
}

Deno.test("a retried step has all its attempts and pauses anew", async () => {
  await using world = await World.create();
  const attempts: number[] = [];
  const flow = createWorkflow(config)
    .then(
      createStep({
        id: "charge",
        inputSchema: Count,
        outputSchema: Count,
        retry: { attempts: 2, initialMs: HOUR_MS, jitter: false },
        execute: ({ attempt, inputData }) => {
          attempts.push(attempt);
          if (attempts.length < 4) throw new Error("not yet");
          return inputData;
        },
      }),
    )
    .commit();
  const engine = world.engine({ workflows: [flow] });
  const run = await engine.createRun(flow, RUN_ID);
  await world.effects.until(run.safeStart(START));
  world.effects.advance(HOUR_MS);
  await world.settle(engine);
  assertEquals((await run.getSnapshot())?.status, "failed");
  assertEquals((await world.effects.until(run.safeRetry())).status, "waiting");
  world.effects.advance(HOUR_MS);
  await world.settle(engine);
  assertEquals((await run.getSnapshot())?.result, { n: 0 });
  assertEquals(attempts, [1, 2, 1, 2]);
});

Deno.test("what a step was resumed with is still there when it is retried", async () => {
  await using world = await World.create();
  const trouble = { isOn: true };
  const flow = createWorkflow(config)
    .then(
      createStep({
        id: "ask",
        inputSchema: Count,
        outputSchema: Count,
        resumeSchema: Count,
        execute: ({ resumeData, suspend }) => {
          if (resumeData === undefined) return suspend({});
          if (trouble.isOn) throw new Error("broken");
          return resumeData;
        },
      }),
    )
    .commit();
  const run = await world.engine().createRun(flow, RUN_ID);
  await world.effects.until(run.safeStart(START));
  await world.effects.until(run.safeResume({ resumeData: { n: 7 } }));
  trouble.isOn = false;
  assertEquals(await world.effects.until(run.retry()), { n: 7 });
});

Deno.test("what waited beside the failure goes on waiting for the same, and is not executed for it", async () => {
  await using world = await World.create();
  const trouble = { isOn: true };
  const asked: string[] = [];
  const ask = createStep({
    id: "ask",
    inputSchema: Count,
    outputSchema: Count,
    resumeSchema: Count,
    execute: ({ resumeData, suspend, idempotencyKey }) => {
      asked.push(idempotencyKey);
      return resumeData ?? suspend({ question: "How many?" });
    },
  });
  const event = createWorkflow({ ...config, id: "event" }).waitForEvent("paid", { schema: Count });
  const nap = createWorkflow({ ...config, id: "nap" }).sleep(HOUR_MS);
  const flow = createWorkflow(config)
    .parallel([fragile("charge", trouble), ask, event.commit(), nap.commit()])
    .map(({ inputData }) => ({ n: inputData.ask.n + inputData.event.n + inputData.charge.n }))
    .commit();
  const { engine } = await fail(world, flow);
  trouble.isOn = false;
  const retried = await world.effects.until(engine.retry(RUN_ID));
  assertEquals("waits" in retried && retried.waits.map(({ path }) => path).sort(), [
    "ask",
    "event/waitForEvent",
    "nap/sleep",
  ]);
  assertEquals(asked.length, 1);
  await engine.sendEvent("paid", { n: 10 });
  await world.settle(engine);
  world.effects.advance(HOUR_MS);
  await world.settle(engine);
  const resumed = await world.effects.until(
    engine.resume(RUN_ID, { step: "ask", resumeData: { n: 100 } }),
  );
  assertEquals("output" in resumed && resumed.output, { n: 111 });
});

Deno.test("of items that are workflows, one failed and one waiting, each goes on from where it was", async () => {
  await using world = await World.create();
  const trouble = { isOn: true };
  const executions: string[] = [];
  const ask = createStep({
    id: "ask",
    inputSchema: Count,
    outputSchema: Count,
    resumeSchema: Count,
    execute: (context) => {
      executions.push(context.idempotencyKey);
      const { inputData, resumeData, suspend } = context;
      if (inputData.n === 1 && trouble.isOn) throw new Error("the second item broke");
      return inputData.n < 3 ? inputData : (resumeData ?? suspend({}));
    },
  });
  const item = createWorkflow({ ...config, id: "item", timeoutMs: HOUR_MS })
    .then(noting("prepare", executions))
    .map(({ inputData }) => ({ n: inputData.n - 1 }))
    .parallel([ask, noting("beside", executions)])
    .map(({ inputData }) => inputData.ask)
    .commit();
  const flow = createWorkflow({ ...config, outputSchema: z.array(Count) })
    .map(() => [{ n: 0 }, { n: 1 }, { n: 3 }])
    .foreach(item, { concurrency: 3 })
    .commit();
  const engine = world.engine({ workflows: [flow] });
  const run = await engine.createRun(flow, RUN_ID);
  assertEquals((await world.effects.until(run.safeStart(START))).status, "failed");
  trouble.isOn = false;
  world.effects.advance(2 * HOUR_MS);
  const other = world.engine({ workflows: [flow] });
  const parked = await world.effects.until(other.retry(RUN_ID));
  const waits = "waits" in parked ? parked.waits.map(({ path }) => path) : parked.status;
  assertEquals(waits, ["item[2]/ask"]);
  const resumed = await world.effects.until(other.resume(RUN_ID, { resumeData: { n: 9 } }));
  assertEquals("output" in resumed && resumed.output, [{ n: 0 }, { n: 1 }, { n: 9 }]);
  const counts = counted(executions.map((key) => decodeURI(key).replace(/^r\//, "")));
  assertEquals([counts["item[0]/ask"], counts["item[1]/ask"], counts["item[2]/ask"]], [1, 2, 2]);
  assertEquals([counts["item[1]/prepare"], counts["item[1]/beside"]], [1, 1]);
});

Deno.test("functions that failed, events that did not fit and waits that timed out are tried again", async () => {
  await using world = await World.create();
  const trouble = { isOn: true };
  const flow = createWorkflow(config)
    .map(({ inputData }) => {
      if (trouble.isOn) throw new Error("no map");
      return inputData;
    })
    .waitForEvent("paid", { schema: Count, timeoutMs: HOUR_MS })
    .then(fragile("after", trouble))
    .commit();
  const { engine } = await fail(world, flow);
  trouble.isOn = false;
  assertEquals((await world.effects.until(engine.retry(RUN_ID))).status, "waiting");
  world.effects.advance(HOUR_MS);
  await world.settle(engine);
  assertEquals(
    (await engine.loadSnapshot(RUN_ID))?.error,
    'Event "paid" did not come within 3600000 ms',
  );
  const waiting = await world.effects.until(engine.retry(RUN_ID));
  assertEquals("waits" in waiting && waiting.waits[0]?.until, world.effects.now() + HOUR_MS);
  await engine.sendEvent("paid", { n: 5 });
  await world.settle(engine);
  assertEquals((await engine.loadSnapshot(RUN_ID))?.result, { n: 6 });
});

Deno.test("an event that did not fit is taken again once the workflow takes it", async () => {
  await using world = await World.create();
  const flowTaking = (schema: z.ZodType<CountValue>) =>
    createWorkflow(config).waitForEvent("paid", { schema }).commit();
  const strict = flowTaking(z.object({ n: z.number().max(1) }));
  const engine = world.engine();
  const run = await engine.createRun(strict, RUN_ID);
  await world.effects.until(run.safeStart(START));
  const unaware = world.engine();
  await unaware.sendEvent("paid", { n: 5 });
  await world.settle(engine);
  assertEquals((await run.getSnapshot())?.status, "failed");
  const mended = world.engine({ workflows: [flowTaking(Count)] });
  const result = await world.effects.until(mended.retry(RUN_ID));
  assertEquals("output" in result && result.output, { n: 5 });
});

Deno.test("workflows whose time was up have it again, within others and on the whole", async () => {
  for (const isNested of [false, true]) {
    await using world = await World.create();
    const limited = createWorkflow({
      ...config,
      id: isNested ? "nested" : "flow",
      timeoutMs: HOUR_MS,
    })
      .sleep(HOUR_MS / 2)
      .then(
        createStep({
          id: "slow",
          inputSchema: Count,
          outputSchema: Count,
          execute: async ({ inputData, attempt }) => {
            await world.effects.sleep(isFirst && attempt === 1 ? HOUR_MS : 1);
            return inputData;
          },
        }),
      )
      .commit();
    let isFirst = true;
    const flow = isNested ? createWorkflow(config).then(limited).commit() : limited;
    const engine = world.engine({ workflows: [flow] });
    const run = await engine.createRun(flow, RUN_ID);
    await world.effects.until(run.safeStart(START));
    world.effects.advance(HOUR_MS / 2);
    await world.settle(engine);
    const id = isNested ? "nested" : "flow";
    const failed = await run.getSnapshot();
    assertEquals(failed?.error, `Workflow "${id}" ran out of time in step "slow"`);
    world.effects.advance(10 * HOUR_MS);
    isFirst = false;
    assertEquals(await world.effects.until(run.retry()), { n: 0 });
  }
});

Deno.test("an output that did not fit is looked at again, and nothing is executed for it", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  const flowWith = (outputSchema: z.ZodType<CountValue>) =>
    createWorkflow({ ...config, outputSchema })
      .then(noting("only", executions))
      .commit();
  const { engine } = await fail(world, flowWith(z.object({ n: z.number().max(0) })));
  const again = await world.effects.until(engine.retry(RUN_ID));
  assertEquals(again.status, "failed");
  const mended = world.engine({ workflows: [flowWith(Count)] });
  const result = await world.effects.until(mended.retry(RUN_ID));
  assertEquals("output" in result && result.output, { n: 1 });
  assertEquals(executions, ["only"]);
});

Deno.test("a run that was given up because it killed its process is tried as often again", async () => {
  await using world = await World.create();
  const flow = createWorkflow(config).then(noting("only", [])).commit();
  await world
    .engine()
    .createRun(flow, RUN_ID)
    .then((run) => run.enqueue(START));
  for (let death = 0; death < 4; death++) {
    const doomed = new FaultyClient(world.client);
    const dying = world.engine({ client: doomed, workflows: [flow], maxIdleClaims: 3 });
    await dying.init();
    doomed.killAfterCalls(1);
    void dying.tick();
    await doomed.killed;
    world.effects.advance(AFTER_LEASE_MS);
  }
  const engine = world.engine({ workflows: [flow], maxIdleClaims: 3 });
  await world.settle(engine);
  const { error } = (await engine.loadSnapshot(RUN_ID)) ?? {};
  assert(error?.startsWith('Gave up run "r": its process died'), error);
  const result = await world.effects.until(engine.retry(RUN_ID));
  assertEquals("output" in result && result.output, { n: 1 });
});
