import fc from "npm:fast-check@4.10.2";
import { z } from "npm:zod@4.6.7";
import { assertEquals, assertNotEquals } from "@std/assert";
import { createStep, createWorkflow } from "./index.ts";
import { prepareRun } from "./prepare-run.ts";

const anything = createStep({
  id: "anything",
  inputSchema: z.unknown(),
  outputSchema: z.unknown(),
  execute: () => null,
});
const flow = createWorkflow({
  id: "takes-anything",
  inputSchema: z.unknown(),
  outputSchema: z.unknown(),
})
  .then(anything)
  .commit();

/** What tells a second start whether its input is that of the first. */
async function keyOf(inputData: unknown): Promise<string> {
  return (await prepareRun(flow, { runId: "r" }, { inputData })).inputKey;
}

function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, reordered(part)] as const);
  return Object.fromEntries(entries.reverse());
}

Deno.test("an input has the same key in whatever order its own keys are", async () => {
  const property = fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (value) => {
    assertEquals(await keyOf(reordered(value)), await keyOf(value));
  });
  await fc.assert(property, { numRuns: 3_000, seed: 20_260_101 });
});

Deno.test("different inputs have different keys, in order or not, short or long", async () => {
  const long = "x".repeat(100);
  const inputs = [{}, [], { a: 1, b: 2 }, { b: 1, a: 2 }, { a: "1", b: 2 }, [1, 2], [2, 1]];
  const all = [...inputs, ...inputs.map((input) => ({ input, long })), "1", 1, null, -0, 0, long];
  const keys = await Promise.all(all.map(keyOf));
  assertEquals(new Set(keys).size, all.length);
});

Deno.test("what JSON makes alike has different keys", async () => {
  const at = new Date(0);
  const keys = await Promise.all([{ at }, { at: at.toJSON() }].map(keyOf));
  assertNotEquals(keys[0], keys[1]);
});

Deno.test("what a schema leaves out is not to be read in the key", async () => {
  const inputSchema = z.object({ name: z.string() });
  const step = createStep({ id: "greet", inputSchema, outputSchema: z.any(), execute: () => 1 });
  const greets = createWorkflow({ id: "greets", inputSchema, outputSchema: z.any() })
    .then(step)
    .commit();
  const given = { name: "Ada", password: "secret" };
  const { inputKey } = await prepareRun(greets, { runId: "r" }, { inputData: given });
  assertEquals(inputKey.includes("secret"), false);
  assertNotEquals(
    inputKey,
    (await prepareRun(greets, { runId: "r" }, { inputData: { name: "Ada" } })).inputKey,
  );
});
