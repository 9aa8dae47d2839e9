import { assertEquals } from "@std/assert";
import { Durations } from "./durations.ts";

const BUDGET_MS = 20_000;

Deno.test("a step that was never seen may take a tenth of the budget, and a second at most", () => {
  const durations = new Durations();
  assertEquals(durations.usualMs({}, 5_000), 500);
  assertEquals(durations.usualMs({}, BUDGET_MS), 1_000);
});

Deno.test("a step that takes no time is known to take none", () => {
  const durations = new Durations();
  const step = {};
  durations.note(step, 0);
  assertEquals(durations.usualMs(step, BUDGET_MS), 0);
});

Deno.test("a longer time counts at once, a shorter one little by little", () => {
  const durations = new Durations();
  const step = {};
  for (const ms of [100, 700, 0]) durations.note(step, ms);
  assertEquals(durations.usualMs(step, BUDGET_MS), 630);
  assertEquals(durations.usualMs({}, BUDGET_MS), 1_000);
});
