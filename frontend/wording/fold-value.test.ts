import { assert, assertEquals } from "@std/assert";
import { type FoldedValue, foldText, foldValue } from "./fold-value.ts";

/** Every line of a value, as it would be printed. */
function linesOf(value: FoldedValue): string[] {
  if (value.kind === "line") return [value.key + value.text];
  return [value.key + value.open, ...value.parts.flatMap(linesOf), value.close];
}

Deno.test("a value unfolds into its parts, and what is short stays on one line", () => {
  const { root, isCut } = foldValue({ a: [1, 2], b: { c: { d: "x".repeat(70) } }, e: null });
  assertEquals(isCut, false);
  assertEquals(linesOf(root), [
    "{",
    '"a": [1, 2]',
    '"b": {',
    '"c": {',
    `"d": "${"x".repeat(70)}"`,
    "}",
    "}",
    '"e": null',
    "}",
  ]);
});

Deno.test("what JSON has no word for is named", () => {
  const value = new Map<string, unknown>([
    ["at", new Date(0)],
    ["set", new Set(["y".repeat(80)])],
    ["big", 7n],
  ]);
  assertEquals(linesOf(foldValue(value).root), [
    "Map {",
    '"at" => Date("1970-01-01T00:00:00.000Z")',
    '"set" => Set {',
    `"${"y".repeat(80)}"`,
    "}",
    '"big" => 7n',
    "}",
  ]);
  for (const plain of [undefined, null, 0, "", false, [], {}]) {
    assertEquals(foldValue(plain).root.kind, "line");
  }
});

Deno.test("long and deep values are cut, whatever they are made of", () => {
  const deep = JSON.parse(`${"[".repeat(5_000)}1${"]".repeat(5_000)}`);
  const long = Array.from({ length: 10_000 }, (_, n) => ({ n, text: "t".repeat(90) }));
  const both = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`k${n}`, long]));
  for (const value of [deep, long, both, "z".repeat(100_000), [["a".repeat(5_000)]]]) {
    const { root, isCut } = foldValue(value);
    assert(isCut);
    const lines = linesOf(root);
    assert(lines.length < 2_000 && lines.join("").length < 400_000, String(lines.length));
  }
  assertEquals(foldText("z".repeat(2_000)).isCut, true);
});

Deno.test("long lists and deep objects are folded until somebody opens them", () => {
  const { root } = foldValue({
    few: { a: { b: { c: { d: ["e".repeat(80)] } } } },
    many: Array(50).fill("e".repeat(80)),
  });
  const open: string[] = [];
  const walk = (value: FoldedValue) => {
    if (value.kind === "line") return;
    if (value.isOpen) open.push(value.key);
    for (const part of value.parts) walk(part);
  };
  walk(root);
  assertEquals(open, ["", '"few": ', '"a": ']);
});
