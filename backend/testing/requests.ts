/** Requests made by chance from what a document says: some that fit it, some that do not. */
import fc from "npm:fast-check@4.10.2";
import type { ApiDocument, Operation, Part } from "./api-document.ts";

/** A request as it is sent. */
export interface MadeRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Ids that exist, so that requests get past the search for them. */
export type KnownIds = Readonly<Record<string, readonly string[]>>;

/** Requests for one operation. */
export function requestsFor(
  document: ApiDocument,
  operation: Operation,
  known: KnownIds,
): fc.Arbitrary<MadeRequest> {
  const { method, path, parameters, body } = operation;
  const values = parameters.map((parameter) => parameterText(document, parameter, known));
  const bodies = body === undefined ? fc.constant(undefined) : bodyOf(document, body);
  return fc.tuple(fc.tuple(...values), bodies).map(([given, text]) => {
    const filled = parameters.map((parameter, index) => ({
      name: String(parameter.name),
      place: parameter.in,
      value: given[index],
    }));
    return { method, body: text, url: urlOf(path, filled), headers: headersOf(filled, text) };
  });
}

interface Filled {
  readonly name: string;
  readonly place: unknown;
  readonly value: string | undefined;
}

function urlOf(path: string, parameters: readonly Filled[]): string {
  const values = new Map(parameters.map(({ name, value }) => [name, value ?? "x"]));
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(values.get(name) ?? "x"),
  );
  const query = new URLSearchParams();
  for (const { name, place, value } of parameters)
    if (place === "query" && value !== undefined) query.append(name, value);
  return query.size === 0 ? filled : `${filled}?${query}`;
}

function headersOf(
  parameters: readonly Filled[],
  body: string | undefined,
): Record<string, string> {
  const headers = new Headers(body === undefined ? {} : { "Content-Type": "application/json" });
  for (const { name, place, value } of parameters)
    if (place === "header" && value !== undefined)
      headers.set(name, value.replaceAll(/[^!-~]/g, "_") || "_");
  return Object.fromEntries(headers);
}

/** The text of a parameter; `undefined` when it is left out. */
function parameterText(
  document: ApiDocument,
  parameter: Part,
  known: KnownIds,
): fc.Arbitrary<string | undefined> {
  const ids = known[String(parameter.name)];
  const text = fc.string({ unit: "binary", maxLength: 20 }).map((any) => any.toWellFormed());
  if (ids !== undefined) {
    return fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...ids) },
      { weight: 1, arbitrary: text },
    );
  }
  const schema = Object(parameter.schema);
  const fitting = valuesOf(document, schema, 0).map((value) =>
    Array.isArray(value) ? value.join(",") : String(value),
  );
  const any = fc.oneof({ weight: 6, arbitrary: fitting }, { weight: 1, arbitrary: text });
  const given = any.map((value) => value.toWellFormed());
  return parameter.required === true ? given : fc.option(given, { nil: undefined, freq: 2 });
}

function bodyOf(document: ApiDocument, schema: Part): fc.Arbitrary<string | undefined> {
  const fitting = valuesOf(document, schema, 0).map((value) => JSON.stringify(value));
  return fc.oneof(
    { weight: 8, arbitrary: fitting },
    { weight: 2, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string() },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

const MAX_DEPTH = 4;

/** Values that a schema describes, and now and then others in their place. */
function valuesOf(document: ApiDocument, given: Part, depth: number): fc.Arbitrary<unknown> {
  const schema = document.resolve(given);
  const fitting = fittingValues(document, schema, depth);
  return fc.oneof({ weight: 9, arbitrary: fitting }, { weight: 1, arbitrary: fc.jsonValue() });
}

function fittingValues(document: ApiDocument, schema: Part, depth: number): fc.Arbitrary<unknown> {
  if (depth > MAX_DEPTH) return fc.constant(null);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const { minimum = -1e6, maximum = 1e6 } = schema;
  const range = { min: Number(minimum), max: Number(maximum) };
  switch (schema.type) {
    case "string":
      return fc.string({ maxLength: 30 });
    case "integer":
      return fc.integer({ min: Math.ceil(range.min), max: Math.min(range.max, 2 ** 31) });
    case "number":
      return fc.double({ ...range, noNaN: true });
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(valuesOf(document, Object(schema.items), depth + 1), { maxLength: 4 });
    case "object":
      return objectsOf(document, schema, depth);
    default:
      return fc.jsonValue();
  }
}

function objectsOf(document: ApiDocument, schema: Part, depth: number): fc.Arbitrary<unknown> {
  const properties = Object.entries(Object(schema.properties)).map(([name, property]) => [
    name,
    valuesOf(document, Object(property), depth + 1),
  ]);
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  return fc.record(Object.fromEntries(properties), { requiredKeys: required as never[] });
}
