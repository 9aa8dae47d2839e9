import { createRoute, type OpenAPIHono, z } from "npm:@hono/zod-openapi@1.6.3";
import type { ApiContext } from "../api-context.ts";
import { given } from "../given.ts";
import { json, WRITE_FAILURES } from "../responses.ts";

const EventBody = z
  .strictObject({
    payload: z.unknown().optional().openapi({ description: "What the wait puts out" }),
    match: z.string().optional().openapi({
      description: "Only waits that ask for it take the event, such as an order's id",
    }),
    eventId: z.string().optional().openapi({
      description: "Sending the same id again, with the same name and match, is the same event",
    }),
  })
  .openapi("Event");

const sendRoute = createRoute({
  method: "post",
  path: "/events/{name}",
  operationId: "sendEvent",
  summary:
    "Sends an event to the run that has waited longest for it, or keeps it for one that will",
  request: {
    params: z.strictObject({ name: z.string().openapi({ description: "The event's name" }) }),
    query: z.strictObject({}),
    body: { required: false, content: { "application/json": { schema: EventBody } } },
  },
  responses: {
    202: json(
      z.object({
        eventId: z.string(),
        runId: z.string().optional().openapi({ description: "The run that takes it, if one does" }),
        path: z.string().optional().openapi({ description: "The place that takes it" }),
      }),
      "It is recorded",
    ),
    ...WRITE_FAILURES,
  },
});

/** Adds the route that takes events. */
export function addEventRoutes(app: OpenAPIHono, api: ApiContext): void {
  app.openapi(sendRoute, async (c) => {
    const { payload = null, match, eventId } = c.req.valid("json") ?? {};
    const sent = await api.engine.sendEvent(c.req.valid("param").name, payload, {
      ...given({ match, eventId }),
    });
    if (sent.runId !== undefined) api.background(api.engine.advance(sent.runId));
    return c.json({ ...sent }, 202);
  });
}
