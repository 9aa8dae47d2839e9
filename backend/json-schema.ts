/**
 * JSON Schemas of a workflow's schemas, for forms, documentation and tools. A library that
 * follows Standard JSON Schema says them itself, as zod does from 4.2 on.
 *
 * @see https://standardschema.dev/json-schema
 */
import type { NodeShape } from "./node.ts";
import type { Schema } from "./schema.ts";

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Whether a schema is asked for what it accepts, or for what it makes of that. */
export type SchemaSide = "input" | "output";

/** The JSON Schemas of a node, as far as its schemas can be said in JSON Schema. */
export interface NodeJsonSchemas {
  /** What it is given. */
  readonly input?: JsonSchema;
  /** What it puts out. */
  readonly output?: JsonSchema;
  /** What a suspended step is resumed with. */
  readonly resume?: JsonSchema;
  /** The payload of the event that it waits for. */
  readonly event?: JsonSchema;
}

const TARGET = { target: "draft-2020-12", libraryOptions: { unrepresentable: "any" } };

/**
 * A schema as JSON Schema; parts that JSON cannot say, such as dates, accept anything in it.
 *
 * @returns `undefined`, if the schema's library does not say, or cannot.
 */
export function jsonSchemaOf(schema: Schema, side: SchemaSide = "input"): JsonSchema | undefined {
  const standard: unknown = Reflect.get(schema, "~standard");
  const make = property(property(standard, "jsonSchema"), side);
  if (typeof make !== "function") return undefined;
  try {
    const made: unknown = make(TARGET);
    return isObject(made) ? made : undefined;
  } catch {
    return undefined;
  }
}

/** The JSON Schemas of a node. What a person or program must give is described as it is given. */
export function jsonSchemasOf({ schemas = {} }: NodeShape): NodeJsonSchemas {
  const { input, output, resume, event } = schemas;
  const given = { input, resume, event };
  const described = Object.entries(given).map(([name, schema]) => [
    name,
    schema === undefined ? undefined : jsonSchemaOf(schema),
  ]);
  const made = output === undefined ? undefined : jsonSchemaOf(output, "output");
  const all = [...described, ["output", made]].filter(([, schema]) => schema !== undefined);
  return Object.fromEntries(all);
}

function property(value: unknown, name: string): unknown {
  return isObject(value) ? Reflect.get(value, name) : undefined;
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null;
}
