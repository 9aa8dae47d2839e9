/** Workflows as clients get them. */
import { z } from "npm:@hono/zod-openapi@1.6.3";
import type { AnyDefinition } from "../definition.ts";
import type { ExecutionEngine } from "../engine.ts";
import { jsonSchemasOf } from "../json-schema.ts";
import type { NodeShape } from "../node.ts";
import type { ScheduleRecord } from "../storage/schedule-store.ts";
import { ScheduleBody, scheduleBody } from "./schedule-body.ts";

const JsonSchemaBody = z
  .record(z.string(), z.unknown())
  .openapi("JsonSchema", { description: "A JSON Schema, draft 2020-12" });

const EntryBody = z.object({
  id: z.string(),
  kind: z.string(),
  description: z.string().optional(),
});

/** A workflow as lists show it. */
export const WorkflowSummaryBody = z
  .object({
    id: z.string(),
    description: z.string().optional(),
    steps: z
      .array(EntryBody)
      .openapi({ description: "Its entries, in the order in which they run" }),
    exampleInput: z.unknown().optional(),
    schedule: ScheduleBody.optional(),
  })
  .openapi("WorkflowSummary");

interface NodeBodyType extends z.infer<typeof EntryBody> {
  schemas?: Record<string, z.infer<typeof JsonSchemaBody>> | undefined;
  children?: NodeBodyType[] | undefined;
}

const NodeBody: z.ZodType<NodeBodyType> = EntryBody.extend({
  schemas: z.record(z.string(), JsonSchemaBody).optional().openapi({
    description: "What it is given and puts out, and what it can be resumed with or waits for",
  }),
  children: z
    .array(z.lazy(() => NodeBody))
    .optional()
    .openapi({
      type: "array",
      items: { $ref: "#/components/schemas/Node" },
    }),
}).openapi("Node");

/** A workflow with the tree of its nodes. */
export const WorkflowBody = WorkflowSummaryBody.extend({
  schemas: z.record(z.string(), JsonSchemaBody).openapi({
    description: "`input` and `output`, where the workflow's schemas can be said in JSON Schema",
  }),
  children: z.array(NodeBody),
}).openapi("Workflow");

/** Where the schedules of workflows stand, by workflow id. */
type Schedules = ReadonlyMap<string, ScheduleRecord>;

/** A workflow as lists show it. */
export function workflowSummaryBody(
  engine: ExecutionEngine,
  definition: AnyDefinition,
  schedules: Schedules,
): z.infer<typeof WorkflowSummaryBody> {
  const shape = definition.shape();
  const exampleInput = engine.exampleInputOf(definition.id);
  const { schedule } = definition;
  return {
    id: shape.id,
    ...(shape.description === undefined ? {} : { description: shape.description }),
    steps: (shape.children ?? []).map(entryBody),
    ...(exampleInput === undefined ? {} : { exampleInput }),
    ...(schedule === undefined
      ? {}
      : { schedule: scheduleBody(schedule, schedules.get(definition.id)) }),
  };
}

/** A workflow with the tree of its nodes. */
export function workflowBody(
  engine: ExecutionEngine,
  definition: AnyDefinition,
  schedules: Schedules,
): z.infer<typeof WorkflowBody> {
  const shape = definition.shape();
  return {
    ...workflowSummaryBody(engine, definition, schedules),
    schemas: { ...jsonSchemasOf(shape) },
    children: (shape.children ?? []).map(nodeBody),
  };
}

function entryBody({ id, kind, description }: NodeShape): z.infer<typeof EntryBody> {
  return { id, kind, ...(description === undefined ? {} : { description }) };
}

function nodeBody(shape: NodeShape): NodeBodyType {
  const schemas = { ...jsonSchemasOf(shape) };
  return {
    ...entryBody(shape),
    ...(Object.keys(schemas).length === 0 ? {} : { schemas }),
    ...(shape.children === undefined ? {} : { children: shape.children.map(nodeBody) }),
  };
}
