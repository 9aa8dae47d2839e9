import { createRoute, type OpenAPIHono, z } from "npm:@hono/zod-openapi@1.6.3";
import { assertRunId } from "../../ids.ts";
import { LONGEST_WAIT_MS } from "../../limits.ts";
import type { ApiContext } from "../api-context.ts";
import { given } from "../given.ts";
import { WRITE_FAILURES } from "../responses.ts";
import { goOn, RUN_ANSWERS, WaitQuery } from "../run-answer.ts";
import { definitionOf, WorkflowParams } from "./workflow-routes.ts";

const StartBody = z
  .strictObject({
    inputData: z.unknown().openapi({ description: "What the workflow takes" }),
    initialState: z.record(z.string(), z.unknown()).optional().openapi({
      description: "What the run's state begins with",
    }),
    runId: z.string().optional().openapi({
      description: "Starting the same id with the same input again is the same run",
    }),
    tags: z.array(z.string()).optional().openapi({ description: "Words to find the run by" }),
    delayMs: z.number().int().min(0).max(LONGEST_WAIT_MS).optional().openapi({
      description: "The run begins no earlier than this, in milliseconds",
    }),
  })
  .openapi("Start");

const startRoute = createRoute({
  method: "post",
  path: "/workflows/{id}/runs",
  operationId: "startRun",
  summary: "Starts a run",
  description:
    "The run is recorded before the answer is sent. It goes on here at once where the platform lets it, else at the next tick.",
  request: {
    params: WorkflowParams,
    query: WaitQuery,
    headers: z.object({
      "idempotency-key": z.string().optional().openapi({
        description: "Two starts of a workflow with the same key are one run",
      }),
    }),
    body: { required: true, content: { "application/json": { schema: StartBody } } },
  },
  responses: { ...RUN_ANSWERS, ...WRITE_FAILURES },
});

/** Adds the route that starts runs. */
export function addStartRoutes(app: OpenAPIHono, api: ApiContext): void {
  // Before the body is looked at: no body would be right where there is no such workflow.
  app.post("/workflows/:id/runs", async (c, next) => {
    definitionOf(api.engine, c.req.param("id"));
    await next();
  });
  app.openapi(startRoute, async (c) => {
    const definition = definitionOf(api.engine, c.req.valid("param").id);
    const idempotencyKey = c.req.valid("header")["idempotency-key"];
    const { inputData, runId = api.effects.newId(), ...body } = c.req.valid("json");
    const { tags, initialState, delayMs } = body;
    assertRunId(runId);
    const stored = await api.engine.enqueueRun(
      definition,
      { runId, ...given({ tags, idempotencyKey }) },
      { inputData, ...given({ initialState, delayMs }) },
    );
    c.header("Location", `../../runs/${encodeURIComponent(stored)}`);
    const answer = await goOn(api, stored, c.req.valid("query").wait);
    return answer.status === 200 ? c.json(answer.body, 200) : c.json(answer.body, 202);
  });
}
