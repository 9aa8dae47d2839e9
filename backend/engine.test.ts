import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { RunFailedError, ValidationError } from "./errors.ts";
import { createStep } from "./step.ts";
import { addOne, Count, mixedWorkflow } from "./testing/samples.ts";
import { World } from "./testing/world.ts";
import { createWorkflow } from "./workflow-builder.ts";

Deno.test("start() runs the steps in order and gives the workflow's output", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  const run = await world.engine().createRun(mixedWorkflow(executions), "r1");
  assertEquals(await world.effects.until(run.start({ inputData: { n: 1 } })), { n: 16 });
  assertEquals(executions, [
    "r1/first",
    "r1/second",
    "r1/nested/third",
    "r1/nested/fourth",
    "r1/fifth",
  ]);
});

Deno.test("a snapshot has input, state, result, step results and the execution path", async () => {
  await using world = await World.create();
  const run = await world.engine().createRun(mixedWorkflow([]), "r1");
  assertEquals(await run.getSnapshot(), null);
  await world.effects.until(run.start({ inputData: { n: 1 }, initialState: { seen: 0 } }));
  const snapshot = await run.getSnapshot();
  assert(snapshot !== null);
  assertEquals(snapshot.status, "success");
  assertEquals(snapshot.executionPath, [0, 1, 2, 3, 4]);
  assertEquals(snapshot.inputData, { n: 1 });
  assertEquals(snapshot.state, { seen: 0 });
  assertEquals(snapshot.result, { n: 16 });
  assertEquals(snapshot.timestamp, world.effects.now());
  assertEquals(snapshot.stepResults["nested/fourth"], {
    status: "success",
    output: { n: 15 },
    timestamp: world.effects.now(),
  });
});

for (const output of [false, 0, "", null, -0, Number.NaN, undefined, [], {}, new Date(0), 10n]) {
  const name = typeof output === "bigint" ? "10n" : JSON.stringify(output);
  Deno.test(`a result of ${name} (${typeof output}) survives`, async () => {
    await using world = await World.create();
    const any = z.any();
    const give = createStep({
      id: "give",
      inputSchema: any,
      outputSchema: any,
      execute: () => output,
    });
    const flow = createWorkflow({ id: "flow", inputSchema: any, outputSchema: any })
      .then(give)
      .commit();
    const run = await world.engine().createRun(flow);
    assertEquals(await world.effects.until(run.start({ inputData: output })), output);
    const snapshot = await run.getSnapshot();
    assertEquals([snapshot?.inputData, snapshot?.result], [output, output]);
    const result = snapshot?.stepResults.give;
    assertEquals(result?.status === "success" ? result.output : "none", output);
  });
}

Deno.test("a step that throws fails the run, which names the step and keeps the error", async () => {
  await using world = await World.create();
  const cause = new TypeError("no such card");
  const fail = createStep({
    id: "charge",
    inputSchema: Count,
    outputSchema: Count,
    execute: () => {
      throw Object.assign(new RangeError("Card declined", { cause }), { code: "E_CARD" });
    },
  });
  const flow = createWorkflow({ id: "order", inputSchema: Count, outputSchema: Count })
    .then(addOne("check", []))
    .then(fail)
    .then(addOne("ship", []))
    .commit();
  const run = await world.engine().createRun(flow, "r1");
  const error = await assertRejects(
    () => world.effects.until(run.start({ inputData: { n: 1 } })),
    RunFailedError,
    `Run "r1" failed in step "charge": Card declined`,
  );
  assertInstanceOf(error.cause, Error);
  assertEquals(
    [error.step, error.cause.name, error.cause.message],
    ["charge", "RangeError", "Card declined"],
  );
  assertEquals((error.cause as Error & { code?: string }).code, "E_CARD");
  assertEquals((error.cause.cause as Error).message, "no such card");
  const snapshot = await run.getSnapshot();
  assertEquals([snapshot?.status, snapshot?.error], ["failed", "Card declined"]);
  assertEquals(snapshot?.executionPath, [0, 1]);
  assertEquals(Object.keys(snapshot?.stepResults ?? {}), ["check", "charge"]);
  const again = await run.safeStart({ inputData: { n: 1 } });
  assertEquals(again.status, "failed");
});

Deno.test("safeStart() says how the run stands instead of rejecting", async () => {
  await using world = await World.create();
  const flow = createWorkflow({ id: "flow", inputSchema: Count, outputSchema: Count })
    .map(() => {
      throw new Error("cannot map");
    })
    .commit();
  const run = await world.engine().createRun(flow, "r1");
  const result = await world.effects.until(run.safeStart({ inputData: { n: 1 } }));
  assertEquals([result.runId, result.status, result.steps], ["r1", "failed", {}]);
  assert(result.status === "failed");
  assertEquals([result.error.step, result.error.message], ["map", "cannot map"]);
});

Deno.test("input is validated, with defaults, before anything is stored", async () => {
  await using world = await World.create();
  const Input = z.object({
    items: z.array(z.object({ price: z.number() })),
    unit: z.string().default("EUR"),
  });
  const flow = createWorkflow({ id: "flow", inputSchema: Input, outputSchema: z.string() })
    .map(({ inputData }) => inputData.unit)
    .commit();
  const engine = world.engine();
  const run = await engine.createRun(flow, "r1");
  const error = await assertRejects(
    // @ts-expect-error: the price must be a number
    () => run.start({ inputData: { items: [{ price: 1 }, { price: "2" }] } }),
    ValidationError,
    `Cannot start workflow "flow": invalid input: items.1.price:`,
  );
  assertEquals(error.issues[0]?.path, ["items", 1, "price"]);
  assertEquals(await run.getSnapshot(), null);
  assertEquals(await world.effects.until(run.start({ inputData: { items: [] } })), "EUR");
  assertEquals((await run.getSnapshot())?.inputData, { items: [], unit: "EUR" });
});

Deno.test("what a step is given and returns is validated, and the error names step and direction", async () => {
  await using world = await World.create();
  const Text = z.string();
  const bad = createStep({
    id: "bad",
    inputSchema: z.number(),
    outputSchema: Text,
    execute: () => 7 as unknown as string,
  });
  const strict = createStep({
    id: "strict",
    inputSchema: z.number().max(3),
    outputSchema: Text,
    execute: () => "x",
  });
  for (const [step, message] of [
    [bad, `Step "bad" returned invalid output: `],
    [strict, `Step "strict" was given invalid input: `],
  ] as const) {
    const flow = createWorkflow({ id: "flow", inputSchema: z.number(), outputSchema: Text })
      .then(step)
      .commit();
    const run = await world.engine().createRun(flow);
    const error = await assertRejects(
      () => world.effects.until(run.start({ inputData: 9 })),
      RunFailedError,
    );
    assert((error.cause as Error).message.startsWith(message), (error.cause as Error).message);
  }
});

Deno.test("the workflow's output is validated and transformed by its schema", async () => {
  await using world = await World.create();
  const outputSchema = z.object({ n: z.number().max(3) }).transform(({ n }) => `#${n}`);
  const flow = createWorkflow({ id: "flow", inputSchema: Count, outputSchema })
    .then(addOne("a", []))
    .commit();
  const engine = world.engine();
  const good = await engine.createRun(flow);
  assertEquals(await world.effects.until(good.start({ inputData: { n: 2 } })), "#3");
  const bad = await engine.createRun(flow);
  await assertRejects(
    () => world.effects.until(bad.start({ inputData: { n: 3 } })),
    RunFailedError,
    `Workflow "flow" returned invalid output: n: `,
  );
});

Deno.test("what cannot be stored fails its step, with the place of the value", async () => {
  await using world = await World.create();
  const any = z.any();
  const give = createStep({
    id: "give",
    inputSchema: any,
    outputSchema: any,
    execute: ({ log }) => {
      log.info("before");
      return { list: [1, { make: () => 1 }] };
    },
  });
  const flow = createWorkflow({ id: "flow", inputSchema: any, outputSchema: any })
    .then(give)
    .commit();
  const run = await world.engine().createRun(flow, "r1");
  const error = await assertRejects(
    () => world.effects.until(run.start({ inputData: 1 })),
    RunFailedError,
  );
  assertEquals(
    (error.cause as Error).message.split(";")[0],
    `Cannot store the output of "give": $.list[1].make is a function`,
  );
  const loaded = await world.storage().loadRun("r1");
  assert(loaded?.steps[0]?.logs?.includes("before"), "The log of the failed step is kept");
});

Deno.test("a step reads earlier results, the input and its run's facts", async () => {
  await using world = await World.create();
  const first = addOne("first", []);
  const seen: unknown[] = [];
  const look = createStep({
    id: "look",
    inputSchema: Count,
    outputSchema: Count,
    execute: (context) => {
      const { attempt, idempotencyKey, runId, workflowId } = context;
      seen.push(
        context.getStepResult(first),
        context.getInitData(),
        attempt,
        idempotencyKey,
        runId,
        workflowId,
      );
      seen.push(context.signal.aborted, context.timeLeft());
      return context.inputData;
    },
  });
  const flow = createWorkflow({ id: "flow", inputSchema: Count, outputSchema: Count })
    .then(first)
    .then(look)
    .commit();
  const run = await world.engine().createRun(flow, "r1");
  await world.effects.until(run.start({ inputData: { n: 1 } }));
  assertEquals(seen, [
    { n: 2 },
    { n: 1 },
    1,
    "r1/look",
    "r1",
    "flow",
    false,
    Number.POSITIVE_INFINITY,
  ]);
});

Deno.test("getStepResult() of a step that has not run is a clear error", async () => {
  await using world = await World.create();
  const later = addOne("later", []);
  const flow = createWorkflow({ id: "flow", inputSchema: Count, outputSchema: Count })
    .map(({ getStepResult }) => getStepResult(later))
    .then(later)
    .commit();
  const run = await world.engine().createRun(flow);
  await assertRejects(
    () => world.effects.until(run.start({ inputData: { n: 1 } })),
    RunFailedError,
    `Cannot read the result of step "later": it has not succeeded in this run of workflow "flow"`,
  );
});

Deno.test("what a step does to the objects it is given changes nothing for later steps", async () => {
  await using world = await World.create();
  const List = z.object({ list: z.custom<number[]>(Array.isArray) });
  const make = createStep({
    id: "make",
    inputSchema: z.any(),
    outputSchema: List,
    execute: () => ({ list: [1] }),
  });
  const spoil = createStep({
    id: "spoil",
    inputSchema: List,
    outputSchema: z.number(),
    execute: ({ inputData, getInitData, getStepResult }) => {
      inputData.list.push(2);
      getStepResult(make).list.push(3);
      getInitData<{ list: number[] }>().list.push(4);
      return inputData.list.length;
    },
  });
  const flow = createWorkflow({ id: "flow", inputSchema: List, outputSchema: z.any() })
    .then(make)
    .then(spoil)
    .map(({ getStepResult, getInitData }) => [getStepResult(make), getInitData()])
    .commit();
  const run = await world.engine().createRun(flow);
  const output = await world.effects.until(run.start({ inputData: { list: [0] } }));
  assertEquals(output, [{ list: [1] }, { list: [0] }]);
});

Deno.test("state is merged, seen by later steps, stored, and dropped with a failed attempt", async () => {
  await using world = await World.create();
  const State = z.object({ count: z.number(), label: z.string() });
  const bump = (id: string, count: number, fails = false) =>
    createStep({
      id,
      inputSchema: Count,
      outputSchema: Count,
      stateSchema: State,
      execute: ({ inputData, state, setState }) => {
        setState({ count: state.count + count });
        if (fails) throw new Error("after setState");
        return inputData;
      },
    });
  const flow = createWorkflow({
    id: "flow",
    inputSchema: Count,
    outputSchema: Count,
    stateSchema: State,
  })
    .then(bump("one", 1))
    .then(bump("two", 10))
    .then(bump("three", 100, true))
    .commit();
  const run = await world.engine().createRun(flow);
  await world.effects.until(
    run.safeStart({ inputData: { n: 0 }, initialState: { count: 5, label: "x" } }),
  );
  assertEquals((await run.getSnapshot())?.state, { count: 16, label: "x" });
  const bad = await world.engine().createRun(flow);
  await assertRejects(
    () => bad.start({ inputData: { n: 0 }, initialState: { count: "5" } }),
    ValidationError,
    `Cannot start workflow "flow": invalid initial state: count: `,
  );
});

Deno.test("a step that sets an invalid state fails", async () => {
  await using world = await World.create();
  const set = createStep({
    id: "set",
    inputSchema: Count,
    outputSchema: Count,
    execute: ({ inputData, setState }) => {
      setState({ count: "many" });
      return inputData;
    },
  });
  const stateSchema = z.object({ count: z.number() });
  const flow = createWorkflow({ id: "flow", inputSchema: Count, outputSchema: Count, stateSchema })
    .then(set)
    .commit();
  const run = await world.engine().createRun(flow);
  await assertRejects(
    () => world.effects.until(run.start({ inputData: { n: 1 } })),
    RunFailedError,
    `Step "set" set an invalid state: count: `,
  );
  assertEquals((await run.getSnapshot())?.state, {});
});
