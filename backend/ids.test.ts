import { assertEquals, assertThrows } from "@std/assert";
import { WrkflwError } from "./errors.ts";
import { assertNodeId, assertRunId } from "./ids.ts";

const NEVER: readonly [id: unknown, fault: string][] = [
  ["", "is empty"],
  ["  ", "is empty"],
  ["__proto__", "is a reserved word"],
  ["constructor", "is a reserved word"],
  ["prototype", "is a reserved word"],
  [".", "is a reserved word"],
  ["..", "is a reserved word"],
  ["a\nb", "contains a control character"],
  ["a\u0000b", "contains a control character"],
  ["a\u007fb", "contains a control character"],
  ["half\ud800", "contains half of a surrogate pair"],
  ["x".repeat(201), "is longer than 200 characters"],
  [7, "is not a string"],
  [null, "is not a string"],
  [undefined, "is not a string"],
  [{ toString: () => "x" }, "is not a string"],
];

for (const [id, fault] of NEVER) {
  Deno.test(`an id that ${fault} is refused: ${JSON.stringify(id)?.slice(0, 20)}`, () => {
    const run = assertThrows(() => assertRunId(id), WrkflwError, fault);
    const node = assertThrows(() => assertNodeId(id, "Step id"), WrkflwError, fault);
    assertEquals([run.code, node.code], ["INVALID_ARGUMENT", "INVALID_DEFINITION"]);
  });
}

Deno.test("what separates the parts of a path may stand in a run id, not in a step's", () => {
  for (const id of ["a/b", "a[1]", "a]", "a#2"]) {
    assertRunId(id);
    assertThrows(() => assertNodeId(id, "Step id"), WrkflwError, "contains one of / [ ] #");
  }
});

Deno.test("ids in any script are fine", () => {
  for (const id of ["fetch-user", "Größe prüfen", "注文", "🚀", "a.b", "x".repeat(200)]) {
    assertRunId(id);
    assertNodeId(id, "Step id");
  }
});
