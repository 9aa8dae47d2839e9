import { assertEquals } from "@std/assert";
import { describeDuration, describeInstant, describeMoment, isoTime } from "./duration.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

Deno.test("a duration is told in the two largest units that matter", () => {
  const cases: [number, string][] = [
    [0, "0 ms"],
    [-5, "0 ms"],
    [999.4, "999 ms"],
    [999.6, "1 s"],
    [2_449, "2.4 s"],
    [9_999, "9.9 s"],
    [59_999, "59 s"],
    [MINUTE, "1 min"],
    [3 * MINUTE + 5 * SECOND, "3 min 5 s"],
    [HOUR - 1, "59 min 59 s"],
    [25 * HOUR + MINUTE, "1 d 1 h"],
  ];
  for (const [ms, expected] of cases) assertEquals(describeDuration(ms), expected);
});

Deno.test("a moment is told in its largest unit: what is past never too old, what comes never too soon", () => {
  const cases: [number, string][] = [
    [-4_999, "just now"],
    [4_999, "in a moment"],
    [-59_999, "59 s ago"],
    [-MINUTE, "1 min ago"],
    [-HOUR + 1, "59 min ago"],
    [HOUR - 1, "in 1 h"],
    [59_500, "in 1 min"],
    [-49 * HOUR, "2 d ago"],
  ];
  for (const [offset, expected] of cases)
    assertEquals(describeMoment(HOUR + offset, HOUR), expected);
});

Deno.test("a time that no calendar holds is told as the nearest one that does", () => {
  assertEquals(describeInstant(0), "1970-01-01 00:00:00.000 UTC");
  assertEquals(isoTime(Number.MAX_VALUE), "+275760-09-13T00:00:00.000Z");
  assertEquals(isoTime(Number.NEGATIVE_INFINITY), "-271821-04-20T00:00:00.000Z");
  assertEquals(isoTime(Number.NaN), "1970-01-01T00:00:00.000Z");
});
