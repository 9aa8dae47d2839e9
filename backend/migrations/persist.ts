import type { Effects } from "../effects.ts";
import { type ErrorCode, WrkflwError } from "../errors.ts";

/** What waiting between two tries needs of the outside world. */
export type Waiting = Pick<Effects, "random" | "sleep">;

const MAX_TRIES = 5;
const FIRST_PAUSE_MS = 50;
/** Errors that another try cannot mend. */
const FINAL: readonly ErrorCode[] = ["SCHEMA_TOO_NEW", "STORAGE_CORRUPT", "MIGRATION_REFUSED"];

/** Work that an unclear answer does not stop. */
export interface Persistent<T> {
  /** Completes `Cannot ...` in the error's message. */
  readonly action: string;
  /** Does the work; applying it twice must be the same as once. */
  attempt(): Promise<T>;
  /** Finds out after an error whether the work was done all the same, by this or another process. */
  settled(): Promise<T | undefined>;
}

/**
 * Tries until the work is done or was done by somebody else.
 *
 * @throws {WrkflwError} With code `STORAGE_UNAVAILABLE` after five tries; `cause` is the last error.
 */
export async function persist<T>(waiting: Waiting, work: Persistent<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work.attempt();
    } catch (error) {
      const known = await settle(work, error);
      if (known !== undefined) return known;
      if (tries === MAX_TRIES) throw refusal(work.action, error);
      await waiting.sleep(FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.5 + waiting.random()));
    }
  }
}

/**
 * Tries once.
 *
 * @returns `undefined` when it failed, and another try may not.
 * @throws The error that no other try can mend.
 */
export async function tryOnce<T>(attempt: () => Promise<T>): Promise<T | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (isFinal(error)) throw error;
    return undefined;
  }
}

async function settle<T>(work: Persistent<T>, error: unknown): Promise<T | undefined> {
  if (isFinal(error)) throw error;
  return await tryOnce(() => work.settled());
}

function isFinal(error: unknown): boolean {
  return error instanceof WrkflwError && FINAL.includes(error.code);
}

function refusal(action: string, cause: unknown): WrkflwError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new WrkflwError(
    "STORAGE_UNAVAILABLE",
    `Cannot ${action} after ${MAX_TRIES} tries: ${detail}; nothing is half done: check that the database can be reached and written to, then try again`,
    { cause },
  );
}
