import { assertEquals } from "@std/assert";
import type { StepRecord } from "../../backend/index.ts";
import { record } from "../testing/open-app.ts";
import { barsOf, type PlaceBars, plannedEnd } from "./place-bars.ts";
import type { RunPlace } from "./run-places.ts";

const END = { at: 1_000, workSince: 900 };

/** A place with these records, each from one moment to another. */
function placeOf(
  records: readonly (Partial<StepRecord> & { readonly from: number; readonly to: number })[],
  given: Partial<RunPlace> = {},
): RunPlace {
  return {
    path: "step",
    depth: 0,
    kind: "step",
    status: "success",
    records: records.map(({ from, to, ...rest }, index) =>
      record({ seq: index + 1, startedAt: from, endedAt: to, ...rest }),
    ),
    attempts: 1,
    startedAt: records[0]?.from ?? null,
    endedAt: null,
    wait: undefined,
    isContainer: false,
    node: undefined,
    ...given,
  };
}

function told({ bars, retries }: PlaceBars): string {
  const told = bars.map(({ kind, from, to }) => `${kind} ${from}-${to}`);
  return [...told, ...retries.map((at) => `retry ${at}`)].join(", ");
}

Deno.test("attempts, the pauses between them and their ticks are drawn in their order", () => {
  const error = '{"message":"x"}';
  const place = placeOf([
    { from: 0, to: 10, status: "suspended", error },
    { from: 100, to: 120, status: "suspended", error },
    { from: 500, to: 530 },
  ]);
  assertEquals(
    told(barsOf(place, END)),
    "failed 0-10, wait 10-100, failed 100-120, wait 120-500, work 500-530, retry 100, retry 500",
  );
});

Deno.test("a wait lasts until somebody resumes it, then the step goes on", () => {
  const place = placeOf([
    { from: 0, to: 10, status: "suspended" },
    { from: 400, to: 400, status: "resumed" },
    { from: 405, to: 420 },
  ]);
  assertEquals(told(barsOf(place, END)), "work 0-10, wait 10-400, wait 400-405, work 405-420");
});

Deno.test("what still waits is drawn up to now, and ahead where its end is known", () => {
  const wait = JSON.stringify({ until: 5_000 });
  const asleep = placeOf([{ from: 0, to: 10, status: "suspended", wait }], { status: "waiting" });
  assertEquals(told(barsOf(asleep, END)), "work 0-10, wait 10-1000, ahead 1000-5000");
  assertEquals(plannedEnd(asleep), 5_000);
  const asked = placeOf([{ from: 0, to: 10, status: "suspended" }], { status: "suspended" });
  assertEquals(
    [told(barsOf(asked, END)), plannedEnd(asked)],
    ["work 0-10, wait 10-1000", undefined],
  );
});

Deno.test("what is at work is drawn from when it began to now, recorded or not", () => {
  assertEquals(told(barsOf(placeOf([], { status: "running" }), END)), "work 900-1000");
  const again = placeOf([{ from: 0, to: 10, status: "suspended", error: "{}" }], {
    status: "running",
  });
  assertEquals(told(barsOf(again, END)), "failed 0-10, wait 10-900, work 900-1000, retry 900");
});

Deno.test("a place that holds others is drawn from the first to the last of them", () => {
  const around = { isContainer: true, startedAt: 5, endedAt: 700 };
  assertEquals(told(barsOf(placeOf([], around), END)), "within 5-700");
  assertEquals(told(barsOf(placeOf([], { ...around, endedAt: null }), END)), "within 5-1000");
  assertEquals(told(barsOf(placeOf([], { ...around, startedAt: null }), END)), "");
});

Deno.test("records of the first version, which have no end, have no bars", () => {
  const place = placeOf([{ from: 50, to: Number.NEGATIVE_INFINITY }]);
  assertEquals(told(barsOf(place, END)), "");
});
