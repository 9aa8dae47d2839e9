import { WrkflwError } from "../errors.ts";
import type { SqlArgument } from "../sql.ts";

/**
 * Refuses what one database or another would store as something else: `undefined`, `NaN` and
 * infinities become NULL on the way, and text is cut at a NUL character.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT` and the position of the argument.
 */
export function checkArguments(args: readonly unknown[]): asserts args is SqlArgument[] {
  for (let index = 0; index < args.length; index++) {
    const fault = faultOf(args[index]);
    if (fault === undefined) continue;
    throw new WrkflwError(
      "INVALID_ARGUMENT",
      `Cannot bind argument ${index + 1} of a statement: it is ${fault}; use null, a finite number or text without NUL characters`,
    );
  }
}

function faultOf(value: unknown): string | undefined {
  if (value === null) return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : String(value);
  if (typeof value !== "string")
    return value === undefined ? "undefined" : `of type ${typeof value}`;
  return value.includes("\0") ? "text with a NUL character" : undefined;
}
