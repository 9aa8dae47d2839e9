import { createRoute, type OpenAPIHono, z } from "npm:@hono/zod-openapi@1.6.3";
import { runNotFound } from "../../engine-errors.ts";
import type { ApiContext } from "../api-context.ts";
import { etagOf, isKnown } from "../conditional.ts";
import { given } from "../given.ts";
import { json, READ_FAILURES, WRITE_FAILURES } from "../responses.ts";
import { goOn, loadRunBody, RUN_ANSWERS, RunParams, WaitQuery } from "../run-answer.ts";
import { RunBody, RunStatusBody } from "../run-body.ts";

const NoQuery = z.strictObject({});
/** Nothing has to be said, and nothing can be. */
const emptyBody = {
  required: false,
  content: { "application/json": { schema: z.strictObject({}) } },
};

const getRoute = createRoute({
  method: "get",
  path: "/runs/{runId}",
  operationId: "getRun",
  summary: "A run with all that is known of it",
  request: { params: RunParams, query: NoQuery },
  responses: {
    200: json(RunBody, "The run"),
    304: { description: "The run is as the client knows it, as If-None-Match says" },
    ...READ_FAILURES,
  },
});

const cancelRoute = createRoute({
  method: "post",
  path: "/runs/{runId}/cancel",
  operationId: "cancelRun",
  summary: "Stops a run before its next step",
  request: { params: RunParams, query: NoQuery, body: emptyBody },
  responses: {
    200: json(
      z.object({ runId: z.string(), status: RunStatusBody, wasCanceled: z.boolean() }),
      "Whether this request canceled it; one that is over stays as it is",
    ),
    ...WRITE_FAILURES,
  },
});

const ResumeBody = z
  .strictObject({
    step: z.string().optional().openapi({
      description: "Path of the step; needed when several are suspended",
    }),
    resumeData: z.unknown().optional().openapi({ description: "What the step is resumed with" }),
  })
  .openapi("Resume");

const resumeRoute = createRoute({
  method: "post",
  path: "/runs/{runId}/resume",
  operationId: "resumeRun",
  summary: "Resumes a suspended step, or tries a blocked run again",
  request: {
    params: RunParams,
    query: WaitQuery,
    body: { required: false, content: { "application/json": { schema: ResumeBody } } },
  },
  responses: { ...RUN_ANSWERS, ...WRITE_FAILURES },
});

const retryRoute = createRoute({
  method: "post",
  path: "/runs/{runId}/retry",
  operationId: "retryRun",
  summary: "Gives a failed run another chance: what failed is done again, what succeeded is not",
  request: { params: RunParams, query: WaitQuery, body: emptyBody },
  responses: { ...RUN_ANSWERS, ...WRITE_FAILURES },
});

const deleteRoute = createRoute({
  method: "delete",
  path: "/runs/{runId}",
  operationId: "deleteRun",
  summary: "Deletes a run that is over, with all its records",
  request: { params: RunParams, query: NoQuery },
  responses: { 204: { description: "It is gone" }, ...WRITE_FAILURES },
});

/** Adds the routes of a single run. */
export function addRunRoutes(app: OpenAPIHono, api: ApiContext): void {
  const { engine } = api;
  app.openapi(getRoute, async (c) => {
    const { runId } = c.req.valid("param");
    const version = await engine.storage.runVersion(runId);
    if (version === null) throw runNotFound(runId);
    if (isKnown(c, etagOf(version))) return c.body(null, 304);
    return c.json(await loadRunBody(api, runId), 200);
  });
  app.openapi(cancelRoute, async (c) =>
    c.json(await engine.cancel(c.req.valid("param").runId), 200),
  );
  app.openapi(resumeRoute, async (c) => {
    const { runId } = c.req.valid("param");
    const { step, resumeData } = c.req.valid("json") ?? {};
    await engine.resume(runId, { ...given({ step, resumeData }), drives: false });
    const { body, status } = await goOn(api, runId, c.req.valid("query").wait);
    return status === 200 ? c.json(body, 200) : c.json(body, 202);
  });
  app.openapi(retryRoute, async (c) => {
    const { runId } = c.req.valid("param");
    await engine.retry(runId, { drives: false });
    const { body, status } = await goOn(api, runId, c.req.valid("query").wait);
    return status === 200 ? c.json(body, 200) : c.json(body, 202);
  });
  app.openapi(deleteRoute, async (c) => {
    await engine.deleteRun(c.req.valid("param").runId);
    return c.body(null, 204);
  });
}
