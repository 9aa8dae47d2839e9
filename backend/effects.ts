/** The outside world as the library sees it; nothing else reads a clock, makes an id or opens a connection. */
export interface Effects {
  /** Milliseconds since 1970. Never runs backwards within a process. */
  now(): number;
  /** A new unique id that sorts by the time it was made. */
  newId(): string;
  /** A number from 0 up to, not including, 1. */
  random(): number;
  /** Opens connections. */
  readonly fetch: typeof fetch;
  /** Resolves after `ms` milliseconds, or at once when `signal` aborts; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** It never changes, and to ask for it takes as long as to ask for the time. */
const { timeOrigin } = performance;

/** The real world. */
export const systemEffects: Effects = {
  now: () => Math.round(timeOrigin + performance.now()),
  newId: () => uuidV7(systemEffects.now()),
  random: Math.random,
  fetch: (input, init) => globalThis.fetch(input, init),
  sleep,
};

/** The longest delay a timer takes; longer ones would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, Math.min(Math.max(0, ms), MAX_TIMER_MS));
    signal?.addEventListener("abort", finish);
  });
}

/**
 * A version 7 UUID: 48 bits of time, 12 bits that count the ids of one millisecond from a random
 * beginning, then random bits. So ids sort in the order in which this process made them, up to two
 * thousand a millisecond, and new rows land at the end of their index, where SQLite has the fewest
 * pages to write.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9562#name-monotonicity-and-counters
 */
export function uuidV7(nowMs: number): string {
  const random = crypto.randomUUID();
  const ms = Math.floor(nowMs);
  if (ms === latest.ms) latest.count = (latest.count + 1) % COUNTS;
  else latest = { ms, text: timeText(ms), count: firstCount(random) };
  const count = latest.count.toString(16).padStart(COUNT_DIGITS, "0");
  return `${latest.text}-7${count}${random.slice(COUNT_AT + COUNT_DIGITS)}`;
}

/** Where a random UUID has the digits that the count takes the place of. */
const COUNT_AT = 15;
const COUNT_DIGITS = 3;
const COUNTS = 16 ** COUNT_DIGITS;

/** Most ids are made in the millisecond of the one before, and to write it takes longer than all else. */
let latest = { ms: Number.NaN, text: "", count: 0 };

function timeText(ms: number): string {
  const digits = ms.toString(16).padStart(12, "0");
  return `${digits.slice(0, 8)}-${digits.slice(8)}`;
}

/** In the lower half of what there is, so that a millisecond has room for two thousand ids. */
function firstCount(random: string): number {
  return Number.parseInt(random.slice(COUNT_AT, COUNT_AT + COUNT_DIGITS), 16) >> 1;
}
