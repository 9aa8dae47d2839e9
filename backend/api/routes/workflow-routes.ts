import { createRoute, type OpenAPIHono, z } from "npm:@hono/zod-openapi@1.6.3";
import type { AnyDefinition } from "../../definition.ts";
import type { ExecutionEngine } from "../../engine.ts";
import { workflowNotFound } from "../../engine-errors.ts";
import type { ApiContext } from "../api-context.ts";
import { json, READ_FAILURES } from "../responses.ts";
import {
  WorkflowBody,
  WorkflowSummaryBody,
  workflowBody,
  workflowSummaryBody,
} from "../workflow-body.ts";

/** The address of a workflow. */
export const WorkflowParams = z.strictObject({
  id: z.string().max(1_000).openapi({ description: "The workflow's id" }),
});

const listRoute = createRoute({
  method: "get",
  path: "/workflows",
  operationId: "listWorkflows",
  summary: "The workflows whose runs can be started here",
  request: { query: z.strictObject({}) },
  responses: {
    200: json(z.object({ workflows: z.array(WorkflowSummaryBody) }), "All of them"),
    ...READ_FAILURES,
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/workflows/{id}",
  operationId: "getWorkflow",
  summary: "A workflow with the tree of its nodes and their schemas",
  request: { params: WorkflowParams, query: z.strictObject({}) },
  responses: { 200: json(WorkflowBody, "The workflow"), ...READ_FAILURES },
});

/** Adds the routes that say which workflows there are. */
export function addWorkflowRoutes(app: OpenAPIHono, { engine }: ApiContext): void {
  app.openapi(listRoute, async (c) => {
    const schedules = await engine.loadSchedules();
    const workflows = engine.workflows.map((each) => workflowSummaryBody(engine, each, schedules));
    return c.json({ workflows }, 200);
  });
  app.openapi(getRoute, async (c) => {
    const definition = definitionOf(engine, c.req.valid("param").id);
    return c.json(workflowBody(engine, definition, await engine.loadSchedules()), 200);
  });
}

/** @throws {WrkflwError} With code `WORKFLOW_NOT_FOUND`. */
export function definitionOf(engine: ExecutionEngine, id: string): AnyDefinition {
  const definition = engine.workflows.find((each) => each.id === id);
  if (definition !== undefined) return definition;
  throw workflowNotFound(id);
}
