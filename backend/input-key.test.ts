import fc from "npm:fast-check@4.10.2";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { WrkflwError } from "./errors.ts";
import { inputKeyOf, isSameInput } from "./input-key.ts";
import { encode } from "./serialize.ts";
import { sha256 } from "./sha256.ts";

/** The key of an input that is stored as it was given, or as something else. */
function keyOf(given: unknown, stored: unknown = given): string {
  return inputKeyOf(given, encode(stored, "the input"), "Cannot start");
}

function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, reordered(part)] as const);
  return Object.fromEntries(entries.reverse());
}

Deno.test("an input is the same in whatever order its keys are", () => {
  const property = fc.property(fc.jsonValue({ maxDepth: 4 }), (value) =>
    isSameInput(keyOf(reordered(value)), keyOf(value)),
  );
  fc.assert(property, { numRuns: 5_000, seed: 20_260_101 });
});

Deno.test("an input is the same, whatever a newer schema adds to it or leaves out", () => {
  const given = { a: 1 };
  assert(isSameInput(keyOf(given), keyOf(given, { a: 1, b: 3 })));
  assert(isSameInput(keyOf(given, {}), keyOf(given)));
  assert(!isSameInput(keyOf(given), keyOf({ a: 1, b: 3 })));
});

/** Lists of inputs of which no two are the same. */
const DIFFERENT: readonly (readonly unknown[])[] = [
  [{}, [], { a: 1, b: 2 }, { b: 1, a: 2 }, { a: "1", b: 2 }, [1, 2], [2, 1], "1", 1, null, "null"],
  [new Date(0), new Date(0).toJSON(), { $date: new Date(0).toJSON() }],
  [new URL("https://a.b/"), "https://a.b/", { $url: "https://a.b/" }],
  [[undefined], [null], [{ $undefined: true }], []],
  [1n, "1", 1, { $bigint: "1" }],
  [Number.NaN, null, "NaN", { $number: "NaN" }],
  [0, -0, { $number: "-0" }],
  [/a/, "/a/", { $text: "/a/", $name: "RegExp" }],
  [new Map([["a", 1]]), [["a", 1]], { a: 1 }, { $collection: "Map", items: [["a", 1]] }],
  [new Set([1]), [1], { $collection: "Set", items: [1] }],
  [new Uint8Array([1]), [1], { 0: 1 }, { $bytes: "Uint8Array:AQ==" }, new Int8Array([1])],
  [{ $record: [["$date", 1]] }, { $date: 1 }, { $record: { $date: 1 } }],
];

for (const inputs of DIFFERENT) {
  Deno.test(`inputs that look alike are told apart: ${Deno.inspect(inputs[0])} and others`, () => {
    const long = "x".repeat(100);
    for (const dressed of [inputs, inputs.map((input) => [{ b: input, a: 1 }, long])]) {
      const keys = dressed.map((input) => keyOf(input));
      for (const [index, key] of keys.entries()) {
        const same = keys.filter((other) => isSameInput(key, other));
        assertEquals(same.length, 1, `${Deno.inspect(inputs[index])} is like another`);
      }
    }
  });
}

Deno.test("a key without a value is no key", () => {
  assert(isSameInput(keyOf({ a: 1, b: undefined }), keyOf({ a: 1 })));
});

Deno.test("what a schema leaves out is not to be read in the key", () => {
  const key = keyOf({ name: "Ada", password: "secret" }, { name: "Ada" });
  assertEquals([key.length, key.includes("secret")], [43, false]);
});

Deno.test("a run that was stored without a key, or with that of another kind of start, is another", () => {
  for (const stored of [null, ""]) assert(!isSameInput(stored, keyOf({})), String(stored));
});

Deno.test("a hash that an earlier version stored is that of the text which stands for itself now", () => {
  assert(isSameInput(sha256('{"n":1}'), keyOf({ n: 1 })));
});

Deno.test("what cannot be compared is refused, however it fails", () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  const throwing = {
    get a(): never {
      throw new TypeError("no such luck");
    },
  };
  for (const given of [cycle, throwing]) {
    const error = assertThrows(() => keyOf(given, null), WrkflwError, "cannot be compared");
    assertEquals(error.code, "NOT_SERIALIZABLE");
  }
});
