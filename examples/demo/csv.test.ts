import { assertEquals, assertThrows } from "@std/assert";
import { parseCsv } from "./csv.ts";

Deno.test("parseCsv() names each field by its column and each row by its line", () => {
  assertEquals(parseCsv("a,b\r\n1,2\n3,\n", "x.csv"), [
    { line: 2, fields: { a: "1", b: "2" } },
    { line: 3, fields: { a: "3", b: "" } },
  ]);
});

Deno.test("parseCsv() finds no rows below a header, nor in an empty file", () => {
  assertEquals(parseCsv("a,b\n", "x.csv"), []);
  assertEquals(parseCsv("", "x.csv"), []);
});

Deno.test("parseCsv() names the line with too many or too few fields", () => {
  for (const [line, count] of [
    ["1", 1],
    ["1,2,3", 3],
  ] as const) {
    assertThrows(
      () => parseCsv(`a,b\n1,2\n${line}\n`, "x.csv"),
      Error,
      `Cannot read "x.csv": line 3 has ${count} fields, expected 2 (a, b)`,
    );
  }
});
