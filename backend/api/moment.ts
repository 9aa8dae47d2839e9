import { z } from "npm:@hono/zod-openapi@1.6.3";

/** A moment as clients get it. */
export const Moment = z.number().openapi({ description: "Milliseconds since 1970" });
