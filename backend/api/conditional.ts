/** Answers that a client need not be sent again. */
import { createHash } from "node:crypto";
import type { Context } from "npm:hono@4.13.19";

/** A tag that differs when the text does, for the `ETag` header. */
export function etagOf(text: string): string {
  return `W/"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
}

/** Notes the tag of the answer. @returns Whether the client has this very answer already. */
export function isKnown(c: Context, etag: string): boolean {
  c.header("ETag", etag);
  c.header("Cache-Control", "private, no-cache");
  const known = c.req.header("if-none-match")?.split(",") ?? [];
  return known.some((each) => each.trim() === etag);
}
