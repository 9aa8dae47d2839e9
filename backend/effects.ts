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
 * A version 7 UUID: 48 bits of time, then random bits, so that ids made later sort later
 * and new rows land at the end of their index.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7
 */
export function uuidV7(nowMs: number): string {
  const time = timeText(Math.floor(nowMs));
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(VERSION_AT + 1)}`;
}

/** In a random UUID all is random from here on, but for the two bits that both versions have. */
const VERSION_AT = 14;

/** Most ids are made in the millisecond of the one before, and to write it takes longer than all else. */
let latest = { ms: 0, text: "000000000000" };

function timeText(ms: number): string {
  if (ms !== latest.ms) latest = { ms, text: ms.toString(16).padStart(12, "0") };
  return latest.text;
}
