/** Which fields a form has for a JSON Schema. */
import type { JsonSchema } from "../../backend/index.ts";
import { isRecord } from "../wording/stored-value.ts";
import { choicesOf, numberIn, propertiesOf, requiredOf, textIn, typeOf } from "./json-schema.ts";

/** How a field is typed in. */
export type FieldKind =
  | "text"
  | "long-text"
  | "number"
  | "integer"
  | "yes-no"
  | "choice"
  | "lines"
  | "json";

/** A value that people type in, or a group of them. */
export type Field = ValueField | GroupField;

interface FieldBase {
  /** Its place in the value: keys from the root. */
  readonly path: readonly string[];
  readonly label: string;
  readonly hint: string | undefined;
  readonly isRequired: boolean;
}

/** One value. */
export interface ValueField extends FieldBase {
  readonly kind: FieldKind;
  /** What a browser should know of it. */
  readonly inputType: string;
  readonly choices: readonly string[];
  readonly min: number | undefined;
  readonly max: number | undefined;
}

/** An object, with a field for each property. */
export interface GroupField extends FieldBase {
  readonly kind: "group";
  readonly fields: readonly Field[];
}

/** Deeper objects are typed in as JSON. */
const MAX_DEPTH = 3;

const INPUT_TYPES: Readonly<Record<string, string>> = {
  email: "email",
  date: "date",
  uri: "url",
  time: "time",
};

/** The field for a whole value. */
export function fieldOf(
  schema: JsonSchema,
  path: readonly string[] = [],
  isRequired = true,
): Field {
  const base = {
    path,
    label: textIn(schema, "title") ?? path.at(-1) ?? "Input",
    hint: textIn(schema, "description"),
    isRequired: isRequired && schema.default === undefined,
  };
  const properties = propertiesOf(schema);
  if (typeOf(schema) === "object" && properties.length > 0 && path.length < MAX_DEPTH) {
    const required = requiredOf(schema);
    const fields = properties.map(([name, each]) =>
      fieldOf(each, [...path, name], isRequired && required.has(name)),
    );
    return { ...base, kind: "group", fields };
  }
  return {
    ...base,
    kind: kindOf(schema),
    inputType: INPUT_TYPES[textIn(schema, "format") ?? ""] ?? "text",
    choices: choicesOf(schema) ?? [],
    min: numberIn(schema, "minimum"),
    max: numberIn(schema, "maximum"),
  };
}

function kindOf(schema: JsonSchema): FieldKind {
  if (choicesOf(schema) !== undefined) return "choice";
  switch (typeOf(schema)) {
    case "string":
      return (numberIn(schema, "maxLength") ?? 0) > 200 ? "long-text" : "text";
    case "number":
    case "integer":
      return typeOf(schema) === "integer" ? "integer" : "number";
    case "boolean":
      return "yes-no";
    case "array":
      return isRecord(schema.items) && kindOf(schema.items) === "text" ? "lines" : "json";
    default:
      return "json";
  }
}

/** The name of a field in a form; no two paths have the same. */
export function fieldName(path: readonly string[]): string {
  return `value${path.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("")}`;
}

/** What a field shows of a value: the text that gives the value back when it is sent. */
export function fieldText(field: ValueField, value: unknown): string {
  if (value === undefined) return "";
  if (field.kind === "lines" && Array.isArray(value)) return value.join("\n");
  if (field.kind === "yes-no" && typeof value === "boolean") return value ? "yes" : "no";
  if (field.kind !== "json" && typeof value !== "object") return String(value);
  return JSON.stringify(value, null, 2) ?? "";
}
