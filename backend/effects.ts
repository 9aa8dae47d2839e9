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
  const random = randomHex();
  const variant = VARIANTS.charAt(Number.parseInt(random.charAt(3), 16) & 3);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(8)}`;
}

/** Most ids are made in the millisecond of the one before, and to write it takes longer than all else. */
let latest = { ms: 0, text: "000000000000" };

function timeText(ms: number): string {
  if (ms !== latest.ms) latest = { ms, text: ms.toString(16).padStart(12, "0") };
  return latest.text;
}

const VARIANTS = "89ab";
const BYTES_AN_ID = 10;
/** Asking for random bytes costs far more than using them. */
const pool = new Uint8Array(BYTES_AN_ID * 128);
let used = pool.length;
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, "0"),
);

/** Twenty random hexadecimal digits. */
function randomHex(): string {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  let hex = "";
  for (const end = used + BYTES_AN_ID; used < end; used++) hex += HEX[pool[used] ?? 0];
  return hex;
}
