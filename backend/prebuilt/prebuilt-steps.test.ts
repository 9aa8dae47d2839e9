import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { RunFailedError, WrkflwError } from "../errors.ts";
import {
  cloneStep,
  createWorkflow,
  delay,
  filterArray,
  httpGet,
  httpPost,
  logger,
  mapArray,
  pickFields,
  template,
} from "../index.ts";
import type { Node } from "../node.ts";
import type { Step } from "../step.ts";
import { FAKE_START_MS } from "../testing/fake-effects.ts";
import { World } from "../testing/world.ts";

const anything = { inputSchema: z.any(), outputSchema: z.any() } as const;

/** Runs one step on an input. */
async function run<In, Out>(step: Node<In, Out>, inputData: In): Promise<Out> {
  await using world = await World.create();
  const flow = createWorkflow({ ...anything, id: "flow" })
    .map(() => inputData)
    .then(step)
    .commit();
  const made = await world.engine().createRun(flow, "r");
  return (await world.effects.until(made.start({ inputData: null }))) as Out;
}

async function refusal<In>(step: Node<In, unknown>, inputData: unknown): Promise<string> {
  const error = await assertRejects(() => run(step, inputData as In), RunFailedError);
  return error.message;
}

type Maker = Step & ((options?: { readonly id: string }) => Step);
const ALL: readonly Maker[] = [
  httpGet,
  httpPost,
  template,
  delay,
  logger,
  filterArray,
  mapArray,
  pickFields,
];

Deno.test("each prebuilt step is a step by its first version's id, and makes others like it", () => {
  assertEquals(
    ALL.map(({ id }) => id),
    [
      "http-get",
      "http-post",
      "template",
      "delay",
      "logger",
      "filter-array",
      "map-array",
      "pick-fields",
    ],
  );
  for (const step of ALL) {
    const made = step({ id: "mine" });
    assertEquals([made.id, made.shape().id, made.shape().kind], ["mine", "mine", "step"]);
    assertEquals(step().id, step.id);
    assertEquals(cloneStep(made, { id: "other" }).shape().description, step.description);
    assertThrows(() => step({ id: "a/b" }), WrkflwError, "contains one of");
    const schemas = step.shape().schemas ?? {};
    assert("jsonSchema" in (schemas.input?.["~standard"] ?? {}), step.id);
    assert("jsonSchema" in (schemas.output?.["~standard"] ?? {}), step.id);
  }
});

Deno.test("a workflow takes them by name, made, and both", async () => {
  await using world = await World.create();
  const flow = createWorkflow({ id: "flow", inputSchema: z.string(), outputSchema: z.string() })
    .map(({ inputData }) => ({ template: "Hello {{name}}", variables: { name: inputData } }))
    .then(template)
    .map(({ inputData }) => ({ template: "{{text}}!", variables: { text: inputData.result } }))
    .then(template({ id: "shout" }))
    .map(({ inputData, getStepResult }) => inputData.result + getStepResult(template).result)
    .commit();
  const made = await world.engine().createRun(flow);
  assertEquals(await made.start({ inputData: "Ann" }), "Hello Ann!Hello Ann");
  assertThrows(
    () =>
      createWorkflow({ ...anything, id: "twice" })
        .then(template as never)
        .then(template as never)
        .commit(),
    WrkflwError,
    "template",
  );
});

Deno.test("template puts variables in, and looks at nothing that it put in", async () => {
  const cases: readonly [string, Record<string, string | number | boolean>, string][] = [
    ["Hello {{name}}, order #{{ id }}", { name: "Ann", id: 7 }, "Hello Ann, order #7"],
    ["{{ok}} {{zero}} {{empty}}|", { ok: false, zero: 0, empty: "" }, "false 0 |"],
    ["{{missing}} {{toString}} {{constructor}}", {}, "{{missing}} {{toString}} {{constructor}}"],
    ["{{a}}{{b}}", { a: "{{b}}", b: "$& $1" }, "{{b}}$& $1"],
    ["{{{a}}} {a} {{}} {{a b}}", { a: 1 }, "{1} {a} {{}} {{a b}}"],
    ["", {}, ""],
  ];
  for (const [text, variables, result] of cases) {
    assertEquals(await run(template, { template: text, variables }), { result });
  }
  const odd = await refusal(template, { template: "x", variables: { a: { b: 1 } } });
  assert(odd.includes("variables.a: must be one of string, number, boolean"), odd);
  assert((await refusal(template, { variables: {} })).includes("template: is missing"));
});

Deno.test("pickFields keeps fields that an object has itself", async () => {
  const object = { id: 1, name: "Ann", password: "x", none: undefined, nil: null };
  const fields = ["id", "nil", "missing", "toString", "__proto__"];
  assertEquals(await run(pickFields, { object, fields }), { result: { id: 1, nil: null } });
  const message = await refusal(pickFields, { object: [], fields: ["a", 1] });
  assert(message.includes("object: must be of type object: got array"), message);
  assert(message.includes("fields.1: must be of type string: got number"), message);
});

Deno.test("delay waits without a process, and is not longer for a death", async () => {
  await using world = await World.create();
  const DAY_MS = 86_400_000;
  const flow = createWorkflow({ ...anything, id: "flow" })
    .map(() => ({ durationMs: DAY_MS }))
    .then(delay)
    .commit();
  const made = await world.engine().createRun(flow, "r");
  const parked = await world.effects.until(made.safeStart({ inputData: null }));
  assertEquals(parked.status, "waiting");
  const engine = world.engine({ workflows: [flow] });
  world.effects.advance(DAY_MS - 1);
  await world.settle(engine);
  assertEquals((await made.getSnapshot())?.status, "waiting");
  world.effects.advance(1);
  await world.settle(engine);
  const completedAt = new Date(FAKE_START_MS + DAY_MS).toISOString();
  const snapshot = await made.getSnapshot();
  assertEquals(snapshot?.result, { durationMs: DAY_MS, completedAt });
  assertEquals(snapshot?.stepResults.delay?.status, "success");
});

Deno.test("delay takes what is a time, and nothing else", async () => {
  assertEquals((await run(delay, { durationMs: 0 })).durationMs, 0);
  for (const durationMs of [-1, Number.NaN, "1s", null, 1e15]) {
    const message = await refusal(delay, { durationMs });
    assert(/durationMs|hundred years|Cannot wait/.test(message), message);
  }
});

Deno.test("logger stores its line beside the step, and passes it on", async () => {
  await using world = await World.create();
  const flow = createWorkflow({ ...anything, id: "flow" })
    .map(() => ({ message: "Charged", data: { cents: 7 } }))
    .then(logger)
    .map(() => ({ level: "error" as const, message: "Lost" }))
    .then(logger({ id: "second" }))
    .commit();
  const made = await world.engine().createRun(flow, "r");
  const output = await made.start({ inputData: null });
  const timestamp = new Date(FAKE_START_MS).toISOString();
  assertEquals(output, { level: "error", message: "Lost", timestamp });
  const loaded = await world.storage().loadRun("r");
  const lines = loaded?.steps.flatMap(({ logs }) => (logs === null ? [] : JSON.parse(logs)));
  assertEquals(lines, [
    { at: FAKE_START_MS, level: "info", message: "Charged", data: { cents: 7 } },
    { at: FAKE_START_MS, level: "error", message: "Lost" },
  ]);
  const message = await refusal(logger, { level: "loud", message: "x" });
  assert(message.includes("level: must be one of debug, info, warn, error"), message);
});

const PEOPLE = [
  { name: "Ann", age: 30, address: { city: "Rome" }, tags: ["a", "b"] },
  { name: "Bob", age: 17, address: { city: "Oslo" }, tags: [] },
  { name: "Cy", address: null, tags: ["b"] },
];

Deno.test("filterArray keeps what fulfils conditions that are data", async () => {
  const cases: readonly [unknown, readonly string[]][] = [
    [{ path: "age", op: ">=", value: 18 }, ["Ann"]],
    [{ path: "age", op: "<", value: 18 }, ["Bob"]],
    [{ path: "age", op: "<=", value: "30" }, []],
    [{ path: "name", op: ">", value: "Ann" }, ["Bob", "Cy"]],
    [{ path: "address.city", op: "=", value: "Oslo" }, ["Bob"]],
    [{ path: "address", op: "=", value: { city: "Rome" } }, ["Ann"]],
    [{ path: "address.city", op: "!=", value: "Oslo" }, ["Ann", "Cy"]],
    [{ path: "name", op: "in", value: ["Cy", "Bob"] }, ["Bob", "Cy"]],
    [{ path: "name", op: "in", value: "Bob" }, []],
    [{ path: "tags", op: "contains", value: "b" }, ["Ann", "Cy"]],
    [{ path: "name", op: "contains", value: "o" }, ["Bob"]],
    [{ path: "name", op: "startsWith", value: "A" }, ["Ann"]],
    [{ path: "name", op: "endsWith", value: "b" }, ["Bob"]],
    [{ path: "age", op: "exists" }, ["Ann", "Bob"]],
    [{ path: "age", op: "exists", value: false }, ["Cy"]],
    [{ path: "tags.0", op: "=", value: "a" }, ["Ann"]],
    [{ path: "toString", op: "exists" }, []],
    [{ path: "__proto__.constructor", op: "exists" }, []],
    [
      [
        { path: "tags", op: "contains", value: "b" },
        { path: "age", op: ">", value: 1 },
      ],
      ["Ann"],
    ],
    [[], ["Ann", "Bob", "Cy"]],
  ];
  for (const [where, names] of cases) {
    const output = await run(filterArray, { array: PEOPLE, where: where as [] });
    const kept = output.filtered.map((person) => (person as { name: string }).name);
    assertEquals(kept, [...names], JSON.stringify(where));
    assertEquals([output.originalCount, output.filteredCount], [3, names.length]);
  }
  assertEquals(
    (await run(filterArray, { array: [1, "1", 2, Number.NaN], where: { op: "=", value: 1 } }))
      .filtered,
    [1],
  );
});

Deno.test("what does not fit is told of the form that was meant", async () => {
  const array = [1];
  const told = async (where: unknown) => await refusal(filterArray, { array, where });
  const odd = await told({ path: "a", op: "~" });
  assert(odd.includes("where.op: must be one of =, !="), odd);
  const second = await told([{ op: "=" }, { op: "~" }]);
  assert(second.includes("where.1.op: must be one of =, !="), second);
  const text = await told("a = 1");
  assert(text.includes("where: must be one of object, array"), text);
  const fields = await refusal(mapArray, { array, map: { fields: { a: 1 } } });
  assert(fields.includes("map.fields.a: must be of type string: got number"), fields);
  const number = await refusal(mapArray, { array, map: 1 });
  assert(number.endsWith("map: must be one of object"), number);
});

Deno.test("mapArray takes what paths say that are data", async () => {
  assertEquals(await run(mapArray, { array: PEOPLE, map: { path: "address.city" } }), {
    mapped: ["Rome", "Oslo", undefined],
    count: 3,
  });
  const fields = { who: "name", first: "tags.0", odd: "constructor" };
  assertEquals((await run(mapArray, { array: PEOPLE.slice(0, 1), map: { fields } })).mapped, [
    { who: "Ann", first: "a", odd: undefined },
  ]);
});

Deno.test("filterArray and mapArray ask functions that they are made with", async () => {
  const adults = filterArray({
    id: "adults",
    where: (person: { age: number }) => person.age >= 18,
  });
  const kept = await run(adults, { array: [{ age: 3 }, { age: 30 }] });
  assertEquals(kept, { filtered: [{ age: 30 }], originalCount: 2, filteredCount: 1 });
  const doubled = mapArray({
    id: "doubled",
    map: (n: number, index) => Promise.resolve(n * 2 + index),
  });
  assertEquals(await run(doubled, { array: [1, 2] }), { mapped: [2, 5], count: 2 });
  const frail = mapArray({
    id: "frail",
    map: (n: number) => {
      if (n === 2) throw new Error("Not that one");
      return n;
    },
  });
  assert((await refusal(frail, { array: [1, 2] })).includes('step "frail" failed') === false);
  assert((await refusal(frail, { array: [1, 2] })).includes("Not that one"));
});

Deno.test("no text is ever run as code", async () => {
  Reflect.set(globalThis, "wasRun", false);
  const code = "() => { globalThis.wasRun = true; return true; }";
  const filter = await refusal(filterArray, { array: [1], filterFn: code });
  assert(filter.includes("filterFn: is code in a text, which is never run: use where"), filter);
  const map = await refusal(mapArray, { array: [1], mapFn: code });
  assert(map.includes("mapFn: is code in a text, which is never run: use map"), map);
  for (const where of [
    code,
    { op: code },
    { path: code, op: "eval", value: 1 },
    { op: "constructor" },
    null,
  ]) {
    await refusal(filterArray, { array: [1], where });
  }
  for (const odd of [code, { path: 1 }, { fields: { a: 1 } }, {}, null]) {
    await refusal(mapArray, { array: [1], map: odd });
  }
  await run(mapArray, { array: [1], map: { path: code } });
  await run(template, { template: `{{${code}}}`, variables: {} });
  assertEquals(Reflect.get(globalThis, "wasRun"), false);
  Reflect.deleteProperty(globalThis, "wasRun");
});
