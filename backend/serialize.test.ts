import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { WrkflwError } from "./errors.ts";
import { decode, decodePlain, encode } from "./serialize.ts";

const SUBJECT = "the test value";

function roundTrip(value: unknown): unknown {
  return decode(encode(value, SUBJECT));
}

Deno.test("plain JSON is stored as plain JSON", () => {
  for (const value of [null, true, "x", 1.5, [], {}, { a: [1, { b: null }] }, "\u0000\ud800"]) {
    assertEquals(encode(value, SUBJECT), JSON.stringify(value));
    assertEquals(roundTrip(value), value);
  }
});

Deno.test("what JSON cannot say comes back whole", () => {
  const values = [
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
    12345678901234567890n,
    new Date("2026-02-03T04:05:06.789Z"),
    new Map<unknown, unknown>([
      ["a", new Set([1, "2"])],
      [{ key: 1 }, undefined],
    ]),
    new URL("https://example.com/path?q=1#x"),
    /a+b/giu,
    new Uint8Array([0, 255]),
    new Float64Array([Number.NaN, -0, 1.5]),
    new BigInt64Array([-1n, 2n ** 62n]),
    { deep: [{ when: new Date(5) }, undefined], none: undefined },
    [undefined, null],
  ];
  for (const value of values) assertEquals(roundTrip(value), value);
  assert(Object.is(roundTrip(-0), -0));
  assert(Object.hasOwn(roundTrip({ none: undefined }) as object, "none"));
});

Deno.test("errors keep name, message, stack, code and cause", () => {
  const cause = new TypeError("inner");
  const error = Object.assign(new RangeError("outer", { cause }), { code: "E_OUTER" });
  const back = (roundTrip({ error }) as { error: Error & { code?: string } }).error;
  assertInstanceOf(back, Error);
  assertEquals(
    [back.name, back.message, back.stack, back.code],
    [error.name, "outer", error.stack, "E_OUTER"],
  );
  assertEquals((back.cause as Error).message, "inner");
});

Deno.test("keys that name parts of a prototype are data", () => {
  const hostile: unknown = JSON.parse(
    '{"__proto__":{"isAdmin":true},"constructor":1,"prototype":2}',
  );
  const back = roundTrip(hostile) as object;
  assertEquals(Object.keys(back), ["__proto__", "constructor", "prototype"]);
  assertEquals(Object.getPrototypeOf(back), Object.prototype);
  assertEquals((back as { isAdmin?: boolean }).isAdmin, undefined);
  assertEquals(({} as { isAdmin?: boolean }).isAdmin, undefined);
});

Deno.test("a value that looks like a stored rich value is still itself", () => {
  const lookalike = { $superjson: { json: 1, meta: { values: ["Date"], v: 1 } } };
  assertEquals(roundTrip(lookalike), lookalike);
});

Deno.test("one object in two places comes back as two equal ones", () => {
  const shared = { a: 1 };
  assertEquals(roundTrip([shared, shared]), [{ a: 1 }, { a: 1 }]);
  assertEquals(roundTrip({ x: shared, y: shared, at: new Date(1) }), {
    x: { a: 1 },
    y: { a: 1 },
    at: new Date(1),
  });
});

Deno.test("one object in several places of a map does not mix up its entries", () => {
  const shared = /^$/;
  const value = new Map([[0n, new Map([[[shared], new Set([shared, ""])]])]]);
  assertEquals(roundTrip(value), value);
  const numbers = { set: new Map([[new Set([Number.NaN, 0]), 0]]), list: [Number.NaN] };
  const back = roundTrip(numbers) as typeof numbers;
  assertEquals([...([...back.set.keys()][0] ?? [])], [Number.NaN, 0]);
});

class Account {
  readonly id = 1;
}

const cycle: { self?: unknown } = {};
cycle.self = [cycle];
let deep: unknown = 1;
for (let level = 0; level < 600; level++) deep = [deep];

const REFUSED: readonly [name: string, value: unknown, place: string, what: string][] = [
  ["a function", { list: [1, { make: () => 1 }] }, "$.list[1].make", "a function"],
  ["a symbol", [Symbol("x")], "$[0]", "a symbol"],
  ["a symbol key", { a: { [Symbol("x")]: 1 } }, "$.a", "an object with a symbol as a key"],
  ["a class instance", { account: new Account() }, "$.account", "an instance of Account"],
  ["a promise", { later: Promise.resolve(1) }, "$.later", "an instance of Promise"],
  ["a WeakMap", new WeakMap(), "$", "an instance of WeakMap"],
  ["an array buffer", new ArrayBuffer(2), "$", "an instance of ArrayBuffer"],
  ["a cycle", cycle, "$.self[0]", "a cycle"],
  ["an invalid date", { at: new Date(Number.NaN) }, "$.at", "an invalid date"],
  ["a function in a map", new Map([["k", () => 1]]), '$.get("k")', "a function"],
  ["a function as a map's key", new Map([[() => 1, 1]]), "$.keys()", "a function"],
  ["a function in a set", new Set([() => 1]), "$.values()", "a function"],
  ["a function as a cause", new Error("x", { cause: () => 1 }), "$.cause", "a function"],
  [
    "a list with holes",
    new Array(3),
    "$",
    "a list with holes, or with properties beside its items",
  ],
  [
    "a list with properties",
    Object.assign([1], { x: 1 }),
    "$",
    "a list with holes, or with properties beside its items",
  ],
  ["a kind of map", new (class Ledger extends Map {})(), "$", "an instance of Ledger"],
  ["a kind of list", new (class Stack extends Array {})(), "$", "an instance of Stack"],
  [
    "a hostile key beside a date",
    { a: { constructor: 1 }, at: new Date(1) },
    "$.a.constructor",
    "a key that is kept in plain JSON only, not beside dates, maps, undefined and the like",
  ],
  ["a toJSON method", { toJSON: () => 1 }, "$.toJSON", "a function"],
];

for (const [name, value, place, what] of REFUSED) {
  Deno.test(`${name} is refused with its place`, () => {
    const error = assertThrows(() => encode(value, SUBJECT), WrkflwError);
    assertEquals(error.code, "NOT_SERIALIZABLE");
    assertEquals(error.message.split(";")[0], `Cannot store the test value: ${place} is ${what}`);
  });
}

Deno.test("nesting too deep to walk is refused, not a crash", () => {
  assertThrows(() => encode(deep, SUBJECT), WrkflwError, "nested deeper than 500 levels");
});

Deno.test("an error of errors keeps them", () => {
  const back = roundTrip(new AggregateError([new Error("a"), new TypeError("b")], "both"));
  assertInstanceOf(back, Error);
  const { errors } = back as AggregateError;
  assertEquals(
    errors.map((error: Error) => error.message),
    ["a", "b"],
  );
});

Deno.test("a payload above the limit is refused with its size", () => {
  const error = assertThrows(() => encode("x".repeat(20), SUBJECT, 10), WrkflwError);
  assertEquals(error.code, "PAYLOAD_TOO_LARGE");
  assert(error.message.includes("it takes 22 characters and the limit is 10"), error.message);
  assertThrows(
    () => encode("x".repeat(512 * 1024), SUBJECT),
    WrkflwError,
    "and the limit is 524288",
  );
});

Deno.test("a stored text that is damaged is a clear error", () => {
  for (const text of ["", "{", "undefined", '{"$superjson":']) {
    const error = assertThrows(() => decode(text), WrkflwError, "Cannot read a stored value: ");
    assertEquals(error.code, "STORAGE_CORRUPT");
  }
});

Deno.test("decodePlain() reads any stored value as the JSON that says it best", () => {
  const value = { at: new Date(0), big: 5n, tags: new Set(["a"]), none: undefined, plain: [1] };
  assertEquals(decodePlain(encode(value, "a value")), {
    at: "1970-01-01T00:00:00.000Z",
    big: "5",
    tags: ["a"],
    none: null,
    plain: [1],
  });
  assertEquals(decodePlain('{"n":1}'), { n: 1 });
  assertThrows(() => decodePlain("{"), SyntaxError);
});
