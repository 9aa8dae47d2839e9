import type { Context, Next } from "npm:hono@4.13.19";
import { WrkflwError } from "../errors.ts";

/**
 * Middleware that lets no address with a NUL character through. No stored text holds this
 * character, and some databases would cut the text there.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if the address has one.
 */
export async function refuseNul(c: Context, next: Next): Promise<void> {
  if (!c.req.url.includes("%00")) return await next();
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    "Cannot read this address: it has a NUL character, which no run and no workflow has; leave %00 out",
  );
}
