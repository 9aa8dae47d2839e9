import { z } from "npm:@hono/zod-openapi@1.6.3";
import { LAST_MOMENT_MS } from "../limits.ts";

/** A whole number in an address, within limits. */
export function wholeNumber(min: number, max: number, description: string) {
  return z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((number) => number >= min && number <= max, `must be from ${min} to ${max}`)
    .openapi({ type: "integer", minimum: min, maximum: max, description });
}

/** A moment in an address: milliseconds since 1970, or a date as ISO 8601 writes it. */
export function moment(description: string) {
  return z
    .string()
    .max(40)
    .transform((text) => (/^\d{1,16}$/.test(text) ? Number(text) : Date.parse(text)))
    .refine(
      (at) => at >= 0 && at <= LAST_MOMENT_MS,
      "must be milliseconds since 1970, or a date such as 2026-01-31T12:00:00Z",
    )
    .openapi({ type: "string", description, example: "2026-01-31T12:00:00Z" });
}
