/** @jsxImportSource npm:hono@4.13.19/jsx */
import { assertEquals } from "@std/assert";
import type { Schedule, ScheduleRecord } from "../../backend/index.ts";
import { ScheduleLine } from "./schedule-line.tsx";

const NOW = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;

/** What is read, without the marks. */
function textOf(record?: Partial<ScheduleRecord>, schedule: Partial<Schedule> = {}): string {
  const known = record && {
    workflowId: "report",
    pattern: "",
    nextAt: null,
    firedAt: null,
    runId: null,
    runStatus: null,
    skippedAt: null,
    ...record,
  };
  const line = (
    <ScheduleLine
      schedule={{ cron: "0 8 * * *", inputData: 1, ...schedule }}
      record={known}
      root="./"
      now={NOW}
    />
  );
  return String(line).replace(/<[^>]*>/g, "");
}

Deno.test("a schedule says by which clock it counts, and when the next slot is", () => {
  assertEquals(
    textOf({ nextAt: NOW + 8 * HOUR_MS }, { timezone: "Europe/Berlin" }),
    "Starts by itself: 0 8 * * * Europe/Berlin, next in 8 h",
  );
  assertEquals(textOf({}), "Starts by itself: 0 8 * * * UTC, no slot is left");
});

Deno.test("before the first tick nothing is known of a schedule but its pattern", () => {
  assertEquals(textOf(), "Starts by itself: 0 8 * * * UTC, next slot known after the first tick");
});

Deno.test("a slot that nobody has dealt with is due", () => {
  assertEquals(
    textOf({ nextAt: NOW - 2 * HOUR_MS }),
    "Starts by itself: 0 8 * * * UTC, due 2 h ago",
  );
});

Deno.test("the last run is named, and a slot that was left out after it", () => {
  const last = { nextAt: NOW + HOUR_MS, firedAt: NOW - 23 * HOUR_MS, runId: "r-1" };
  const text = "Starts by itself: 0 8 * * * UTC, next in 1 h, last 23 h ago";
  assertEquals(textOf(last), text);
  assertEquals(textOf({ ...last, skippedAt: NOW - 24 * HOUR_MS }), text);
  assertEquals(textOf({ ...last, skippedAt: NOW - HOUR_MS }), `${text}, left out 1 h ago`);
});
