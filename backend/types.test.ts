/** What must compile, and what must not: `deno check` is the test. */
import { z } from "npm:zod@4.6.7";
import { cloneStep, createStep, type Step } from "./step.ts";
import { assertType, type Equal } from "./testing/equal.ts";
import type { Workflow } from "./workflow.ts";
import { createWorkflow } from "./workflow-builder.ts";

const Name = z.object({ name: z.string() });
const Size = z.object({ size: z.number() });

const measure = createStep({
  id: "measure",
  inputSchema: Name,
  outputSchema: Size,
  execute: ({ inputData }) => ({ size: inputData.name.length }),
});
const isLong = createStep({
  id: "is-long",
  inputSchema: Size,
  outputSchema: z.boolean(),
  execute: ({ inputData, getStepResult }) => {
    assertType<Equal<typeof inputData, { size: number }>>();
    const measured = getStepResult(measure);
    assertType<Equal<typeof measured, { size: number }>>();
    return inputData.size > 3;
  },
});

/** What a step returns keeps its literal types where its schema asks for them. */
function literalTypeTests(): void {
  createStep({
    id: "pay",
    inputSchema: z.object({ cents: z.number() }),
    outputSchema: z.object({
      status: z.enum(["paid", "declined"]),
      isFinal: z.literal(true),
      pair: z.tuple([z.string(), z.number()]),
    }),
    execute: async ({ inputData }) => {
      await Promise.resolve();
      return {
        status: inputData.cents > 0 ? "paid" : "declined",
        isFinal: true,
        pair: ["x", 1],
      };
    },
  });
  createStep({
    id: "union",
    inputSchema: z.string(),
    outputSchema: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("a"), a: z.number() }),
      z.object({ kind: z.literal("b"), b: z.string() }),
    ]),
    execute: ({ inputData }) =>
      inputData === "a" ? { kind: "a", a: 1 } : { kind: "b", b: inputData },
  });
  createStep({
    id: "wrong",
    inputSchema: z.string(),
    outputSchema: z.object({ status: z.enum(["paid", "declined"]) }),
    // @ts-expect-error: no such status
    execute: () => ({ status: "lost" }),
  });
}

/** Everything here is checked by the compiler and never run. */
function typeTests(): void {
  assertType<Equal<typeof measure, Step<"measure", { name: string }, { size: number }>>>();

  // A workflow's input and output are those of its schemas.
  const workflow = createWorkflow({ id: "flow", inputSchema: Name, outputSchema: z.boolean() })
    .then(measure)
    .then(isLong)
    .commit();
  assertType<Equal<typeof workflow, Workflow<"flow", { name: string }, boolean>>>();

  // A step that takes less than it is given fits.
  createWorkflow({ id: "w", inputSchema: Name.extend({ more: z.string() }), outputSchema: Size })
    .then(measure)
    .commit();

  createWorkflow({ id: "w", inputSchema: Size, outputSchema: Size })
    // @ts-expect-error: measure takes a name, and is given a size
    .then(measure);

  const unfinished = createWorkflow({ id: "w", inputSchema: Name, outputSchema: z.boolean() });
  // @ts-expect-error: the last step puts out a size, and the workflow a boolean
  unfinished.then(measure).commit();

  // @ts-expect-error: a builder takes nodes, not functions
  createWorkflow({ id: "w", inputSchema: Name, outputSchema: Name }).then(() => 1);

  // @ts-expect-error: the step returns what its schema does not accept
  createStep({ id: "s", inputSchema: Name, outputSchema: Size, execute: () => ({ size: "x" }) });

  // @ts-expect-error: a step needs a schema for its input
  createStep({ id: "s", outputSchema: Size, execute: () => ({ size: 1 }) });

  createStep({
    id: "s",
    inputSchema: Name,
    outputSchema: Size,
    // @ts-expect-error: the input has no such key
    execute: ({ inputData }) => ({ size: inputData.nope }),
  });
}

/** Defaults, coercions and transforms have one type on the way in and another on the way out. */
function schemaTypeTests(): void {
  const parseAge = createStep({
    id: "parse-age",
    inputSchema: z.object({ age: z.string().transform(Number), unit: z.string().default("y") }),
    outputSchema: z.object({ age: z.number().default(0), at: z.coerce.string() }),
    execute: ({ inputData }) => {
      assertType<Equal<typeof inputData, { age: number; unit: string }>>();
      return { at: 3 };
    },
  });
  assertType<
    Equal<
      typeof parseAge,
      Step<"parse-age", { age: string; unit?: string | undefined }, { age: number; at: string }>
    >
  >();
  createWorkflow({
    id: "w",
    inputSchema: z.object({ age: z.string() }),
    outputSchema: z.object({ at: z.string() }).transform(({ at }) => at.length),
  })
    .then(parseAge)
    .commit() satisfies Workflow<"w", { age: string }, number>;
}

/** A mapping sees the current value, the input and earlier results, and makes the next value. */
function mapTypeTests(): void {
  const mapped = createWorkflow({ id: "m", inputSchema: Name, outputSchema: z.string() })
    .then(measure)
    .map(({ inputData, getInitData, getStepResult }) => {
      assertType<Equal<typeof inputData, { size: number }>>();
      const init = getInitData();
      assertType<Equal<typeof init, { name: string }>>();
      const measured = getStepResult(measure);
      assertType<Equal<typeof measured, { size: number }>>();
      return Promise.resolve(init.name);
    });
  mapped.commit() satisfies Workflow<"m", { name: string }, string>;
  // @ts-expect-error: the mapping made a string
  mapped.then(isLong);
}

/** A nested workflow is a node with the types of its schemas. */
function nestingTypeTests(): void {
  const inner = createWorkflow({ id: "inner", inputSchema: Name, outputSchema: Size })
    .then(measure)
    .commit();
  createWorkflow({ id: "outer", inputSchema: Name, outputSchema: z.boolean() })
    .then(inner)
    .then(isLong)
    .commit();
  createWorkflow({ id: "outer", inputSchema: Size, outputSchema: Size })
    // @ts-expect-error: the nested workflow takes a name
    .then(inner);
}

/** A run takes the workflow's input and gives its output. */
async function runTypeTests(workflow: Workflow<"flow", { name: string }, boolean>): Promise<void> {
  const run = await workflow.createRun();
  const output = await run.start({ inputData: { name: "x" } });
  assertType<Equal<typeof output, boolean>>();
  const result = await run.safeStart({ inputData: { name: "x" } });
  if (result.status === "success") assertType<Equal<typeof result.output, boolean>>();
  if (result.status === "failed") assertType<Equal<typeof result.error.message, string>>();
  // @ts-expect-error: only a success has an output
  result.output;
  // @ts-expect-error: the input needs a name
  await run.start({ inputData: {} });
  // @ts-expect-error: the input is needed
  await run.start({});
}

/** State is typed by the step's own schema. */
function stateTypeTests(): void {
  createStep({
    id: "count",
    inputSchema: Name,
    outputSchema: Name,
    stateSchema: z.object({ seen: z.number(), last: z.string() }),
    execute: ({ inputData, state, setState }) => {
      assertType<Equal<typeof state.seen, number>>();
      setState({ seen: state.seen + 1 });
      // @ts-expect-error: seen is a number
      setState({ seen: "one" });
      return inputData;
    },
  });
}

/** A clone keeps its types and has its own id. */
function cloneTypeTests(): void {
  const again = cloneStep(measure, { id: "measure-again" });
  assertType<Equal<typeof again, Step<"measure-again", { name: string }, { size: number }>>>();
}

Deno.test("types flow through steps, workflows, mappings, nesting, runs and state", () => {
  const checked = [
    literalTypeTests,
    typeTests,
    schemaTypeTests,
    mapTypeTests,
    nestingTypeTests,
    runTypeTests,
    stateTypeTests,
    cloneTypeTests,
  ];
  if (checked.some((test) => typeof test !== "function")) throw new Error("not checked");
});
