/** What must compile of each construct, and what must not: `deno check` is the test. */
import { z } from "npm:zod@4.6.7";
import { assert } from "@std/assert";
import { createStep } from "./step.ts";
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
const shout = createStep({
  id: "shout",
  inputSchema: Name,
  outputSchema: z.string(),
  execute: ({ inputData }) => inputData.name.toUpperCase(),
});
const grow = createStep({
  id: "grow",
  inputSchema: Size,
  outputSchema: Size,
  execute: ({ inputData }) => ({ size: inputData.size + 1 }),
});
const begin = () => createWorkflow({ id: "flow", inputSchema: Name, outputSchema: z.unknown() });

function parallelTypeTests(): void {
  begin()
    .parallel([measure, shout])
    .map(({ inputData }) => {
      assertType<Equal<typeof inputData, { measure: { size: number }; shout: string }>>();
      return inputData.measure.size;
    });
  // @ts-expect-error: grow takes a size, and is given a name
  begin().parallel([measure, grow]);
  const measured = begin().parallel([measure]);
  // @ts-expect-error: there is no such output
  measured.map(({ inputData }) => inputData.shout);
}

function branchTypeTests(): void {
  begin()
    .branch([[({ inputData }) => inputData.name === "x", measure]], { otherwise: shout })
    .map(({ inputData }) => {
      assertType<Equal<typeof inputData.measure, { size: number } | undefined>>();
      return assertType<Equal<typeof inputData.shout, string | undefined>>();
    });
  // @ts-expect-error: the condition sees a name, and no size
  begin().branch([[({ inputData }) => inputData.size > 1, measure]]);
  // @ts-expect-error: the arm takes a size
  begin().branch([[() => true, grow]]);
  // @ts-expect-error: so does the other one
  begin().branch([[() => true, measure]], { otherwise: grow });
}

function foreachTypeTests(): void {
  const listed = begin().map(({ inputData }) => [inputData, inputData]);
  listed
    .foreach(measure, { concurrency: 2 })
    .map(({ inputData }) => assertType<Equal<typeof inputData, { size: number }[]>>());
  // @ts-expect-error: the items are names
  listed.foreach(grow);
  // @ts-expect-error: a name is no list
  begin().foreach(measure);
}

function loopTypeTests(): void {
  const sized = begin().then(measure);
  sized
    .dountil(grow, ({ inputData, iterationCount }) => inputData.size + iterationCount > 9)
    .map(({ inputData }) => assertType<Equal<typeof inputData, { size: number }>>());
  // A step that takes less than it is given may be repeated on its own output.
  begin()
    .map(({ inputData }) => ({ ...inputData, size: 1 }))
    .dowhile(grow, ({ inputData }) => inputData.size < 5);
  // @ts-expect-error: what measure puts out it cannot take again
  begin().dowhile(measure, () => true);
  // @ts-expect-error: the output has no name
  sized.dountil(grow, ({ inputData }) => inputData.name === "x");
}

function waitTypeTests(): void {
  begin()
    .sleep("2h")
    .sleepUntil(({ inputData }) => new Date(inputData.name))
    .map(({ inputData }) => assertType<Equal<typeof inputData, { name: string }>>());
  begin()
    .waitForEvent("paid", { schema: Size, onTimeout: () => "late" as const })
    .map(({ inputData }) => assertType<Equal<typeof inputData, { size: number } | "late">>());
  begin()
    .waitForEvent("paid", { schema: Size, match: ({ inputData }) => inputData.name })
    .map(({ inputData }) => assertType<Equal<typeof inputData, { size: number }>>());
  // @ts-expect-error: an event needs a schema
  begin().waitForEvent("paid", {});
  // @ts-expect-error: a duration is a number or a text
  begin().sleep(true);
}

function suspensionTypeTests(): void {
  createStep({
    id: "ask",
    inputSchema: Name,
    outputSchema: z.boolean(),
    suspendSchema: z.object({ question: z.string() }),
    resumeSchema: z.object({ yes: z.boolean(), by: z.string().default("nobody") }),
    execute: async ({ resumeData, suspend }) => {
      assertType<Equal<typeof resumeData, { yes: boolean; by: string } | undefined>>();
      // @ts-expect-error: the question is needed
      if (resumeData === undefined) await suspend();
      // @ts-expect-error: it must be a text
      if (resumeData === undefined) await suspend({ question: 5 });
      if (resumeData === undefined) return await suspend({ question: "Well?" });
      return resumeData.yes;
    },
  });
  createStep({
    id: "plain",
    inputSchema: Name,
    outputSchema: Name,
    execute: async ({ inputData, suspend, bail, attempt }) => {
      assertType<Equal<typeof attempt, number>>();
      if (attempt > 9) await suspend();
      if (attempt > 8) return await bail({ any: "output" });
      return inputData;
    },
  });
}

/** Nested workflows keep their types through every construct. */
function nestingTypeTests(): void {
  const inner = createWorkflow({ id: "inner", inputSchema: Name, outputSchema: Size })
    .parallel([measure, shout])
    .map(({ inputData }) => inputData.measure)
    .commit();
  const outer = createWorkflow({
    id: "outer",
    inputSchema: z.array(Name),
    outputSchema: z.number(),
  })
    .foreach(inner)
    .map(({ inputData }) => inputData.reduce((sum, { size }) => sum + size, 0))
    .commit();
  outer satisfies Workflow<"outer", { name: string }[], number>;
}

Deno.test("types flow through every construct", () => {
  const checked = [
    parallelTypeTests,
    branchTypeTests,
    foreachTypeTests,
    loopTypeTests,
    waitTypeTests,
    suspensionTypeTests,
    nestingTypeTests,
  ];
  assert(checked.every((test) => typeof test === "function"));
});

const HEAD = `import { z } from "npm:zod@4.6.7";
import { createStep, createWorkflow } from "${new URL("./index.ts", import.meta.url).href}";
const Data = z.object({ n: z.number(), text: z.string().default("x"), list: z.array(z.number()) });
const step = <const Id extends string>(id: Id) =>
  createStep({ id, inputSchema: Data, outputSchema: Data, execute: ({ inputData }) => inputData });
`;

function chain(id: string, length: number, first = `step("${id}-0")`): string {
  const steps = Array.from({ length }, (_, index) => `\n  .then(step("${id}-${index + 1}"))`);
  return `export const ${id} = createWorkflow({ id: "${id}", inputSchema: Data, outputSchema: Data })\n  .then(${first})${steps.join("")}\n  .commit();\n`;
}

/** Seconds that a program takes to be type-checked. */
async function secondsToCheck(file: string, source: string): Promise<number> {
  await Deno.writeTextFile(file, HEAD + source);
  const begun = performance.now();
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--no-config", "--no-lock", file],
  }).output();
  assert(code === 0, new TextDecoder().decode(stderr));
  return (performance.now() - begun) / 1000;
}

const NEST = ["a", "b", "c", "d", "e", "f"];
const PROGRAMS = {
  short: chain("short", 5),
  long: chain("long", 40),
  deep: NEST.map((name, depth) => chain(name, 1, NEST[depth - 1])).join(""),
};
const MAX_RATIO = 2.5;
/** A machine that is busy in one round is tried again. */
const MAX_ROUNDS = 3;

Deno.test("a chain of 40 steps and a nest of 6 workflows type-check about as fast as a chain of 5", async () => {
  const folder = await Deno.makeTempDir();
  const best = { short: Infinity, long: Infinity, deep: Infinity };
  const worst = () => Math.max(best.long, best.deep) / best.short;
  try {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      for (const name of ["short", "long", "deep"] as const) {
        // Deno remembers what it has checked, by its text.
        const source = `// ${round}\n${PROGRAMS[name]}`;
        const seconds = await secondsToCheck(`${folder}/${name}-${round}.ts`, source);
        best[name] = Math.min(best[name], seconds);
      }
      if (worst() < MAX_RATIO) return;
    }
    assert(worst() < MAX_RATIO, `Seconds at best: ${JSON.stringify(best)}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
