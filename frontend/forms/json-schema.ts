import type { Schema } from "../../backend/index.ts";
import { isRecord } from "../wording/stored-value.ts";

/** A JSON Schema as it is read: by its keywords, none of which must be there. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const TARGET = "draft-2020-12";

/** What a schema accepts, as JSON Schema; `undefined` where the validator cannot say. */
export function inputJsonSchema(schema: Schema | undefined): JsonSchema | undefined {
  return readJsonSchema(schema, "input");
}

/** What a schema gives, as JSON Schema; `undefined` where the validator cannot say. */
export function outputJsonSchema(schema: Schema | undefined): JsonSchema | undefined {
  return readJsonSchema(schema, "output");
}

/** Validators that follow Standard JSON Schema write theirs down; they throw for what it cannot say. */
function readJsonSchema(
  schema: Schema | undefined,
  side: "input" | "output",
): JsonSchema | undefined {
  try {
    const converter: unknown = Reflect.get(schema?.["~standard"] ?? {}, "jsonSchema");
    const convert: unknown = isRecord(converter) ? converter[side] : undefined;
    const made: unknown = typeof convert === "function" ? convert({ target: TARGET }) : undefined;
    return isRecord(made) ? made : undefined;
  } catch {
    return undefined;
  }
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
