import { assertEquals, assertMatch } from "@std/assert";
import type { Look } from "./look.ts";
import { targetTable } from "./targets.ts";

/** The row of the first target, a step with `FULL` that may be 1.35 times the limit. */
function firstRow(look: Look, rounds: readonly Look[] = [look]): string | undefined {
  return targetTable(look, rounds).split("\n")[2];
}

function stepOf(stepUs: number): Look {
  return ({ figure }) => ({ stepUs, leastUs: 120, limitUs: 100 })[figure];
}

Deno.test("a target is reached up to its aim and no further, and the least stands beside it", () => {
  assertMatch(firstRow(stepOf(135)) ?? "", /\| ≤ 1\.35 \| 1\.35 \| {2}\| yes \| 1\.35 \| 1\.2 \|$/);
  assertMatch(firstRow(stepOf(136)) ?? "", /\| ≤ 1\.35 \| 1\.36 \| {2}\| no \| 1\.36 \| 1\.2 \|$/);
});

Deno.test("how far the rounds lie apart stands beside what was measured", () => {
  const rounds = [stepOf(141), stepOf(129), stepOf(130)];
  assertMatch(
    firstRow(stepOf(130), rounds) ?? "",
    /\| 1\.3 \| {2}\| yes \| 1\.29–1\.41 \| 1\.2 \|$/,
  );
});

Deno.test("a time is judged by what it had been on the machine on which the aim was set", () => {
  /** A run takes 1.4 ms, and a step's part of the limit `limitUs` where it was 203 there. */
  const row = (limitUs: number) => {
    const look: Look = ({ figure }) => ({ runMs: 1.4, limitUs })[figure];
    return targetTable(look, [look])
      .split("\n")
      .find((line) => line.includes("an awaited run"));
  };
  assertMatch(row(300) ?? "", /\| ≤ 1 \| 1\.4 \| 0\.947 \| yes \|/);
  assertMatch(row(203) ?? "", /\| ≤ 1 \| 1\.4 \| 1\.4 \| no \|/);
});

Deno.test("what was not measured is not reached", () => {
  const rows = targetTable(() => undefined, [() => undefined])
    .split("\n")
    .slice(2);
  assertEquals(new Set(rows.map((row) => row.split(" | ").at(-3))), new Set(["not measured"]));
});
