import { assertEquals } from "@std/assert";
import { type Execution, lastOfLoops, overlapMs, pausesIn, runOf } from "./accounts.ts";

function execution(run: string, step: number, at: number, by: string): Execution {
  return { key: `${run}/step-${step}`, at, by };
}

const FIRST = execution("process-1-0-1", 1, 0, "process-1");
const OTHER_LOOP = execution("process-1-1-1", 1, 500, "process-1");
const TAKEN = execution("process-1-0-1", 1, 900, "taker");
const NEXT_RUN = execution("process-1-0-2", 1, 1_000, "process-1");

Deno.test("a pause is what one loop of one process shows, also from one run to the next", () => {
  const all = [NEXT_RUN, TAKEN, OTHER_LOOP, FIRST];
  assertEquals(pausesIn(all, 1_000), [{ before: FIRST, after: NEXT_RUN }]);
  assertEquals(pausesIn(all, 1_001), []);
});

Deno.test("a process dies in the last run of each of its loops", () => {
  const last = lastOfLoops([FIRST, OTHER_LOOP, NEXT_RUN]);
  assertEquals(last.map(runOf), ["process-1-0-2", "process-1-1-1"]);
});

Deno.test("only the time of outages within a span counts", () => {
  const span = { from: 100, to: 200 };
  const outages = [
    { from: 0, to: 110 },
    { from: 150, to: 160 },
    { from: 190, to: Number.POSITIVE_INFINITY },
    { from: 300, to: 400 },
  ];
  assertEquals(overlapMs(span, outages), 30);
});
