/** Answers to pages of other sites, for those sites that the owner has listed. */
import type { Context } from "npm:hono@4.13.19";
import { quote, WrkflwError } from "../errors.ts";

/** @throws {WrkflwError} With code `INVALID_ARGUMENT`, if one of them is no origin. */
export function assertOrigins(origins: readonly string[]): void {
  for (const origin of origins) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue;
    throw new WrkflwError(
      "INVALID_ARGUMENT",
      `Cannot allow origin ${quote(String(origin))}: list each one as https://app.example, without a path`,
    );
  }
}

/** Lets the page of another site read the answer, if its site may; cookies are never asked for. */
export function setCorsHeaders(c: Context, origin: string | undefined): void {
  c.header("Vary", "Origin", { append: true });
  if (origin === undefined) return;
  c.header("Access-Control-Allow-Origin", origin);
  c.header("Access-Control-Expose-Headers", "ETag, Location");
}

/** Answers a browser that asks what a page of another site may ask for; `undefined` if it did not. */
export function answerPreflight(c: Context, origin: string | undefined): Response | undefined {
  const isPreflight = c.req.header("access-control-request-method") !== undefined;
  if (!isPreflight || origin === undefined) return undefined;
  c.header("Access-Control-Allow-Methods", "GET, POST, DELETE");
  c.header(
    "Access-Control-Allow-Headers",
    "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID",
  );
  c.header("Access-Control-Max-Age", "600");
  return c.body(null, 204);
}
