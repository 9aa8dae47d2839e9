import { quote, WrkflwError } from "./errors.ts";
import { LAST_MOMENT_MS, LONGEST_WAIT_MS } from "./limits.ts";

/** Milliseconds, or a text such as `"90s"`, `"2h"`, `"1.5 days"`. */
export type Duration = number | string;

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** A number and a unit, which may be written out: `90s`, `2 hours`. */
const DURATION =
  /^(\d+(?:\.\d+)?)\s*(ms|milliseconds?|s|sec(?:ond)?s?|m|min(?:ute)?s?|h|hours?|d|days?|w|weeks?)$/i;

/**
 * A duration in milliseconds.
 *
 * @param action Says in errors what is done for so long.
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if it is neither a number from 0 up nor a
 * text of that form, or longer than a hundred years.
 */
export function toMilliseconds(duration: unknown, action: string = "wait"): number {
  if (typeof duration === "number") return checked(duration, duration, action);
  const parts = typeof duration === "string" ? DURATION.exec(duration.trim()) : null;
  const [, amount, unit = ""] = parts ?? [];
  const factor = unit.toLowerCase().startsWith("mil")
    ? 1
    : (UNITS[unit.toLowerCase()] ?? UNITS[unit.charAt(0).toLowerCase()]);
  const isKnown = amount !== undefined && factor !== undefined;
  return checked(isKnown ? Number(amount) * factor : Number.NaN, duration, action);
}

function checked(ms: number, duration: unknown, action: string): number {
  if (ms >= 0 && ms <= LONGEST_WAIT_MS) return ms;
  const given = typeof duration === "string" ? quote(duration) : String(duration);
  const expected =
    ms > LONGEST_WAIT_MS
      ? "it is more than a hundred years"
      : `use milliseconds or a text such as "90s", "5m", "2h", "7d"`;
  throw new WrkflwError("INVALID_ARGUMENT", `Cannot ${action} for ${given}: ${expected}`);
}

/**
 * A moment in milliseconds since 1970.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if it is no date, ISO text or number.
 */
export function toMoment(moment: unknown): number {
  const time =
    moment instanceof Date || typeof moment === "string" ? new Date(moment).getTime() : moment;
  if (typeof time === "number" && Math.abs(time) <= LAST_MOMENT_MS) return time;
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot wait until ${String(moment)}: use a Date, an ISO text or milliseconds since 1970`,
  );
}
