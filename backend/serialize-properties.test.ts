/** 100,000 random values: each comes back as it was, or is refused with its place. */

import fc from "npm:fast-check@4.10.2";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { WrkflwError } from "./errors.ts";
import { decode, encode } from "./serialize.ts";

const STORABLE_VALUES = 40_000;
const ANY_VALUES = 30_000;
const SPOILT_VALUES = 30_000;
/** The same values each time; a failing one is printed with its seed and path. */
const SEED = 20_260_101;

class Account {
  readonly id = 1;
}

const text = fc.string({ unit: "binary", maxLength: 12 });
const halves = fc.constantFrom("\ud800", "a\udfff", "\u0000", "\u2028", '"\\', "💥");
const HOSTILE_KEYS = ["__proto__", "constructor", "prototype"];
const plainKeys = fc
  .oneof({ weight: 9, arbitrary: text }, halves, fc.constantFrom("$superjson"))
  .filter((key) => !HOSTILE_KEYS.includes(key));
const typedArrays = fc.oneof(
  fc.uint8Array({ maxLength: 5 }),
  fc.int16Array({ maxLength: 5 }),
  fc.float64Array({ maxLength: 5 }),
  fc.bigInt64Array({ maxLength: 3 }),
);
const errors = fc.record({ message: text, code: text, isRange: fc.boolean() }).map((parts) => {
  const error = parts.isRange ? new RangeError(parts.message) : new Error(parts.message);
  return Object.assign(error, { code: parts.code });
});
const special = fc.oneof(
  fc.date({ noInvalidDate: true }),
  fc.webUrl().map((url) => new URL(url)),
  fc.constantFrom(/a+b/giu, /[/]\\/, /^$/m, /(?<year>\d{4})/v),
  typedArrays,
  errors,
);
const leaves = fc.oneof(
  text,
  halves,
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom(null, undefined, -0, Number.NaN, Number.MAX_SAFE_INTEGER + 1),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  special,
);

/** Lists, records, maps and sets of leaves and of each other. */
function nested(leaf: fc.Arbitrary<unknown>, keys: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  return fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, depthSize: "small", withCrossShrink: true },
      leaf,
      fc.array(tie("value"), { maxLength: 4 }),
      fc.array(fc.tuple(keys, tie("value")), { maxLength: 4 }).map(recordOf),
      fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 3 }).map((all) => new Map(all)),
      fc.array(tie("value"), { maxLength: 3 }).map((all) => new Set(all)),
    ),
  })).value;
}

/** `__proto__` becomes a key like any other. */
function recordOf(entries: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(entries);
}

Deno.test("40,000 random values come back as they were", () => {
  const property = fc.property(nested(leaves, plainKeys), (value) => {
    assertSame(decode(encode(value, "a value")), value);
  });
  fc.assert(property, { numRuns: STORABLE_VALUES, seed: SEED });
});

/** Made anew each time, since a cycle must not be shared. */
const SPOILERS: Readonly<Record<string, () => unknown>> = {
  "a function": () => () => 1,
  "a symbol": () => Symbol("x"),
  "an invalid date": () => new Date(Number.NaN),
  "an instance of Account": () => new Account(),
  "an instance of Promise": () => Promise.resolve(),
  "an instance of WeakMap": () => new WeakMap(),
  "an instance of ArrayBuffer": () => new ArrayBuffer(1),
  "a list with holes": () => new Array(2),
  "an object with a symbol as a key": () => ({ [Symbol("k")]: 1 }),
};

Deno.test("30,000 values, some of which cannot be stored, come back whole or are refused", () => {
  const spoilers = fc.constantFrom(...Object.values(SPOILERS)).map((make) => make());
  const leaf = fc.oneof({ weight: 12, arbitrary: leaves }, { weight: 1, arbitrary: spoilers });
  const keys = fc.oneof({ weight: 8, arbitrary: plainKeys }, fc.constantFrom(...HOSTILE_KEYS));
  const seen = { kept: 0, refused: 0 };
  const property = fc.property(nested(leaf, keys), (value) => {
    const isKept = isStorable(value);
    seen[isKept ? "kept" : "refused"]++;
    if (isKept) return assertSame(decode(encode(value, "a value")), value);
    const error = assertThrows(() => encode(value, "a value"), WrkflwError);
    assertEquals(error.code, "NOT_SERIALIZABLE");
    assert(error.message.startsWith("Cannot store a value: $"), error.message);
  });
  fc.assert(property, { numRuns: ANY_VALUES, seed: SEED });
  assert(seen.kept > ANY_VALUES / 10 && seen.refused > ANY_VALUES / 10, JSON.stringify(seen));
});

/** Puts a value somewhere, and says where. */
type Wrap = (value: unknown, beside: unknown) => readonly [whole: unknown, place: string];

const WRAPS: readonly Wrap[] = [
  (value, beside) => [{ a: beside, b: value }, ".b"],
  (value, beside) => [[beside, value, beside], "[1]"],
  (value, beside) => [
    new Map([
      [1, beside],
      ["k", value],
    ] as [unknown, unknown][]),
    '.get("k")',
  ],
  (value, beside) => [new Map([[value, beside]]), ".keys()"],
  (value, beside) => [new Set([beside, value]), ".values()"],
  (value) => [new Error("x", { cause: value }), ".cause"],
];

Deno.test("30,000 values with one part that cannot be stored are refused with its place", () => {
  const wraps = fc.array(fc.constantFrom(...WRAPS), { maxLength: 6 });
  const whats = fc.constantFrom(...Object.keys(SPOILERS));
  const property = fc.property(wraps, whats, nested(leaves, plainKeys), (path, what, beside) => {
    let whole: unknown = SPOILERS[what]?.();
    let place = "";
    for (const wrap of path) {
      const [wrapped, own] = wrap(whole, beside);
      whole = wrapped;
      place = own + place;
    }
    const error = assertThrows(() => encode(whole, "a value"), WrkflwError);
    assertStringIncludes(error.message, `Cannot store a value: $${place} is ${what}`);
  });
  fc.assert(property, { numRuns: SPOILT_VALUES, seed: SEED });
});

/** Written anew from what the library promises, to judge it by. */
function isStorable(value: unknown): boolean {
  const found = { isRefused: false, isRich: false, hasHostileKey: false };
  judge(value, found);
  return !found.isRefused && !(found.isRich && found.hasHostileKey);
}

type Found = { isRefused: boolean; isRich: boolean; hasHostileKey: boolean };

function judge(value: unknown, found: Found): void {
  if (typeof value === "function" || typeof value === "symbol") found.isRefused = true;
  else if (value === undefined || typeof value === "bigint") found.isRich = true;
  else if (typeof value === "number") found.isRich ||= JSON.stringify(value) !== textOf(value);
  else if (Array.isArray(value)) judgeList(value, found);
  else if (typeof value === "object" && value !== null) judgeObject(value, found);
}

/** As JSON writes a number that it can keep. */
function textOf(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function judgeList(list: readonly unknown[], found: Found): void {
  if (Object.keys(list).length < list.length) found.isRefused = true;
  for (const item of list) judge(item, found);
}

function judgeObject(value: object, found: Found): void {
  if (Object.getPrototypeOf(value) === Object.prototype) {
    if (Object.getOwnPropertySymbols(value).length > 0) found.isRefused = true;
    if (Object.keys(value).some((key) => HOSTILE_KEYS.includes(key))) found.hasHostileKey = true;
    judgeList(Object.values(value), found);
    return;
  }
  found.isRich = true;
  if (value instanceof Map || value instanceof Set) judge([...value], found);
  else if (!isKnown(value)) found.isRefused = true;
}

function isKnown(value: object): boolean {
  if (value instanceof Date) return !Number.isNaN(value.getTime());
  const isBytes = ArrayBuffer.isView(value) && !(value instanceof DataView);
  return isBytes || [Error, URL, RegExp].some((kind) => value instanceof kind);
}

/** Stricter than an equality of tests: -0 is not 0, and order counts. */
function assertSame(actual: unknown, expected: unknown): void {
  if (!isSame(actual, expected)) assertEquals(actual, expected, "it came back as another value");
  assert(isSame(actual, expected), "it came back as a value that only looks the same");
}

function isSame(actual: unknown, expected: unknown): boolean {
  const parts = partsOf(expected);
  const actualParts = partsOf(actual);
  if (parts === undefined || actualParts === undefined) return Object.is(actual, expected);
  const { kind, items } = parts;
  if (actualParts.kind !== kind || actualParts.items.length !== items.length) return false;
  return items.every((item, index) => isSame(actualParts.items[index], item));
}

/** What makes an object what it is, in order; `undefined` for what is no object. */
function partsOf(value: unknown): { kind: string; items: readonly unknown[] } | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (value instanceof Map) return { kind: "map", items: [...value].flat() };
  if (value instanceof Set) return { kind: "set", items: [...value] };
  if (value instanceof Date) return { kind: "date", items: [value.getTime()] };
  if (value instanceof URL) return { kind: "url", items: [value.href] };
  if (value instanceof RegExp) return { kind: "regexp", items: [value.source, value.flags] };
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    return { kind: "error", items: [name, message, stack, Reflect.get(value, "code"), cause] };
  }
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return { kind: value.constructor.name, items: [...bytes] };
  }
  if (Array.isArray(value)) return { kind: "list", items: value };
  return { kind: "record", items: Object.entries(value).flat() };
}
