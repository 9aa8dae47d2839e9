import { NonRetryableError, RetryAfterError, WrkflwError } from "./errors.ts";
import { LONGEST_WAIT_MS } from "./limits.ts";
import { assertConfig } from "./schema.ts";

/** How failed attempts of a step are repeated. */
export interface RetryPolicy {
  /** Attempts in all, the first one included. @default 1 */
  readonly attempts?: number;
  /** The pause before the second attempt, in milliseconds. @default 1_000 */
  readonly initialMs?: number;
  /** Each further pause is this many times the one before. @default 2 */
  readonly factor?: number;
  /** No pause is longer, in milliseconds. @default 300_000 */
  readonly maxMs?: number;
  /** Takes up to half off each pause, by chance, so that many runs do not retry at once. @default true */
  readonly jitter?: boolean;
  /** Whether this error is worth another attempt. @default every error is */
  readonly retryIf?: (error: unknown, attempt: number) => boolean;
}

const DEFAULT_INITIAL_MS = 1_000;
const DEFAULT_FACTOR = 2;
const DEFAULT_MAX_MS = 300_000;

/**
 * The pause before the next attempt, in milliseconds; `null` when there is to be none.
 *
 * @param failures How many attempts have failed, this one included.
 */
export function pauseAfter(
  policy: RetryPolicy,
  error: unknown,
  failures: number,
  random: () => number,
): number | null {
  const isFinal = error instanceof NonRetryableError || failures >= (policy.attempts ?? 1);
  if (isFinal || !isWorthIt(policy, error, failures)) return null;
  // What a server says may be anything: without a number that can be waited for, the policy counts.
  if (error instanceof RetryAfterError && error.delayMs <= LONGEST_WAIT_MS) return error.delayMs;
  const { initialMs = DEFAULT_INITIAL_MS, factor = DEFAULT_FACTOR } = policy;
  const grown = Math.min(initialMs * factor ** (failures - 1) || 0, LONGEST_WAIT_MS);
  const pause = Math.min(grown, policy.maxMs ?? DEFAULT_MAX_MS);
  return Math.round(policy.jitter === false ? pause : pause * (1 - random() / 2));
}

function isWorthIt({ retryIf }: RetryPolicy, error: unknown, failures: number): boolean {
  const verdict: unknown = retryIf === undefined ? true : retryIf(error, failures);
  if (typeof verdict === "boolean") return verdict;
  throw new WrkflwError(
    "INVALID_DEFINITION",
    `retryIf must return true or false: got ${verdict instanceof Promise ? "a promise" : typeof verdict}`,
  );
}

/** @throws {WrkflwError} With code `INVALID_DEFINITION`, if a number is out of range. */
export function assertRetryPolicy(policy: RetryPolicy, subject: string): void {
  assertConfig(policy, `${subject}: retry`);
  assertAtLeast(policy.attempts, 1, `${subject}: retry.attempts`);
  assertAtLeast(policy.initialMs, 0, `${subject}: retry.initialMs`);
  assertAtLeast(policy.factor, 1, `${subject}: retry.factor`);
  assertAtLeast(policy.maxMs, 0, `${subject}: retry.maxMs`);
  const { retryIf } = policy;
  if (retryIf === undefined || typeof retryIf === "function") return;
  throw new WrkflwError("INVALID_DEFINITION", `${subject}: retry.retryIf must be a function`);
}

/** @throws {WrkflwError} With code `INVALID_DEFINITION`, if a number is given and is below `least`. */
export function assertAtLeast(value: unknown, least: number, subject: string): void {
  if (value === undefined || (typeof value === "number" && value >= least)) return;
  throw new WrkflwError(
    "INVALID_DEFINITION",
    `${subject} must be a number from ${least} up: got ${String(value)}`,
  );
}

/** @throws {WrkflwError} With code `INVALID_DEFINITION`, if it is longer than a hundred years, or below `least`. */
export function assertTimeout(value: unknown, least: number, subject: string): void {
  assertAtLeast(value, least, subject);
  if (value === undefined || Number(value) <= LONGEST_WAIT_MS) return;
  throw new WrkflwError(
    "INVALID_DEFINITION",
    `${subject} must be at most a hundred years: leave it out for no limit`,
  );
}
