/**
 * Every error of this library is a {@linkcode WrkflwError} with a stable `code`.
 * Subclasses exist only where callers catch by class.
 */

/** What went wrong, as a stable word to branch on. */
export type ErrorCode =
  | "INVALID_DEFINITION"
  | "INVALID_ARGUMENT"
  | "VALIDATION_FAILED"
  | "NOT_SERIALIZABLE"
  | "PAYLOAD_TOO_LARGE"
  | "WORKFLOW_NOT_FOUND"
  | "RUN_NOT_FOUND"
  | "STEP_NOT_FINISHED"
  | "RUN_CONFLICT"
  | "RUN_IN_PROGRESS"
  | "RUN_FAILED"
  | "RUN_SUSPENDED"
  | "RUN_CANCELED"
  | "RUN_BLOCKED"
  | "RUN_POISONED"
  | "NOT_SUSPENDED"
  | "NOT_FAILED"
  | "TIMED_OUT"
  | "LIMIT_EXCEEDED"
  | "LEASE_LOST"
  | "STORAGE_UNAVAILABLE"
  | "STORAGE_CORRUPT"
  | "SCHEMA_TOO_NEW"
  | "SCHEMA_INVALID"
  | "MIGRATION_REFUSED"
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "INTERNAL";

/** The HTTP status that answers each error code. */
export const HTTP_STATUS: Readonly<Record<ErrorCode, number>> = {
  INVALID_DEFINITION: 500,
  INVALID_ARGUMENT: 400,
  VALIDATION_FAILED: 422,
  NOT_SERIALIZABLE: 422,
  PAYLOAD_TOO_LARGE: 413,
  WORKFLOW_NOT_FOUND: 404,
  RUN_NOT_FOUND: 404,
  STEP_NOT_FINISHED: 409,
  RUN_CONFLICT: 409,
  RUN_IN_PROGRESS: 409,
  RUN_FAILED: 422,
  RUN_SUSPENDED: 409,
  RUN_CANCELED: 409,
  RUN_BLOCKED: 409,
  RUN_POISONED: 422,
  NOT_SUSPENDED: 409,
  NOT_FAILED: 409,
  TIMED_OUT: 422,
  LIMIT_EXCEEDED: 422,
  LEASE_LOST: 409,
  STORAGE_UNAVAILABLE: 503,
  STORAGE_CORRUPT: 503,
  SCHEMA_TOO_NEW: 503,
  SCHEMA_INVALID: 503,
  MIGRATION_REFUSED: 409,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  UNSUPPORTED_MEDIA_TYPE: 415,
  INTERNAL: 500,
};

/** The base of every error that this library throws. */
export class WrkflwError extends Error {
  /** The name of this class of errors. */
  override readonly name: string = "WrkflwError";
  /** What went wrong, as a stable word. */
  readonly code: ErrorCode;

  /** Made by the library. */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** One thing a schema did not accept: where in the value, and why. */
export interface ValidationIssue {
  /** Keys and indexes from the root of the value, such as `["items", 3, "price"]`. */
  readonly path: readonly (string | number)[];
  /** Why, in words. */
  readonly message: string;
}

/** A value did not fit its schema; `issues` lists every misfit. */
export class ValidationError extends WrkflwError {
  /** The name of this class of errors. */
  override readonly name = "ValidationError";
  /** Every misfit. */
  readonly issues: readonly ValidationIssue[];

  /** Made by the library. */
  constructor(subject: string, issues: readonly ValidationIssue[]) {
    super("VALIDATION_FAILED", `${subject}: ${issues.map(describeIssue).join("; ")}`);
    this.issues = issues;
  }
}

function describeIssue(issue: ValidationIssue): string {
  return issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;
}

/** A run ended as failed. `cause` is the error of the step named by `step`. */
export class RunFailedError extends WrkflwError {
  /** The name of this class of errors. */
  override readonly name = "RunFailedError";
  /** The run's id. */
  readonly runId: string;
  /** Path of the step that failed; absent when the run failed outside of a step. */
  readonly step: string | undefined;

  /** Made by the library. */
  constructor(runId: string, error: SerializedError) {
    const where = error.step === undefined ? "" : ` in step ${quote(error.step)}`;
    super("RUN_FAILED", `Run ${quote(runId)} failed${where}: ${error.message}`, {
      cause: reviveError(error),
    });
    this.runId = runId;
    this.step = error.step;
  }
}

/** What a suspended or waiting run waits for. */
export interface WaitInfo {
  /** Path of the node that waits. */
  readonly path: string;
  /** The moment at which the wait ends by itself, in milliseconds since 1970. */
  readonly until?: number;
  /** The moment at which the workflow's time is up, in milliseconds since 1970. */
  readonly deadline?: number;
  /** The event that ends the wait. */
  readonly event?: { readonly name: string; readonly match: string };
  /** What the step handed out when it suspended, for whoever resumes it. */
  readonly payload?: unknown;
  /** How many attempts have failed, where the wait is a pause between two. */
  readonly failures?: number;
  /** It waits only for a tick with more time left. */
  readonly yields?: boolean;
}

/** A run cannot go on by itself now; `waits` says what it waits for. */
export class RunSuspendedError extends WrkflwError {
  /** The name of this class of errors. */
  override readonly name = "RunSuspendedError";
  /** The run's id. */
  readonly runId: string;
  /** What the run waits for. */
  readonly waits: readonly WaitInfo[];

  /** Made by the library. */
  constructor(runId: string, waits: readonly WaitInfo[]) {
    const more = waits.length > MAX_TOLD_WAITS ? `; and ${waits.length - MAX_TOLD_WAITS} more` : "";
    const told = waits.slice(0, MAX_TOLD_WAITS).map(describeWait).join("; ");
    super("RUN_SUSPENDED", `Run ${quote(runId)} is not over: ${told}${more}`);
    this.runId = runId;
    this.waits = waits;
  }
}

const MAX_TOLD_WAITS = 3;

function describeWait({ path, until, event }: WaitInfo): string {
  const end = until === undefined ? "" : ` until ${new Date(until).toISOString()}`;
  if (event !== undefined) return `${quote(path)} waits for event ${quote(event.name)}${end}`;
  return until === undefined ? `${quote(path)} waits to be resumed` : `${quote(path)} waits${end}`;
}

/** A run was canceled before it could end. */
export class RunCanceledError extends WrkflwError {
  /** The name of this class of errors. */
  override readonly name = "RunCanceledError";
  /** The run's id. */
  readonly runId: string;

  /** Made by the library. */
  constructor(runId: string) {
    super("RUN_CANCELED", `Run ${quote(runId)} was canceled`);
    this.runId = runId;
  }
}

/** Thrown by a step: another attempt would not help. */
export class NonRetryableError extends Error {
  /** The name of this class of errors. */
  override readonly name = "NonRetryableError";
}

/**
 * Thrown by a step: another attempt is worth while after `delayMs`, as a server's `Retry-After`
 * says. It takes the place of the pause; whether there is another attempt, the retry policy says.
 */
export class RetryAfterError extends Error {
  /** The name of this class of errors. */
  override readonly name = "RetryAfterError";
  /** Milliseconds until the next attempt. */
  readonly delayMs: number;

  /**
   * Says when to try again.
   *
   * @param delayMs Milliseconds from 0 up. What is no number leaves the pause to the step's policy.
   */
  constructor(delayMs: number, message = `Try again in ${delayMs} ms`, options?: ErrorOptions) {
    super(message, options);
    this.delayMs = Math.max(0, delayMs);
  }
}

/** An error as data: what the journal, the API and the pages keep of it. */
export interface SerializedError {
  /** The error's own name, such as `TypeError`. */
  readonly name: string;
  /** Why, in words. */
  readonly message: string;
  /** Where it was thrown. */
  readonly stack?: string;
  /** The error's own `code`, if it had one, such as `"ECONNRESET"`. */
  readonly code?: string | number;
  /** Other facts that the error carried, such as `status` or `issues`, as plain JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Path of the step that threw it. */
  readonly step?: string;
  /** The error behind it. */
  readonly cause?: SerializedError;
}

const MAX_CAUSES = 8;
const MAX_TEXT_CHARS = 16_384;

/** Turns whatever was thrown into data. Never throws, even for hostile objects. */
export function serializeError(thrown: unknown, depth = 0): SerializedError {
  if (!read(() => thrown instanceof Error))
    return { name: "Error", message: clip(describeThrown(thrown)) };
  const property = (key: string) => read(() => Reflect.get(thrown as object, key) as unknown);
  const [code, stack, cause] = [property("code"), property("stack"), property("cause")];
  const details = detailsOf(thrown as object);
  return {
    name: clip(textOf(property("name")) ?? "Error"),
    message: clip(textOf(property("message")) ?? ""),
    ...(typeof stack === "string" ? { stack: clip(stack) } : {}),
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    ...(details === undefined ? {} : { details }),
    ...(cause === undefined || depth >= MAX_CAUSES
      ? {}
      : { cause: serializeError(cause, depth + 1) }),
  };
}

/** What else the error says of itself, such as a response's `status`, as far as JSON keeps it. */
function detailsOf(error: object): Readonly<Record<string, unknown>> | undefined {
  return read(() => {
    const rest = Object.entries(error).filter(([key]) => !NAMED_PROPERTIES.includes(key));
    const text = JSON.stringify(Object.fromEntries(rest));
    return text === "{}" || text.length > MAX_TEXT_CHARS ? undefined : JSON.parse(text);
  });
}

const NAMED_PROPERTIES = ["name", "message", "stack", "code", "cause", "step"];

/** Turns stored error data back into an `Error` with the same name, message, stack, code and cause. */
export function reviveError(error: SerializedError): Error {
  const revived = new Error(
    error.message,
    error.cause === undefined ? undefined : { cause: reviveError(error.cause) },
  );
  define(revived, "name", error.name);
  define(revived, "stack", error.stack ?? `${error.name}: ${error.message}`);
  if (error.code !== undefined) define(revived, "code", error.code);
  for (const [key, value] of Object.entries(error.details ?? {})) define(revived, key, value);
  return revived;
}

/** An id or value in double quotes, with control characters escaped, for messages. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}

/** Names a value in messages; a function where the name is made for nothing unless there is an error. */
export type Subject = string | (() => string);

/** A subject in words. */
export function wordsOf(subject: Subject): string {
  return typeof subject === "string" ? subject : subject();
}

function define(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, configurable: true, writable: true });
}

function describeThrown(thrown: unknown): string {
  if (typeof thrown === "string") return thrown;
  return read(() => JSON.stringify(thrown)) ?? read(() => String(thrown)) ?? "an unprintable value";
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : read(() => String(value));
}

function read<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}

function clip(text: string): string {
  return text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS)}… (cut)` : text;
}
