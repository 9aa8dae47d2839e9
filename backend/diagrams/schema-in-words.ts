import type { JsonSchema } from "../json-schema.ts";

/** Deeper values are not told: a diagram is no place for them. */
const MAX_DEPTH = 3;
const ANYTHING = "any";

/** A JSON Schema in a few words, as types are written: `{ name: string, age?: number }[]`. */
export function schemaInWords(schema: unknown, depth = 0): string {
  if (!isObject(schema) || depth > MAX_DEPTH) return ANYTHING;
  const { enum: choices, const: only, anyOf, oneOf, allOf, type } = schema;
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(choices)) return choices.map((choice) => JSON.stringify(choice)).join(" | ");
  const options = anyOf ?? oneOf;
  if (Array.isArray(options)) return joined(options, " | ", depth);
  if (Array.isArray(allOf)) return joined(allOf, " & ", depth);
  if (Array.isArray(type)) return type.join(" | ");
  if (type === "array") return `${listed(schema.items, depth)}[]`;
  if (type === "object") return objectInWords(schema, depth);
  return typeof type === "string" ? type : ANYTHING;
}

function joined(schemas: readonly unknown[], sign: string, depth: number): string {
  return [...new Set(schemas.map((each) => schemaInWords(each, depth)))].join(sign);
}

function listed(items: unknown, depth: number): string {
  const words = schemaInWords(items, depth + 1);
  return / [|&] /.test(words) && !words.startsWith("{") ? `(${words})` : words;
}

function objectInWords(schema: JsonSchema, depth: number): string {
  const { properties, required, additionalProperties } = schema;
  const fields = isObject(properties) ? Object.entries(properties) : [];
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  const words = fields.map(
    ([name, field]) =>
      `${name}${needed.includes(name) ? "" : "?"}: ${schemaInWords(field, depth + 1)}`,
  );
  if (isObject(additionalProperties) && Object.keys(additionalProperties).length > 0) {
    words.push(`[name]: ${schemaInWords(additionalProperties, depth + 1)}`);
  }
  return words.length === 0 ? "object" : `{ ${words.join(", ")} }`;
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
