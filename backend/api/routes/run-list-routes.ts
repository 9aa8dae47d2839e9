import { createRoute, type OpenAPIHono, z } from "npm:@hono/zod-openapi@1.6.3";
import type { Context } from "npm:hono@4.13.19";
import type { RunFilter } from "../../storage/run-page.ts";
import type { ApiContext } from "../api-context.ts";
import { etagOf, isKnown } from "../conditional.ts";
import { filterOf, ListQuery, WorkflowListQuery } from "../list-query.ts";
import { json, READ_FAILURES } from "../responses.ts";
import { RunSummaryBody, runSummaryBody } from "../run-body.ts";
import { definitionOf, WorkflowParams } from "./workflow-routes.ts";

const RunListBody = z
  .object({
    runs: z.array(RunSummaryBody),
    nextCursor: z.string().nullable().openapi({
      description:
        "Give it as `cursor` for the next page; null when this is the last. A search may give it although this page is short: there is more to look through",
    }),
  })
  .openapi("RunList");

const responses = {
  200: json(RunListBody, "A page of runs, newest first"),
  304: { description: "The page is the one that the client has, as If-None-Match says" },
  ...READ_FAILURES,
};

const allRoute = createRoute({
  method: "get",
  path: "/runs",
  operationId: "listRuns",
  summary: "Runs, newest first",
  request: { query: ListQuery },
  responses,
});

const workflowRoute = createRoute({
  method: "get",
  path: "/workflows/{id}/runs",
  operationId: "listWorkflowRuns",
  summary: "Runs of one workflow, newest first",
  request: { params: WorkflowParams, query: WorkflowListQuery },
  responses,
});

/** Adds the routes that list runs. */
export function addRunListRoutes(app: OpenAPIHono, api: ApiContext): void {
  app.openapi(allRoute, (c) => answerPage(c, api, filterOf(c.req.valid("query"))));
  app.openapi(workflowRoute, (c) => {
    const { id } = c.req.valid("param");
    definitionOf(api.engine, id);
    return answerPage(c, api, { ...filterOf(c.req.valid("query")), workflowId: id });
  });
}

async function answerPage(c: Context, { engine }: ApiContext, filter: RunFilter) {
  const { runs, nextCursor } = await engine.storage.queryRuns(filter);
  const body: z.infer<typeof RunListBody> = { runs: runs.map(runSummaryBody), nextCursor };
  if (isKnown(c, etagOf(JSON.stringify(body)))) return c.body(null, 304);
  return c.json(body, 200);
}
