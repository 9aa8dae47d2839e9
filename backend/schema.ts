/**
 * The core knows schemas only by the Standard Schema interface, so zod, valibot and
 * arktype all fit. {@linkcode validate} is the only caller of a validator.
 *
 * @see https://standardschema.dev
 */
import {
  type Subject,
  ValidationError,
  type ValidationIssue,
  WrkflwError,
  wordsOf,
} from "./errors.ts";

/** Any validator that follows Standard Schema, version 1. */
export interface Schema<Input = unknown, Output = Input> {
  /** The validator's face to libraries like this one. */
  readonly "~standard": StandardProps<Input, Output>;
}

/** What a validator shows to libraries. */
export interface StandardProps<Input, Output> {
  /** The version of the standard. */
  readonly version: 1;
  /** The validator's name, such as `zod`. */
  readonly vendor: string;
  /** Checks a value, at once or later. */
  readonly validate: (value: unknown) => Validation<Output> | Promise<Validation<Output>>;
  /** Types for the compiler; nothing at run time. */
  readonly types?: { readonly input: Input; readonly output: Output } | undefined;
}

/** What a validator says of a value: its `value`, or the `issues` it has. */
export type Validation<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One misfit, as a validator reports it. */
export interface StandardIssue {
  /** Why, in words. */
  readonly message: string;
  /** Where: keys from the root of the value. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema accepts: before defaults, coercions and transforms. */
export type InputOf<S extends Schema> = NonNullable<S["~standard"]["types"]>["input"];

/** What a schema yields: after defaults, coercions and transforms. */
export type OutputOf<S extends Schema> = NonNullable<S["~standard"]["types"]>["output"];

/**
 * Validates a value and returns what the schema made of it: a promise where the schema takes its time.
 *
 * @param subject Names the value in the error, such as `Step "charge" was given invalid input`.
 * @throws {ValidationError} If the schema refuses the value; at once, or by the promise.
 */
export function parse<S extends Schema>(
  schema: S,
  value: unknown,
  subject: Subject,
): OutputOf<S> | Promise<OutputOf<S>> {
  const checked = check(schema, value);
  return checked instanceof Promise
    ? checked.then((result) => accepted(result, subject))
    : accepted(checked, subject);
}

function accepted<Value>(result: Validation<Value>, subject: Subject): Value {
  if (result.issues === undefined) return result.value;
  throw new ValidationError(wordsOf(subject), result.issues.map(plainIssue));
}

/** What a schema makes of a value, or what it holds against it. A schema that throws refuses it. */
export async function validate<S extends Schema>(
  schema: S,
  value: unknown,
): Promise<Validation<OutputOf<S>>> {
  return await check(schema, value);
}

/** Most schemas answer at once, and nobody need wait for them. */
function check<S extends Schema>(
  schema: S,
  value: unknown,
): Validation<OutputOf<S>> | Promise<Validation<OutputOf<S>>> {
  try {
    const result = schema["~standard"].validate(value);
    return result instanceof Promise ? result.catch(refused) : result;
  } catch (error) {
    return refused(error);
  }
}

function refused(error: unknown): { readonly issues: readonly StandardIssue[] } {
  return { issues: [{ message: error instanceof Error ? error.message : String(error) }] };
}

/** Tells whether a value can be used as a schema. */
export function isSchema(value: unknown): value is Schema {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const standard: unknown = Reflect.get(value, "~standard");
  return (
    typeof standard === "object" &&
    standard !== null &&
    typeof Reflect.get(standard, "validate") === "function"
  );
}

/** @throws {WrkflwError} With code `INVALID_DEFINITION`, if `value` is not a schema. */
export function assertSchema(value: unknown, subject: string): asserts value is Schema {
  if (isSchema(value)) return;
  throw new WrkflwError(
    "INVALID_DEFINITION",
    `${subject} must be a Standard Schema such as z.object({ ... }): got ${describe(value)}`,
  );
}

/** @throws {WrkflwError} With code `INVALID_DEFINITION`, if `config` is not an object. */
export function assertConfig(config: unknown, subject: string): void {
  if (typeof config === "object" && config !== null) return;
  throw new WrkflwError(
    "INVALID_DEFINITION",
    `${subject} is defined by an object: got ${describe(config)}`,
  );
}

function describe(value: unknown): string {
  return value === null ? "null" : typeof value;
}

function plainIssue(issue: StandardIssue): ValidationIssue {
  const path = (issue.path ?? []).map((part) => (typeof part === "object" ? part.key : part));
  return {
    path: path.map((key) => (typeof key === "symbol" ? String(key) : key)),
    message: issue.message,
  };
}
