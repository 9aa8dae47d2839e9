/** Wrong calls at the doors of runs and engines: each gets a clear error, and nothing is stored. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ExecutionEngine } from "./engine.ts";
import { type ErrorCode, WrkflwError } from "./errors.ts";
import type { WorkflowRun } from "./run.ts";
import { WorkflowStorage } from "./storage.ts";
import { countingWorkflow } from "./testing/samples.ts";
import { World } from "./testing/world.ts";

const workflow = countingWorkflow(1);
const good = { inputData: { n: 1 } };

/** Calls a method as someone without a type checker would. */
function untyped(method: unknown, self: unknown, ...args: unknown[]): Promise<unknown> {
  return Reflect.apply(method as (...args: unknown[]) => Promise<unknown>, self, args);
}

const BAD_STARTS: readonly [
  name: string,
  options: unknown,
  start: unknown,
  code: ErrorCode,
  message: string,
][] = [
  ["nothing", {}, undefined, "INVALID_ARGUMENT", "pass its input as { inputData: ... }"],
  ["null", {}, null, "INVALID_ARGUMENT", "pass its input as { inputData: ... }"],
  ["the input itself", {}, { n: 1 }, "INVALID_ARGUMENT", "pass its input as { inputData: ... }"],
  ["input of another type", {}, { inputData: "x" }, "VALIDATION_FAILED", "invalid input: "],
  ["a missing field", {}, { inputData: {} }, "VALIDATION_FAILED", "invalid input: n: "],
  [
    "a text as the state",
    {},
    { ...good, initialState: "x" },
    "INVALID_ARGUMENT",
    "initialState must be an object",
  ],
  [
    "a list as the state",
    {},
    { ...good, initialState: [] },
    "INVALID_ARGUMENT",
    "initialState must be an object",
  ],
  [
    "a function in the state",
    {},
    { ...good, initialState: { f: () => 1 } },
    "NOT_SERIALIZABLE",
    "$.f is a function",
  ],
  [
    "an empty key",
    { idempotencyKey: "" },
    good,
    "INVALID_ARGUMENT",
    "idempotencyKey must be a text",
  ],
  [
    "a key with a NUL",
    { idempotencyKey: "a\u0000" },
    good,
    "INVALID_ARGUMENT",
    "idempotencyKey must be a text",
  ],
  [
    "a number as the key",
    { idempotencyKey: 5 },
    good,
    "INVALID_ARGUMENT",
    "idempotencyKey must be a text",
  ],
  ["a text as tags", { tags: "x" }, good, "INVALID_ARGUMENT", "tags must be a list"],
  ["an empty tag", { tags: [""] }, good, "INVALID_ARGUMENT", "every tag must be a text"],
  [
    "too many tags",
    { tags: Array(21).fill("x") },
    good,
    "INVALID_ARGUMENT",
    "tags must be a list of at most 20",
  ],
];

for (const [name, options, start, code, message] of BAD_STARTS) {
  Deno.test(`a run started with ${name} is refused, and nothing is stored`, async () => {
    await using world = await World.create();
    const engine = world.engine();
    const run = (await untyped(engine.createRun, engine, workflow, options)) as WorkflowRun;
    for (const method of [run.start, run.safeStart, run.enqueue]) {
      const call = () => world.effects.until<unknown>(untyped(method, run, start));
      const error = await assertRejects(call, WrkflwError, message);
      assertEquals(error.code, code);
    }
    assertEquals(await engine.storage.listRuns(), []);
  });
}

Deno.test("an input too large to store is refused with its size", async () => {
  await using world = await World.create();
  const { z } = await import("npm:zod@4.6.7");
  const { createWorkflow } = await import("./workflow-builder.ts");
  const flow = createWorkflow({
    id: "big",
    inputSchema: z.string(),
    outputSchema: z.string(),
  }).commit();
  const run = await world.engine().createRun(flow);
  const error = await assertRejects(
    () => run.start({ inputData: "x".repeat(600_000) }),
    WrkflwError,
  );
  assertEquals(error.code, "PAYLOAD_TOO_LARGE");
  assertEquals(await run.getSnapshot(), null);
});

for (const delayMs of [-1, Number.NaN, "5", null]) {
  Deno.test(`enqueue() refuses a delay of ${delayMs} (${typeof delayMs})`, async () => {
    await using world = await World.create();
    const run = await world.engine().createRun(workflow);
    const call = () => untyped(run.enqueue, run, { ...good, delayMs });
    await assertRejects(call, WrkflwError, "delayMs must be a number from 0 up");
    assertEquals(await run.getSnapshot(), null);
  });
}

for (const runId of ["", " ", "..", "a\nb", "x".repeat(201), 7, null]) {
  Deno.test(`createRun() refuses the run id ${JSON.stringify(runId)?.slice(0, 12)}`, async () => {
    await using world = await World.create();
    const engine = world.engine();
    const call = () => untyped(engine.createRun, engine, workflow, { runId });
    const error = await assertRejects(call, WrkflwError, "Run id ");
    assertEquals(error.code, "INVALID_ARGUMENT");
  });
}

const BAD_OPTIONS: readonly [options: Record<string, unknown>, message: string][] = [
  [{ leaseMs: 0 }, "leaseMs must be a number above 0"],
  [{ leaseMs: "30s" }, "leaseMs must be a number above 0"],
  [{ maxIdleClaims: -1 }, "maxIdleClaims must be a number above 0"],
  [{ workflows: [{}] }, "Cannot register a workflow: take the result of commit()"],
  [
    { workflows: [countingWorkflow(1), countingWorkflow(2)] },
    'two workflows have the id "counting"',
  ],
];

for (const [options, message] of BAD_OPTIONS) {
  Deno.test(`an engine refuses ${JSON.stringify(options).slice(0, 40)}`, async () => {
    await using world = await World.create();
    const make = () => Reflect.construct(ExecutionEngine, [world.storage(), options]);
    assertThrows(make, WrkflwError, message);
  });
}

for (const [option, value] of [
  ["budgetMs", -1],
  ["limit", "all"],
  ["concurrency", 0],
] as const) {
  Deno.test(`tick() refuses ${option}: ${value}`, async () => {
    await using world = await World.create();
    const engine = world.engine({ workflows: [workflow] });
    const call = () => untyped(engine.tick, engine, { [option]: value });
    await assertRejects(call, WrkflwError, `${option} must be a number`);
  });
}

Deno.test("createRun() refuses what is no workflow", async () => {
  await using world = await World.create();
  const engine = world.engine();
  for (const thing of [undefined, null, {}, "counting"]) {
    const call = () => untyped(engine.createRun, engine, thing);
    await assertRejects(
      call,
      WrkflwError,
      "Cannot register a workflow: take the result of commit()",
    );
  }
});

Deno.test("an unknown run has no snapshot, and canceling it says so", async () => {
  await using world = await World.create();
  const engine = world.engine();
  assertEquals(await engine.loadSnapshot("none"), null);
  await assertRejects(() => engine.cancel("none"), WrkflwError, 'Cannot find run "none"');
});

Deno.test("createRun() refuses options that it does not know", async () => {
  await using world = await World.create();
  const engine = world.engine();
  for (const [options, message] of [
    [null, "Cannot make a run: pass a run id or { runId?, idempotencyKey?, tags? }: got null"],
    [5, "got 5"],
    [[], "pass a run id or"],
    [{ runID: "x" }, 'it has no option "runID"'],
  ] as const) {
    await assertRejects(
      () => untyped(engine.createRun, engine, workflow, options),
      WrkflwError,
      message,
    );
  }
});

Deno.test("storage and engines refuse what they cannot be made of", () => {
  assertThrows(
    () => Reflect.construct(WorkflowStorage, ["file:mine.db"]),
    WrkflwError,
    'Cannot open storage: pass { url: "file:mine.db" } or { client }',
  );
  for (const storage of [{}, null, "file:mine.db"]) {
    assertThrows(
      () => Reflect.construct(ExecutionEngine, [storage]),
      WrkflwError,
      "pass a WorkflowStorage first",
    );
  }
});

Deno.test("ids and statuses that cannot be are refused by the storage", async () => {
  await using world = await World.create();
  const storage = world.storage();
  for (const id of [undefined, null, 5, {}, "a\u0000b"]) {
    for (const method of [storage.loadSnapshot, storage.cancel, storage.deleteRun]) {
      await assertRejects(() => untyped(method, storage, id), WrkflwError, "its id must be a text");
    }
  }
  const call = () => untyped(storage.getRunsByStatus, storage, "nope");
  await assertRejects(
    call,
    WrkflwError,
    'Cannot list runs: "nope" is no status; use one of running, pending',
  );
});

Deno.test("idempotency keys of half a character are refused: SQLite could not tell them apart", async () => {
  await using world = await World.create();
  const run = await world.engine().createRun(workflow, { idempotencyKey: "\ud800" });
  await assertRejects(() => run.start(good), WrkflwError, "idempotencyKey must be a text");
});
