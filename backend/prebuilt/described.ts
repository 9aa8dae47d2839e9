/**
 * Schemas of the prebuilt steps: each is a JSON Schema, which forms and documents show and which
 * the values are checked by. So no validator has to be loaded for them.
 */
import type { Schema, StandardIssue, Validation } from "../schema.ts";

/** The part of JSON Schema, draft 2020-12, that is understood here. */
export interface DescribedSchema {
  readonly type?: "object" | "array" | "string" | "number" | "boolean";
  readonly description?: string;
  readonly properties?: Readonly<Record<string, DescribedSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: DescribedSchema;
  readonly items?: DescribedSchema;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly DescribedSchema[];
  readonly minimum?: number;
  readonly default?: unknown;
}

/** Says what is wrong with a value as a whole, or nothing. */
export type ExtraCheck = (value: unknown) => StandardIssue | undefined;

/**
 * A schema made of its description. What it describes, and nothing else, must fit the types.
 *
 * @param check Asked first, for what JSON Schema cannot say, or not well.
 */
export function described<Input, Output = Input>(
  json: DescribedSchema,
  check: ExtraCheck = () => undefined,
): Schema<Input, Output> {
  const standard = {
    version: 1 as const,
    vendor: "wrkflw",
    validate: (value: unknown): Validation<Output> => {
      const objection = check(value);
      if (objection !== undefined) return { issues: [objection] };
      const issues: StandardIssue[] = [];
      const read = fit(value, json, [], issues);
      // What fits the description is of the type that was declared for it.
      return issues.length === 0 ? { value: read as Output } : { issues };
    },
    jsonSchema: { input: () => json, output: () => json },
  };
  return { "~standard": standard };
}

type Path = readonly (string | number)[];

/** The value with its defaults; what does not fit is put down. */
function fit(value: unknown, json: DescribedSchema, path: Path, issues: StandardIssue[]): unknown {
  if (value === undefined && json.default !== undefined) return json.default;
  if (json.anyOf !== undefined) return fitAny(value, json.anyOf, path, issues);
  const complaint = complaintOf(value, json);
  if (complaint !== undefined) {
    issues.push({ message: complaint, path });
    return value;
  }
  if (json.items !== undefined && Array.isArray(value)) {
    const { items } = json;
    return value.map((item, index) => fit(item, items, [...path, index], issues));
  }
  return json.type === "object" && isRecord(value) ? fitObject(value, json, path, issues) : value;
}

/** Where none fits, what is told is what keeps the nearest from fitting. */
function fitAny(
  value: unknown,
  anyOf: readonly DescribedSchema[],
  path: Path,
  issues: StandardIssue[],
): unknown {
  for (const each of anyOf) {
    const own: StandardIssue[] = [];
    const read = fit(value, each, path, own);
    if (own.length === 0) return read;
  }
  const nearest = nearestTo(value, anyOf);
  if (nearest !== undefined) return fit(value, nearest, path, issues);
  const types = new Set(anyOf.map(({ type }) => type));
  issues.push({ message: `must be one of ${[...types].join(", ")}`, path });
  return value;
}

function nearestTo(value: unknown, anyOf: readonly DescribedSchema[]): DescribedSchema | undefined {
  const likely = anyOf.filter(({ type }) => type === typeOf(value));
  const hasAll = ({ required = [] }: DescribedSchema) =>
    required.every((name) => isRecord(value) && Object.hasOwn(value, name));
  return likely.find(hasAll) ?? likely[0];
}

function fitObject(
  value: Readonly<Record<string, unknown>>,
  { properties = {}, required = [], additionalProperties }: DescribedSchema,
  path: Path,
  issues: StandardIssue[],
): unknown {
  for (const name of required) {
    if (!Object.hasOwn(value, name)) issues.push({ message: "is missing", path: [...path, name] });
  }
  const known = Object.keys(properties).filter((name) => properties[name]?.default !== undefined);
  const names = new Set([...Object.keys(value), ...known]);
  const entries = [...names].map((name): [string, unknown] => {
    const own = Object.hasOwn(value, name) ? value[name] : undefined;
    const inner = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    const isLeftOut = own === undefined && !required.includes(name) && inner?.default === undefined;
    if (inner === undefined || isLeftOut) return [name, own];
    return [name, fit(own, inner, [...path, name], issues)];
  });
  return Object.fromEntries(entries);
}

function complaintOf(value: unknown, json: DescribedSchema): string | undefined {
  const { type } = json;
  if (type !== undefined && typeOf(value) !== type)
    return `must be of type ${type}: got ${typeOf(value)}`;
  if (json.enum !== undefined && !json.enum.some((each) => each === value)) {
    return `must be one of ${json.enum.join(", ")}`;
  }
  const isTooSmall = json.minimum !== undefined && !(Number(value) >= json.minimum);
  return isTooSmall ? `must be at least ${json.minimum}` : undefined;
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeOf(value) === "object";
}
