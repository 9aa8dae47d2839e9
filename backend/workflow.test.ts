import { z } from "npm:zod@4.6.7";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { WrkflwError } from "./errors.ts";
import type { NodeShape } from "./node.ts";
import { cloneStep, createStep } from "./step.ts";
import { addOne, Count } from "./testing/samples.ts";
import { World } from "./testing/world.ts";
import { createWorkflow } from "./workflow-builder.ts";

const config = { id: "flow", inputSchema: Count, outputSchema: Count } as const;

/** Calls a function as someone without a type checker would. */
function untyped(fn: unknown, ...args: unknown[]): unknown {
  return Reflect.apply(fn as (...args: unknown[]) => unknown, undefined, args);
}

Deno.test("a builder is immutable: two workflows may share a beginning", async () => {
  await using world = await World.create();
  const shared = createWorkflow(config).then(addOne("a", []));
  const short = shared.commit();
  const long = shared
    .then(addOne("b", []))
    .map(({ inputData }) => ({ n: inputData.n * 10 }))
    .commit();
  const engine = world.engine();
  const outputs = [];
  for (const workflow of [short, long]) {
    const run = await engine.createRun(workflow);
    outputs.push(await world.effects.until(run.start({ inputData: { n: 0 } })));
  }
  assertEquals(outputs, [{ n: 1 }, { n: 20 }]);
});

Deno.test("a workflow without steps gives back its input", async () => {
  await using world = await World.create();
  const run = await world.engine().createRun(createWorkflow(config).commit());
  assertEquals(await world.effects.until(run.start({ inputData: { n: 7 } })), { n: 7 });
});

Deno.test("the shape of a workflow names its nodes, and numbers those without a name", () => {
  const nested = createWorkflow({ ...config, id: "nested", description: "Inside" })
    .then(addOne("a", []))
    .commit();
  const step = createStep({
    ...config,
    id: "b",
    description: "Does b",
    execute: ({ inputData }) => inputData,
  });
  const flow = createWorkflow(config)
    .map(({ inputData }) => inputData)
    .then(nested)
    .map(({ inputData }) => inputData)
    .then(step)
    .commit();
  assertEquals(withoutSchemas(flow.shape()), {
    kind: "workflow",
    id: "flow",
    opensScope: true,
    children: [
      { kind: "map", id: "map" },
      {
        kind: "workflow",
        id: "nested",
        description: "Inside",
        opensScope: true,
        children: [{ kind: "step", id: "a" }],
      },
      { kind: "map", id: "map#2" },
      { kind: "step", id: "b", description: "Does b" },
    ],
  });
});

function withoutSchemas({ schemas: _, children, ...shape }: NodeShape): unknown {
  return children === undefined ? shape : { ...shape, children: children.map(withoutSchemas) };
}

Deno.test("commit() refuses two nodes with one id and says how to clone", () => {
  const step = addOne("same", []);
  const builder = createWorkflow(config).then(step).then(step);
  const error = assertThrows(() => builder.commit(), WrkflwError);
  assertEquals(error.code, "INVALID_DEFINITION");
  assertEquals(
    error.message,
    'Cannot commit workflow "flow": two of its steps have the id "same"; give one another id with cloneStep(step, { id })',
  );
  createWorkflow(config)
    .then(step)
    .then(cloneStep(step, { id: "other" }))
    .commit();
});

Deno.test("a clone runs on its own", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  const step = addOne("one", executions);
  const flow = createWorkflow(config)
    .then(step)
    .then(cloneStep(step, { id: "two" }))
    .commit();
  const run = await world.engine().createRun(flow, "r");
  assertEquals(await world.effects.until(run.start({ inputData: { n: 0 } })), { n: 2 });
  assertEquals(executions, ["r/one", "r/two"]);
});

Deno.test("the same step may stand in a workflow and in one nested in it", async () => {
  await using world = await World.create();
  const step = addOne("same", []);
  const nested = createWorkflow({ ...config, id: "nested" })
    .then(step)
    .commit();
  const flow = createWorkflow(config)
    .then(step)
    .then(nested)
    .map(({ getStepResult }) => ({ n: getStepResult(step).n * 100 + getStepResult(nested).n }))
    .commit();
  const run = await world.engine().createRun(flow);
  assertEquals(await world.effects.until(run.start({ inputData: { n: 0 } })), { n: 102 });
});

Deno.test("a nested workflow has its own input, and its defaults are applied", async () => {
  await using world = await World.create();
  const nested = createWorkflow({
    id: "nested",
    inputSchema: z.object({ n: z.number(), by: z.number().default(5) }),
    outputSchema: z.object({ n: z.number(), tag: z.string().default("done") }),
  })
    .map(({ getInitData, workflowId }) => ({ n: getInitData().by, workflowId }))
    .commit();
  const flow = createWorkflow({ ...config, outputSchema: z.any() })
    .then(nested)
    .commit();
  const run = await world.engine().createRun(flow);
  assertEquals(await world.effects.until(run.start({ inputData: { n: 1 } })), {
    n: 5,
    tag: "done",
  });
});

Deno.test("a failure inside a nested workflow names its step by path", async () => {
  await using world = await World.create();
  const bad = createStep({
    ...config,
    id: "bad",
    execute: () => Promise.reject(new Error("broken")),
  });
  const nested = createWorkflow({ ...config, id: "nested" })
    .then(bad)
    .commit();
  const run = await world.engine().createRun(createWorkflow(config).then(nested).commit(), "r");
  await assertRejects(
    () => world.effects.until(run.start({ inputData: { n: 1 } })),
    WrkflwError,
    'Run "r" failed in step "nested/bad": broken',
  );
});

Deno.test("awaiting a builder is an error that says to commit, not a hang", async () => {
  const builder = createWorkflow(config).then(addOne("a", []));
  const wait = async () => await (builder as unknown as Promise<unknown>);
  await assertRejects(
    wait,
    WrkflwError,
    'Cannot await the builder of workflow "flow": end it with .commit()',
  );
});

const NO_STEPS: readonly [name: string, node: unknown, got: string][] = [
  ["nothing", undefined, "undefined"],
  ["null", null, "object"],
  ["a text", "step", "string"],
  ["a plain object", { id: "x" }, "object"],
  ["a builder that was not committed", createWorkflow(config), "object"],
];

for (const [name, node, got] of NO_STEPS) {
  Deno.test(`then() refuses ${name}`, () => {
    const builder = createWorkflow(config);
    const error = assertThrows(() => Reflect.apply(builder.then, builder, [node]), WrkflwError);
    assertEquals(
      error.message,
      `Cannot add to workflow "flow": then() takes a step or a committed workflow, got ${got}`,
    );
  });
}

Deno.test("sleep() and sleepUntil() refuse at once a time that is none", () => {
  const builder = createWorkflow(config);
  for (const duration of ["nonsense", "", -1, Number.NaN, "2000 years"]) {
    const error = assertThrows(() => builder.sleep(duration), WrkflwError, "Cannot wait for");
    assertEquals(error.code, "INVALID_ARGUMENT");
  }
  for (const moment of ["soon", new Date(Number.NaN), Number.NaN]) {
    assertThrows(() => builder.sleepUntil(moment), WrkflwError, "Cannot wait until");
  }
});

Deno.test("map() refuses what is not a function", () => {
  const builder = createWorkflow(config);
  const error = assertThrows(() => Reflect.apply(builder.map, builder, [{ n: 1 }]), WrkflwError);
  assertEquals(error.message, 'Cannot add to workflow "flow": map() takes a function, got object');
});

const execute = () => ({ n: 1 });
const BAD_STEPS: readonly [name: string, config: unknown, message: string][] = [
  ["no config", undefined, "A step is defined by an object: got undefined"],
  ["no id", { ...config, id: undefined, execute }, "Step id undefined is not a string"],
  [
    "a hostile id",
    { ...config, id: "__proto__", execute },
    'Step id "__proto__" is a reserved word',
  ],
  ["a path as its id", { ...config, id: "a/b", execute }, 'Step id "a/b" contains one of / [ ] #'],
  [
    "no input schema",
    { ...config, inputSchema: undefined, execute },
    'Step "flow": inputSchema must be',
  ],
  [
    "a type as its schema",
    { ...config, outputSchema: Number, execute },
    'Step "flow": outputSchema must be',
  ],
  [
    "an odd state schema",
    { ...config, stateSchema: {}, execute },
    'Step "flow": stateSchema must be',
  ],
  ["nothing to execute", config, 'Step "flow": execute must be a function'],
];

for (const [name, bad, message] of BAD_STEPS) {
  Deno.test(`createStep() refuses ${name}`, () => {
    const error = assertThrows(() => untyped(createStep, bad), WrkflwError, message);
    assertEquals(error.code, "INVALID_DEFINITION");
  });
}

const BAD_WORKFLOWS: readonly [name: string, config: unknown, message: string][] = [
  ["no config", null, "A workflow is defined by an object: got null"],
  ["an empty id", { ...config, id: " " }, 'Workflow id " " is empty'],
  [
    "no output schema",
    { ...config, outputSchema: undefined },
    'Workflow "flow": outputSchema must be',
  ],
  ["an odd state schema", { ...config, stateSchema: 1 }, 'Workflow "flow": stateSchema must be'],
];

for (const [name, bad, message] of BAD_WORKFLOWS) {
  Deno.test(`createWorkflow() refuses ${name}`, () => {
    const error = assertThrows(() => untyped(createWorkflow, bad), WrkflwError, message);
    assertEquals(error.code, "INVALID_DEFINITION");
  });
}

Deno.test("cloneStep() refuses an id that cannot be used", () => {
  const step = addOne("a", []);
  assertThrows(() => cloneStep(step, { id: "" }), WrkflwError, 'Step id "" is empty');
});
