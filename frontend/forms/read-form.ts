/** What a form that was sent says. */
import type { Context } from "npm:hono@4.13.19";
import type { ValidationIssue } from "../../backend/index.ts";
import { type Field, fieldName, type ValueField } from "./form-fields.ts";

/** The value that was typed in, and what cannot be read of it. */
export interface FormValue {
  readonly value: unknown;
  readonly issues: readonly ValidationIssue[];
}

/** The fields of a form; none where the body is no form. */
export async function readForm(c: Context): Promise<URLSearchParams> {
  const type = c.req.header("content-type") ?? "";
  const isForm = type.startsWith("application/x-www-form-urlencoded");
  return new URLSearchParams(isForm ? await c.req.text() : "");
}

/** What a field that was left empty stands for. */
const NOTHING = Symbol("nothing");

/** Reads the value of a form that was made of a schema. */
export function readFields(field: Field, sent: URLSearchParams): FormValue {
  const issues: ValidationIssue[] = [];
  const value = readField(field, sent, issues);
  return { value: value === NOTHING ? undefined : value, issues };
}

/** Reads the value of a form that has one field for JSON. */
export function readJson(text: string): FormValue {
  if (text.trim() === "") return { value: undefined, issues: [] };
  try {
    return { value: JSON.parse(text), issues: [] };
  } catch (error) {
    return { value: undefined, issues: [{ path: [], message: jsonProblem(error) }] };
  }
}

function readField(field: Field, sent: URLSearchParams, issues: ValidationIssue[]): unknown {
  if (field.kind !== "group")
    return readValue(field, sent.get(fieldName(field.path)) ?? "", issues);
  const entries = field.fields
    .map((each) => [each.path.at(-1) ?? "", readField(each, sent, issues)] as const)
    .filter(([, value]) => value !== NOTHING);
  const isLeftOut = entries.length === 0 && !field.isRequired;
  return isLeftOut ? NOTHING : Object.fromEntries(entries);
}

function readValue(field: ValueField, text: string, issues: ValidationIssue[]): unknown {
  const { kind, isRequired } = field;
  const isText = kind === "text" || kind === "long-text";
  if (text.trim() === "" && !(isText && isRequired))
    return kind === "lines" && isRequired ? [] : NOTHING;
  switch (kind) {
    case "number":
    case "integer":
      return readNumber(field, text, issues);
    case "yes-no":
      return text === "yes";
    case "lines":
      return text.split(/\r?\n/).filter((line) => line !== "");
    case "json":
      return readPart(field, text, issues);
    case "long-text":
      return text.replaceAll("\r\n", "\n");
    default:
      return text;
  }
}

function readNumber({ path }: ValueField, text: string, issues: ValidationIssue[]): unknown {
  const number = Number(text);
  if (Number.isFinite(number)) return number;
  issues.push({
    path: [...path],
    message: `Expected a number such as 42: got ${JSON.stringify(text.slice(0, 100))}`,
  });
  return NOTHING;
}

function readPart({ path }: ValueField, text: string, issues: ValidationIssue[]): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    issues.push({ path: [...path], message: jsonProblem(error) });
    return NOTHING;
  }
}

function jsonProblem(error: unknown): string {
  return `Expected JSON: ${error instanceof Error ? error.message : String(error)}`;
}
