/** What calls are told beside their subject: checked, so that a misspelt option is not passed over. */
import { type ErrorCode, quote, WrkflwError } from "./errors.ts";

/** The names of all options of a kind; with one missing or too many it does not compile. */
export type OptionNames<Options> = Readonly<Record<keyof Required<Options>, true>>;

/**
 * Checks that options are an object, and that each of them is known.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT` and the names that there are.
 */
export function assertOptions(
  options: unknown,
  subject: string,
  names: Readonly<Record<string, true>>,
  code: ErrorCode = "INVALID_ARGUMENT",
): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    const got = options === null ? "null" : Array.isArray(options) ? "a list" : typeof options;
    throw new WrkflwError(code, `${subject}: options must be an object, got ${got}`);
  }
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(names, key));
  if (unknown === undefined) return;
  throw new WrkflwError(
    code,
    `${subject}: it has no option ${quote(unknown)}; use ${Object.keys(names).join(", ")}`,
  );
}

/** @throws {WrkflwError} With code `INVALID_ARGUMENT`, unless it is a text, or left out. */
export function assertOptionalText(text: unknown, subject: string): void {
  if (text !== undefined) assertText(text, subject);
}

/** @throws {WrkflwError} With code `INVALID_ARGUMENT`, unless it is a text. */
export function assertText(text: unknown, subject: string): void {
  if (typeof text === "string" && !text.includes("\0")) return;
  const got = text === null ? "null" : typeof text === "string" ? "one with a NUL" : typeof text;
  throw new WrkflwError("INVALID_ARGUMENT", `${subject} must be a text: got ${got}`);
}
