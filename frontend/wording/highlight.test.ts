import { assertEquals, assertLess } from "@std/assert";
import { quickestMs } from "../../backend/testing/quickest.ts";
import { highlight } from "./highlight.ts";

Deno.test("keys, strings, numbers and words are told apart", () => {
  const kinds = highlight('{ "a": "b: \\"c\\"", "d": -1.5e3, "e": [true, null, 12n] }')
    .filter(({ kind }) => kind !== "plain")
    .map(({ kind, text }) => `${kind} ${text}`);
  assertEquals(kinds, [
    'key "a"',
    'string "b: \\"c\\""',
    'key "d"',
    "number -1.5e3",
    'key "e"',
    "word true",
    "word null",
    "number 12n",
  ]);
});

Deno.test("the pieces together are the text, whatever it is", () => {
  for (const text of ["", "x", '"', '"\\', '"a\nb"', "<b>&", '"a": "b', "1-2-3", '\\""\'']) {
    assertEquals(
      highlight(text)
        .map((token) => token.text)
        .join(""),
      text,
    );
  }
});

Deno.test("a text of quotes that never close is read once", async () => {
  for (const text of [
    `"${'\\"'.repeat(50_000)}`,
    '"'.repeat(100_001),
    `"${"\\".repeat(100_001)}`,
  ]) {
    assertLess(await quickestMs(500, () => highlight(text)), 500);
  }
});
