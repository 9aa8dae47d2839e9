import { assertEquals, assertMatch } from "@std/assert";
import type { Look } from "./look.ts";
import { targetTable } from "./targets.ts";

/** The row of the first target, a step with `FULL` that may be 1.35 times the limit. */
function firstRow(look: Look): string | undefined {
  return targetTable(look).split("\n")[2];
}

function stepOf(stepUs: number): Look {
  return ({ figure }) => ({ stepUs, leastUs: 120, limitUs: 100 })[figure];
}

Deno.test("a target is reached up to its aim and no further, and the least stands beside it", () => {
  assertMatch(firstRow(stepOf(135)) ?? "", /\| ≤ 1\.35 \| 1\.35 \| yes \| 1\.2 \|$/);
  assertMatch(firstRow(stepOf(136)) ?? "", /\| ≤ 1\.35 \| 1\.36 \| no \| 1\.2 \|$/);
});

Deno.test("what was not measured is not reached", () => {
  const rows = targetTable(() => undefined)
    .split("\n")
    .slice(2);
  assertEquals(new Set(rows.map((row) => row.split(" | ").at(-2))), new Set(["not measured"]));
});
