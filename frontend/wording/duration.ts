const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A length of time in the two largest units that matter: `840 ms`, `2.4 s`, `3 min 5 s`, `2 d 4 h`. */
export function describeDuration(ms: number): string {
  const length = Math.max(0, Math.round(ms));
  if (length < SECOND_MS) return `${length} ms`;
  if (length < 10 * SECOND_MS) return `${(Math.floor(length / 100) / 10).toString()} s`;
  if (length < MINUTE_MS) return `${Math.floor(length / SECOND_MS)} s`;
  if (length < HOUR_MS) return twoUnits(length, MINUTE_MS, "min", SECOND_MS, "s");
  if (length < DAY_MS) return twoUnits(length, HOUR_MS, "h", MINUTE_MS, "min");
  return twoUnits(length, DAY_MS, "d", HOUR_MS, "h");
}

function twoUnits(
  length: number,
  largeMs: number,
  large: string,
  smallMs: number,
  small: string,
): string {
  const rest = Math.floor((length % largeMs) / smallMs);
  const first = `${Math.floor(length / largeMs)} ${large}`;
  return rest === 0 ? first : `${first} ${rest} ${small}`;
}

/** A moment as seen from `now`, in its largest unit: `3 min ago`, `in 2 h`, `just now`. */
export function describeMoment(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance < 5 * SECOND_MS) return at > now ? "in a moment" : "just now";
  return at > now
    ? `in ${largestUnit(distance, Math.ceil)}`
    : `${largestUnit(distance, Math.floor)} ago`;
}

function largestUnit(ms: number, round: (units: number) => number): string {
  const seconds = round(ms / SECOND_MS);
  if (seconds < 60) return `${seconds} s`;
  const minutes = round(ms / MINUTE_MS);
  if (minutes < 60) return `${minutes} min`;
  const hours = round(ms / HOUR_MS);
  return hours < 24 ? `${hours} h` : `${round(ms / DAY_MS)} d`;
}

/** A moment in full, in universal time: `2025-11-20 19:17:21.123 UTC`. */
export function describeInstant(at: number): string {
  return `${isoTime(at).replace("T", " ").replace("Z", "")} UTC`;
}

/** A moment as machines read it; a time that no calendar holds becomes the nearest one that does. */
export function isoTime(at: number): string {
  const limit = 8.64e15;
  return new Date(Math.min(limit, Math.max(-limit, Math.round(at) || 0))).toISOString();
}
