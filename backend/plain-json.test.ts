import fc from "npm:fast-check@4.10.2";
import { assert, assertEquals } from "@std/assert";
import { isPlainAtOnce } from "./plain-json.ts";

/** The same values each time; a failing one is printed with its seed and path. */
const ALWAYS_THE_SAME = { numRuns: 10_000, seed: 20_260_101 };

Deno.test("what is plain at a glance comes back from JSON as it was", () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
    withBoxedValues: true,
    withObjectString: true,
  });
  let plain = 0;
  const property = fc.property(anything, (value) => {
    if (!isPlainAtOnce(value)) return;
    plain++;
    assertSameJson(value);
  });
  fc.assert(property, ALWAYS_THE_SAME);
  assert(plain > 500, `only ${plain} values were plain`);
});

/** Written without `assertEquals`, which takes a list with holes and one of `undefined` for equal. */
function assertSameJson(value: unknown): void {
  const back: unknown = JSON.parse(JSON.stringify(value));
  if (typeof value !== "object" || value === null) {
    assert(Object.is(back, value));
    return;
  }
  assertEquals(Object.keys(back as object), Object.keys(value));
  assertEquals(Array.isArray(back), Array.isArray(value));
  for (const part of Object.values(value)) assertSameJson(part);
}

Deno.test("JSON is plain at a glance", () => {
  // It makes -0 too, which JSON reads and never writes.
  const json = fc.jsonValue({ maxDepth: 10 }).map((value) => JSON.parse(JSON.stringify(value)));
  fc.assert(
    fc.property(json, (value) => isPlainAtOnce(value)),
    ALWAYS_THE_SAME,
  );
});

const ODD_VALUES: Readonly<Record<string, unknown>> = {
  undefined: { a: undefined },
  NaN: [Number.NaN],
  "minus zero": { a: -0 },
  "a big integer": 1n,
  "a function": { a: () => 1 },
  "a symbol as a key": { [Symbol("k")]: 1 },
  "a list with a hole": Object.assign(new Array(2), { 0: 1 }),
  "a list with a property": Object.assign([1], { extra: 2 }),
  "a list with a property in the place of a hole": Object.assign(new Array(1), { extra: 2 }),
  "a list of other values than it says": Object.assign([new Date(0)], {
    [Symbol.iterator]: () => [1].values(),
  }),
  "an object with toJSON()": { toJSON: () => 1 },
  "an instance of a class": new (class Account {})(),
  "a list of a class of its own": new (class List extends Array {})(),
};

for (const [name, value] of Object.entries(ODD_VALUES)) {
  Deno.test(`${name} is not plain at a glance`, () => {
    assertEquals([isPlainAtOnce(value), isPlainAtOnce([{ a: value }])], [false, false]);
  });
}

Deno.test("a cycle is not plain at a glance, nor is what is nested very deeply", () => {
  const cycle: unknown[] = [];
  cycle.push({ cycle });
  let deep: unknown = 1;
  for (let level = 0; level < 50; level++) deep = [deep];
  assertEquals([isPlainAtOnce(cycle), isPlainAtOnce(deep)], [false, false]);
});

Deno.test("where it is asked for, the keys of every record must be sorted", () => {
  const inOrder = [{ "": 0, A: 1, a: { b: 1, c: [{ d: 1, e: 2 }] } }, [], {}, "b", null];
  const others = [{ b: 1, a: 1 }, [{ a: { c: 1, b: 2 } }], { "2": 1, "10": 1 }];
  for (const value of inOrder) assert(isPlainAtOnce(value, true), JSON.stringify(value));
  for (const value of others) assert(!isPlainAtOnce(value, true), JSON.stringify(value));
  for (const value of others) assert(isPlainAtOnce(value), JSON.stringify(value));
});
