/** Reads JSON Schemas by their keywords, none of which must be there. */
import { type JsonSchema, jsonSchemaOf, type Schema } from "../../backend/index.ts";
import { isRecord } from "../wording/stored-value.ts";

/** What a schema accepts, as JSON Schema; `undefined` where there is none, or it cannot say. */
export function inputJsonSchema(schema: Schema | undefined): JsonSchema | undefined {
  return schema === undefined ? undefined : jsonSchemaOf(schema);
}

/** What a schema gives, as JSON Schema; `undefined` where there is none, or it cannot say. */
export function outputJsonSchema(schema: Schema | undefined): JsonSchema | undefined {
  return schema === undefined ? undefined : jsonSchemaOf(schema, "output");
}

/** The type that a schema asks for; `undefined` where it is none, or several. */
export function typeOf(schema: JsonSchema): string | undefined {
  return typeof schema.type === "string" ? schema.type : undefined;
}

/** The properties of an object's schema, with what is known of each. */
export function propertiesOf(schema: JsonSchema): [name: string, JsonSchema][] {
  const { properties } = schema;
  if (!isRecord(properties)) return [];
  return Object.entries(properties).map(([name, each]) => [name, isRecord(each) ? each : {}]);
}

/** The names of the properties that must be there. */
export function requiredOf(schema: JsonSchema): ReadonlySet<unknown> {
  return new Set(Array.isArray(schema.required) ? schema.required : []);
}

/** The values to choose from, where there is such a list. */
export function choicesOf(schema: JsonSchema): readonly string[] | undefined {
  const choices = Array.isArray(schema.enum) ? schema.enum : [];
  const texts = choices.filter((choice) => typeof choice === "string");
  return texts.length > 0 && texts.length === choices.length ? texts : undefined;
}

/** A keyword that holds a text. */
export function textIn(schema: JsonSchema, keyword: string): string | undefined {
  const value = schema[keyword];
  return typeof value === "string" ? value : undefined;
}

/** A keyword that holds a number. */
export function numberIn(schema: JsonSchema, keyword: string): number | undefined {
  const value = schema[keyword];
  return typeof value === "number" ? value : undefined;
}
