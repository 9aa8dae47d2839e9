import { createRoute, type OpenAPIHono, z } from "npm:@hono/zod-openapi@1.6.3";
import type { ApiContext } from "../api-context.ts";
import { json, READ_FAILURES } from "../responses.ts";

const healthRoute = createRoute({
  method: "get",
  path: "/health",
  operationId: "health",
  summary: "Whether the server and its database answer",
  request: { query: z.strictObject({}) },
  responses: { 200: json(z.object({ status: z.literal("ok") }), "Both do"), ...READ_FAILURES },
});

/** Adds the route that monitors call. */
export function addHealthRoutes(app: OpenAPIHono, { engine }: ApiContext): void {
  app.openapi(healthRoute, async (c) => {
    // Any run will do: that the database looks for it is what counts.
    await engine.storage.runVersion("health");
    return c.json({ status: "ok" } as const, 200);
  });
}
