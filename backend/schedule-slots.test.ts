/** The times that a schedule names, compared with the days of a zone minute by minute. */
import { assertEquals, assertRejects } from "@std/assert";
import { WrkflwError } from "./errors.ts";
import { slotsOf } from "./schedule-slots.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Each with a day on which its clock changes. */
const CHANGES: readonly (readonly [timezone: string, day: string])[] = [
  ["Europe/Berlin", "2026-03-29"],
  ["Europe/Berlin", "2026-10-25"],
  ["America/New_York", "2026-03-08"],
  ["America/New_York", "2026-11-01"],
  // At midnight, and so a day without 00:00.
  ["America/Sao_Paulo", "2018-11-04"],
  ["America/Havana", "2026-11-01"],
  // By half an hour.
  ["Australia/Lord_Howe", "2026-10-04"],
  ["Australia/Lord_Howe", "2026-04-05"],
  ["Africa/Casablanca", "2026-02-15"],
  // A day that was left out.
  ["Pacific/Apia", "2011-12-30"],
  ["Asia/Kathmandu", "2026-06-01"],
  ["UTC", "2026-06-01"],
];

/** Every minute from a day before to two days after, with what the zone's clocks show. */
function minutesAround(timezone: string, day: string): { at: number; local: string }[] {
  const format = new Intl.DateTimeFormat("sv", {
    timeZone: timezone,
    dateStyle: "short",
    timeStyle: "short",
  });
  const from = Date.parse(`${day}T00:00:00Z`) - 1.5 * DAY_MS;
  return Array.from({ length: (4 * DAY_MS) / MINUTE_MS }, (_, index) => {
    const at = from + index * MINUTE_MS;
    return { at, local: format.format(at) };
  });
}

async function slotsIn(
  cron: string,
  timezone: string,
  minutes: { at: number }[],
): Promise<number[]> {
  const slots = await slotsOf({ cron, timezone }, "Test");
  const last = minutes.at(-1)?.at ?? 0;
  const found: number[] = [];
  for (
    let slot = slots.after((minutes[0]?.at ?? 0) - 1);
    slot !== null && slot <= last;
    slot = slots.after(slot)
  ) {
    found.push(slot);
  }
  return found;
}

for (const [timezone, day] of CHANGES) {
  Deno.test(`a fixed time comes once a day around ${day} in ${timezone}`, async () => {
    const minutes = minutesAround(timezone, day);
    const days = [...new Set(minutes.map(({ local }) => local.slice(0, 10)))].slice(1, -1);
    for (const time of ["00:00", "00:30", "01:00", "01:45", "02:00", "02:30", "03:00", "12:00"]) {
      const [hour, minute] = time.split(":").map(Number);
      const slots = await slotsIn(`${minute} ${hour} * * *`, timezone, minutes);
      // The first minute of the day that shows this time, or a later one where it is left out.
      const expected = days.map((each) =>
        minutes.find(({ local }) => local.startsWith(each) && local.slice(11) >= time),
      );
      const within = slots.filter((slot) =>
        expected.some((minute) => sameDay(minutes, slot, minute?.local)),
      );
      assertEquals(
        within.map((at) => new Date(at).toISOString()),
        expected.map((minute) => new Date(minute?.at ?? 0).toISOString()),
        `${time} in ${timezone}`,
      );
    }
  });

  Deno.test(`a step comes at each of its minutes around ${day} in ${timezone}`, async () => {
    const minutes = minutesAround(timezone, day);
    for (const step of [5, 15, 20]) {
      const slots = await slotsIn(`*/${step} * * * *`, timezone, minutes);
      const expected = minutes.filter(({ local }) => Number(local.slice(14, 16)) % step === 0);
      assertEquals(
        slots,
        expected.map(({ at }) => at),
        `every ${step} minutes in ${timezone}`,
      );
    }
  });
}

function sameDay(
  minutes: { at: number; local: string }[],
  slot: number,
  local: string | undefined,
): boolean {
  const day = minutes.find(({ at }) => at === slot)?.local.slice(0, 10);
  return day !== undefined && local?.startsWith(day) === true;
}

Deno.test("upTo() gives the last slot up to a moment, itself included", async () => {
  for (const [timezone, day] of CHANGES) {
    const minutes = minutesAround(timezone, day);
    for (const cron of ["30 2 * * *", "*/20 * * * *", "0 9,17 * * 1-5"]) {
      const slots = await slotsOf({ cron, timezone }, "Test");
      const all = await slotsIn(cron, timezone, minutes);
      for (const { at } of minutes.filter((_, index) => index % 97 === 0)) {
        const expected = all.findLast((slot) => slot <= at);
        if (expected !== undefined) assertEquals(slots.upTo(at), expected, `${cron} ${timezone}`);
      }
      for (const slot of all) assertEquals(slots.upTo(slot), slot);
    }
  }
});

Deno.test("a pattern that cannot be read, or names no moment, is refused with the workflow's name", async () => {
  for (const cron of ["61 * * * *", "a b c d e", "0 0 31 2 *", "@reboot", "* * * * * * *"]) {
    const error = await assertRejects(
      () => slotsOf({ cron }, 'Workflow "report"'),
      WrkflwError,
      `Workflow "report": cannot use schedule.cron ${JSON.stringify(cron)}: `,
    );
    assertEquals(error.code, "INVALID_DEFINITION");
  }
});
