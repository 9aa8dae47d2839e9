import type { Context } from "npm:hono@4.13.19";
import type { OwnOrigin } from "./own-origin.ts";

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  // Without any referrer browsers would hide the origin of the app's own forms, too.
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

/** Puts on every answer what keeps other sites and injected markup out. */
export function setSecurityHeaders(c: Context, own: OwnOrigin): void {
  for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
  // Val Town would add "*" if no such header were there.
  if (!c.res.headers.has("Access-Control-Allow-Origin")) {
    c.header("Access-Control-Allow-Origin", `${own.protocol}//${own.host}`);
  }
  if (!c.res.headers.has("Cache-Control")) c.header("Cache-Control", "no-store");
}
