/** Numbers that callers give: checked where they come in. */
import { WrkflwError } from "./errors.ts";
import { LONGEST_WAIT_MS } from "./limits.ts";

/** @throws {WrkflwError} With code `INVALID_ARGUMENT`, unless it is above 0. */
export function positive(name: string, value: number): number {
  if (typeof value === "number" && value > 0) return value;
  throw outOfRange(name, "a number above 0", value);
}

/** @throws {WrkflwError} With code `INVALID_ARGUMENT`, unless it is 0 or above. */
export function nonNegative(name: string, value: number): number {
  if (typeof value === "number" && value >= 0) return value;
  throw outOfRange(name, "a number from 0 up", value);
}

/**
 * A length of time that the database is told.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, unless it is one that a date can have.
 */
export function milliseconds(name: string, value: number): number {
  if (nonNegative(name, value) <= LONGEST_WAIT_MS) return value;
  throw outOfRange(name, `at most ${LONGEST_WAIT_MS} milliseconds`, value);
}

function outOfRange(name: string, expected: string, value: unknown): WrkflwError {
  return new WrkflwError("INVALID_ARGUMENT", `${name} must be ${expected}: got ${String(value)}`);
}
