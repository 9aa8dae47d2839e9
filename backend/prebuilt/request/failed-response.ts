import { NonRetryableError, RetryAfterError } from "../../errors.ts";

/** A server's word is followed up to a day. */
const MAX_RETRY_AFTER_MS = 86_400_000;
/** These may be different at another time; so may every status from 500 up but for two. */
const PASSING = [408, 425, 429];
const LASTING = [501, 505];

/**
 * The error for an answer whose status is not of success: one that says whether, and when,
 * another attempt is worth while.
 *
 * @param subject Names the answer, such as `GET https://a.example/b answered 503`.
 * @param body What the server said, shortened.
 */
export function failedResponse(response: Response, subject: string, body: string): Error {
  const { status, headers } = response;
  const isPassing = PASSING.includes(status) || (status >= 500 && !LASTING.includes(status));
  const facts = { status, ...(body === "" ? {} : { body }) };
  if (!isPassing) return Object.assign(new NonRetryableError(subject), facts);
  const delayMs = retryAfterMs(headers);
  if (delayMs === undefined) return Object.assign(new Error(subject), facts);
  return Object.assign(new RetryAfterError(delayMs, subject), facts);
}

/** How long a server asks to wait: seconds, or a date that is measured by the server's own clock. */
function retryAfterMs(headers: Headers): number | undefined {
  const text = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, MAX_RETRY_AFTER_MS);
  // Else -1 would be a year.
  if (!/^[a-z]+, /i.test(text)) return undefined;
  const wait = Date.parse(text) - Date.parse(headers.get("date") ?? "");
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, wait), MAX_RETRY_AFTER_MS);
}
