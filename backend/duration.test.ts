import { assertEquals, assertThrows } from "@std/assert";
import { toMilliseconds, toMoment } from "./duration.ts";
import { WrkflwError } from "./errors.ts";

Deno.test("a duration is milliseconds, or a number with a unit", () => {
  const durations: readonly [unknown, number][] = [
    [0, 0],
    [1.5, 1.5],
    ["250ms", 250],
    ["250 milliseconds", 250],
    ["90s", 90_000],
    ["1 sec", 1_000],
    ["5m", 300_000],
    ["5 min", 300_000],
    ["5 Minutes", 300_000],
    ["2h", 7_200_000],
    ["1 hour", 3_600_000],
    ["1.5 days", 129_600_000],
    [" 7d ", 604_800_000],
    ["2W", 1_209_600_000],
    ["1 week", 604_800_000],
  ];
  for (const [duration, ms] of durations) assertEquals(toMilliseconds(duration), ms);
});

Deno.test("what is no duration is refused, with what was given and what is expected", () => {
  const odd: readonly unknown[] = [
    -1,
    Number.NaN,
    "",
    "s",
    "90",
    "-5s",
    "1e3s",
    "5 months",
    "1h30m",
    "5ss",
    null,
    undefined,
    {},
    [5],
    true,
    5n,
  ];
  for (const duration of odd) {
    const error = assertThrows(() => toMilliseconds(duration), WrkflwError, "Cannot wait for ");
    assertEquals(error.code, "INVALID_ARGUMENT");
    assertEquals(
      error.message.endsWith('use milliseconds or a text such as "90s", "5m", "2h", "7d"'),
      true,
    );
  }
  for (const duration of [Number.POSITIVE_INFINITY, 1e300, `${"9".repeat(400)}d`, "6000 weeks"])
    assertThrows(() => toMilliseconds(duration), WrkflwError, "it is more than a hundred years");
});

Deno.test("a moment is a date, an ISO text or milliseconds since 1970", () => {
  const moment = Date.UTC(2026, 0, 2, 3, 4, 5);
  for (const given of [
    new Date(moment),
    moment,
    "2026-01-02T03:04:05Z",
    "2026-01-02T04:04:05+01:00",
  ])
    assertEquals(toMoment(given), moment);
  assertEquals(toMoment(-1), -1);
});

Deno.test("what is no moment is refused", () => {
  for (const odd of [
    new Date("x"),
    "soon",
    "",
    Number.NaN,
    Number.POSITIVE_INFINITY,
    8.7e15,
    null,
    undefined,
    {},
    true,
  ]) {
    const error = assertThrows(() => toMoment(odd), WrkflwError, "Cannot wait until ");
    assertEquals(
      error.message.endsWith("use a Date, an ISO text or milliseconds since 1970"),
      true,
    );
  }
});
