/** The rules for the names that users give to steps, workflows and runs. */
import { type ErrorCode, quote, WrkflwError } from "./errors.ts";

const MAX_ID_CHARS = 200;
const RESERVED_IDS = ["__proto__", "constructor", "prototype", ".", ".."];
/** These separate the parts of a path: `review/ask`, `items[17]`, `poll#3`. */
const PATH_SYNTAX = /[/[\]#]/;
const CONTROL_CHARACTERS = /\p{Cc}/u;

/**
 * Checks the id of a step or workflow, or the name of an event.
 *
 * @throws {WrkflwError} With the code, and the rule that the id breaks.
 */
export function assertNodeId(
  id: unknown,
  subject: string,
  code: ErrorCode = "INVALID_DEFINITION",
): asserts id is string {
  const fault = faultOf(id) ?? (PATH_SYNTAX.test(String(id)) ? "contains one of / [ ] #" : null);
  if (fault !== null) throw refusal(code, subject, id, fault);
}

/**
 * Checks the name of an event that is sent; waits for it are named by the same rule.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT` and the rule that the name breaks.
 */
export function assertEventName(name: unknown): asserts name is string {
  const fault =
    faultOf(name) ?? (PATH_SYNTAX.test(String(name)) ? "contains one of / [ ] #" : null);
  if (fault !== null)
    throw refusal("INVALID_ARGUMENT", "Cannot send an event: its name", name, fault);
}

/**
 * Checks a run id that a caller chose.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT` and the rule that the id breaks.
 */
export function assertRunId(id: unknown): asserts id is string {
  const fault = faultOf(id);
  if (fault !== null) throw refusal("INVALID_ARGUMENT", "Run id", id, fault);
}

/**
 * Checks what an event is matched by.
 *
 * @throws {WrkflwError} With the code, and what it must be.
 */
export function assertMatchKey(
  key: unknown,
  subject: string,
  code: ErrorCode = "INVALID_ARGUMENT",
): asserts key is string {
  const isText = typeof key === "string" && key.length <= MAX_ID_CHARS;
  if (isText && !CONTROL_CHARACTERS.test(key) && key.isWellFormed()) return;
  const got = typeof key === "string" ? quote(key) : describe(key);
  throw new WrkflwError(
    code,
    `${subject} must be a text of at most ${MAX_ID_CHARS} characters without control characters: got ${got}`,
  );
}

function faultOf(id: unknown): string | null {
  if (typeof id !== "string") return "is not a string";
  if (id.trim() === "") return "is empty";
  if (id.length > MAX_ID_CHARS) return `is longer than ${MAX_ID_CHARS} characters`;
  if (RESERVED_IDS.includes(id)) return "is a reserved word";
  if (CONTROL_CHARACTERS.test(id)) return "contains a control character";
  if (!id.isWellFormed()) return "contains half of a surrogate pair";
  return null;
}

function describe(id: unknown): string {
  return id === null ? "null" : typeof id;
}

function refusal(code: ErrorCode, subject: string, id: unknown, fault: string): WrkflwError {
  const shown = typeof id === "string" ? quote(id) : describe(id);
  return new WrkflwError(code, `${subject} ${shown} ${fault}: use letters, digits and dashes`);
}
