/** What steps throw, are given and give. */

import { z } from "npm:zod@4.6.7";
import { assertEquals, assertRejects } from "@std/assert";
import { RunFailedError, WrkflwError } from "./errors.ts";
import { createStep } from "./step.ts";
import { addOne, Count, countingWorkflow } from "./testing/samples.ts";
import { World } from "./testing/world.ts";
import { createWorkflow } from "./workflow-builder.ts";

const config = { id: "flow", inputSchema: Count, outputSchema: Count } as const;

function stepOf(
  id: string,
  execute: Parameters<typeof createStep<string, typeof Count, typeof Count>>[0]["execute"],
) {
  return createStep({ ...config, id, execute });
}

Deno.test("whatever a step throws becomes a failure with a message", async () => {
  await using world = await World.create();
  const trap = () => {
    throw new Error("hands off");
  };
  const hostile = new Proxy({}, { get: trap, getPrototypeOf: trap, ownKeys: trap });
  const odd = Object.assign(new Error(), { message: Object.create(null) });
  for (const thrown of [hostile, odd, undefined, null, Symbol("x")]) {
    const run = await world.engine().createRun(
      createWorkflow(config)
        .then(stepOf("s", () => Promise.reject(thrown)))
        .commit(),
    );
    const result = await world.effects.until(run.safeStart({ inputData: { n: 1 } }));
    assertEquals(result.status, "failed");
  }
});

Deno.test("an error's own facts are kept with it", async () => {
  await using world = await World.create();
  const declined = Object.assign(new Error("declined"), { status: 402, reason: { code: "funds" } });
  const run = await world.engine().createRun(
    createWorkflow(config)
      .then(stepOf("pay", () => Promise.reject(declined)))
      .commit(),
  );
  const error = await assertRejects(
    () => world.effects.until(run.start({ inputData: { n: 1 } })),
    RunFailedError,
  );
  const cause = error.cause as Error & { status?: number; reason?: unknown };
  assertEquals([cause.status, cause.reason], [402, { code: "funds" }]);
});

Deno.test("a run whose stored state is damaged is blocked, not claimed for ever", async () => {
  await using world = await World.create();
  const flow = countingWorkflow(1);
  const engine = world.engine({ workflows: [flow] });
  const run = await engine.createRun(flow, "r");
  await run.enqueue({ inputData: { n: 0 } });
  await world.client.execute({ sql: "UPDATE wrkflw_workflow_runs SET state = '{'", args: [] });
  await world.settle(engine);
  assertEquals((await world.storage().loadRun("r"))?.run.status, "blocked");
});

Deno.test("two places of any runs never share an idempotency key, and it fits into a header", async () => {
  await using world = await World.create();
  const keys: string[] = [];
  const charge = stepOf("charge", ({ inputData, idempotencyKey }) => {
    keys.push(new Headers({ "idempotency-key": idempotencyKey }).get("idempotency-key") ?? "");
    return inputData;
  });
  const plain = createWorkflow(config).then(charge).commit();
  const nested = createWorkflow({ ...config, id: "outer" })
    .then(
      createWorkflow({ ...config, id: "refund" })
        .then(charge)
        .commit(),
    )
    .commit();
  const engine = world.engine();
  for (const [flow, runId] of [
    [nested, "order"],
    [plain, "order/refund"],
    [plain, "Müller-→1"],
  ] as const) {
    await world.effects.until((await engine.createRun(flow, runId)).start({ inputData: { n: 1 } }));
  }
  assertEquals(keys, [
    "order/refund/charge",
    "order%2Frefund/charge",
    "M%C3%BCller-%E2%86%921/charge",
  ]);
});

Deno.test("one input is the same input, whatever defaults it got and in whatever order its keys are", async () => {
  await using world = await World.create();
  const engine = world.engine();
  let made = 0;
  const inputSchema = z.looseObject({ at: z.number().default(() => ++made) });
  const flow = createWorkflow({ id: "flow", inputSchema, outputSchema: z.any() }).commit();
  for (const inputData of [
    { a: 1, b: [{ c: 2, d: 3 }] },
    { b: [{ d: 3, c: 2 }], a: 1 },
  ]) {
    const run = await engine.createRun(flow, { idempotencyKey: "k" });
    assertEquals(await world.effects.until(run.start({ inputData })), { ...inputData, at: 1 });
  }
});

Deno.test("the signal that a step gives to fetch ends it, and so does canceling the run", async () => {
  await using world = await World.create();
  const engine = world.engine();
  const aborted: boolean[] = [];
  world.effects.fetch = (_, init) => {
    aborted.push(init?.signal?.aborted ?? false);
    return Promise.resolve(new Response());
  };
  const call = stepOf("call", async ({ inputData, fetch, runId }) => {
    const own = new AbortController();
    await fetch("http://localhost", { signal: own.signal });
    own.abort();
    await fetch("http://localhost", { signal: own.signal });
    await engine.cancel(runId);
    await fetch("http://localhost", { signal: new AbortController().signal });
    await fetch("http://localhost");
    return inputData;
  });
  const run = await engine.createRun(createWorkflow(config).then(call).commit());
  await world.effects.until(run.safeStart({ inputData: { n: 1 } }));
  assertEquals(aborted, [false, true, true, true]);
});

Deno.test("a step's state is what its schema yields, defaults included, or the step fails", async () => {
  await using world = await World.create();
  const seen: unknown[] = [];
  const look = (stateSchema: z.ZodType<Record<string, unknown>>) =>
    createStep({
      ...config,
      id: "look",
      stateSchema,
      execute: ({ inputData, state }) => {
        seen.push(state.seen);
        return inputData;
      },
    });
  const engine = world.engine();
  const fine = createWorkflow(config)
    .then(look(z.object({ seen: z.number().default(7) })))
    .commit();
  await world.effects.until((await engine.createRun(fine)).start({ inputData: { n: 1 } }));
  const strict = createWorkflow(config)
    .then(look(z.object({ seen: z.number() })))
    .commit();
  await assertRejects(
    async () =>
      await world.effects.until((await engine.createRun(strict)).start({ inputData: { n: 1 } })),
    RunFailedError,
    'Step "look" needs another state (pass an initialState, or give the schema defaults): seen: ',
  );
  assertEquals(seen, [7]);
});

Deno.test("getStepResult() of another step with the same id is refused, not given under a wrong type", async () => {
  await using world = await World.create();
  const [inside, stranger] = [addOne("same", []), addOne("same", [])];
  const flow = createWorkflow(config)
    .then(inside)
    .map(({ getStepResult }) => getStepResult(stranger))
    .commit();
  const run = await world.engine().createRun(flow);
  await assertRejects(
    () => world.effects.until(run.start({ inputData: { n: 1 } })),
    RunFailedError,
    'another step with this id is part of workflow "flow"',
  );
});

Deno.test("a long text that is passed along is stored once", async () => {
  await using world = await World.create();
  const text = z.string();
  let builder = createWorkflow({ id: "flow", inputSchema: text, outputSchema: text });
  for (const id of ["a", "b", "c"]) {
    builder = builder.then(
      createStep({
        id,
        inputSchema: text,
        outputSchema: text,
        execute: ({ inputData }) => inputData,
      }),
    );
  }
  const run = await world.engine().createRun(builder.commit(), "r");
  await world.effects.until(run.start({ inputData: "x".repeat(1_000) }));
  const loaded = await world.storage().loadRun("r");
  assertEquals(
    loaded?.steps.map(({ input, inputFrom }) => [input, inputFrom]),
    [
      [null, 0],
      [null, 1],
      [null, 2],
    ],
  );
});

Deno.test("what is passed along within an item of a list is stored once, too", async () => {
  await using world = await World.create();
  const each = createWorkflow({ ...config, id: "each" })
    .then(addOne("a", []))
    .then(addOne("b", []))
    .commit();
  const flow = createWorkflow({
    id: "flow",
    inputSchema: z.array(Count),
    outputSchema: z.array(Count),
  })
    .foreach(each, { concurrency: 2 })
    .then(
      createStep({
        ...config,
        id: "last",
        inputSchema: z.array(Count),
        outputSchema: z.array(Count),
        execute: ({ inputData }) => inputData,
      }),
    )
    .commit();
  const run = await world.engine().createRun(flow, "r");
  const result = await world.effects.until(run.safeStart({ inputData: [{ n: 1 }, { n: 5 }] }));
  assertEquals(result.status === "success" && result.output, [{ n: 3 }, { n: 7 }]);
  const loaded = await world.storage().loadRun("r");
  const inputs = new Map(loaded?.steps.map((step) => [step.path, step]));
  for (const index of [0, 1]) {
    const [a, b] = ["a", "b"].map((id) => inputs.get(`each[${index}]/${id}`));
    assertEquals([b?.input, b?.inputFrom], [null, a?.seq]);
  }
  // The list is nobody's output: it was put together from those of its items.
  assertEquals(inputs.get("last")?.input, JSON.stringify([{ n: 3 }, { n: 7 }]));
});

Deno.test("a run that is stored for later says so when it is started", async () => {
  await using world = await World.create();
  const engine = world.engine();
  const run = await engine.createRun(countingWorkflow(1), "r");
  await run.enqueue({ inputData: { n: 1 }, delayMs: 3_600_000 });
  await assertRejects(
    () => run.start({ inputData: { n: 1 } }),
    WrkflwError,
    "it is stored for a later tick",
  );
  assertEquals((await run.safeStart({ inputData: { n: 1 } })).status, "pending");
});
