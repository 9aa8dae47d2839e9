import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { quickestMs } from "../../backend/testing/quickest.ts";
import { printValue } from "./print-value.ts";

Deno.test("plain values are printed as JSON that reads back as the same value", () => {
  const values = [
    null,
    true,
    0,
    -1.5,
    "",
    'a "b"\n\\',
    [],
    {},
    [1, 2],
    { a: { b: [{ c: 1 }] }, "d e": null },
  ];
  for (const value of values) assertEquals(JSON.parse(printValue(value)), value);
});

Deno.test("values that JSON has no word for are named", () => {
  const cases: [unknown, string][] = [
    [undefined, "undefined"],
    [12n, "12n"],
    [-0, "-0"],
    [Number.NaN, "NaN"],
    [new Date(0), 'Date("1970-01-01T00:00:00.000Z")'],
    [new Date(Number.NaN), 'Date("invalid")'],
    [/a"b/g, '/a"b/g'],
    [new URL("https://a.example/"), 'URL("https://a.example/")'],
    [new TypeError("no"), 'TypeError("no")'],
    [new Uint8Array(3), "Uint8Array(3 bytes)"],
    [new Map([["k", new Set([1])]]), 'Map {\n  "k" => Set { 1 }\n}'],
    [[undefined, new Set()], "[\n  undefined,\n  Set {}\n]"],
  ];
  for (const [value, expected] of cases) assertEquals(printValue(value), expected);
});

Deno.test("small lists and objects within others stay on one line", () => {
  const items = [
    { sku: "a", count: 2 },
    { sku: "b", count: 1 },
  ];
  assertEquals(
    printValue({ items }),
    '{\n  "items": [\n    { "sku": "a", "count": 2 },\n    { "sku": "b", "count": 1 }\n  ]\n}',
  );
});

Deno.test("a value that is very deep is cut, not fatal", () => {
  let deep: unknown = "bottom";
  for (let level = 0; level < 400; level++) deep = [deep];
  assertStringIncludes(printValue(deep), "…");
});

Deno.test("half a million characters are printed soon", async () => {
  const rows = Array.from({ length: 10_000 }, (_, n) => ({ n, name: `row ${n}`, ok: true }));
  assertLess(await quickestMs(500, () => printValue(rows)), 500);
});
