import type { AnyDefinition } from "./definition.ts";
import { fingerprintOf } from "./definition-changes.ts";
import { quote, WrkflwError } from "./errors.ts";
import { inputKeyOf } from "./input-key.ts";
import { assertOptions, type OptionNames } from "./options.ts";
import type { EnqueueOptions, RunOptions, StartOptions } from "./run.ts";
import { parse, type Schema, validate } from "./schema.ts";
import { encode } from "./serialize.ts";
import type { NewRun } from "./storage/claim.ts";

const MAX_TAGS = 20;
const MAX_WORD_CHARS = 200;
const WORD = /^\P{Cc}{1,200}$/u;

/**
 * Checks what a run is made with.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if it is neither a run id nor options.
 */
export function namedOptions(options: unknown): RunOptions {
  if (typeof options === "string") return { runId: options };
  const isObject = typeof options === "object" && options !== null && !Array.isArray(options);
  const unknown = isObject
    ? Object.keys(options).find((key) => !RUN_OPTIONS.includes(key))
    : undefined;
  if (isObject && unknown === undefined) return options;
  const got =
    unknown === undefined ? `got ${String(options)}` : `it has no option ${quote(unknown)}`;
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot make a run: pass a run id or { runId?, idempotencyKey?, tags? }: ${got}`,
  );
}

const START_OPTIONS = {
  inputData: true,
  initialState: true,
  delayMs: true,
} satisfies OptionNames<EnqueueOptions<unknown>>;
const RUN_OPTIONS = ["runId", "idempotencyKey", "tags"];

/**
 * Checks all that a run is started with, before anything is stored.
 *
 * @throws {ValidationError} If the input or the initial state does not fit its schema.
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, `NOT_SERIALIZABLE` or `PAYLOAD_TOO_LARGE`.
 */
export async function prepareRun(
  definition: AnyDefinition,
  options: RunOptions & { readonly runId: string },
  start: StartOptions<unknown>,
): Promise<Omit<NewRun, "status" | "dueInMs" | "writeId">> {
  const subject = `Cannot start workflow ${quote(definition.id)}`;
  if (typeof start !== "object" || start === null || !("inputData" in start)) {
    throw new WrkflwError("INVALID_ARGUMENT", `${subject}: pass its input as { inputData: ... }`);
  }
  assertOptions(start, subject, START_OPTIONS);
  const input = await parse(definition.inputSchema, start.inputData, `${subject}: invalid input`);
  // First of all, since it refuses what is too deep to be compared.
  const stored = encode(input, () => `the input of workflow ${quote(definition.id)}`);
  const state = await initialState(definition.stateSchema, start.initialState, subject);
  return {
    runId: options.runId,
    workflowId: definition.id,
    inputKey: inputKeyOf(start.inputData, stored, subject),
    definition: fingerprintOf(definition.shape()),
    input: stored,
    state: encode(state, () => `the initial state of workflow ${quote(definition.id)}`),
    idempotencyKey: wordOf(options.idempotencyKey, `${subject}: idempotencyKey`),
    tags: tagsOf(options.tags, subject),
  };
}

/** Without an initial state the schema's defaults are used, where it has one for every key. */
async function initialState(
  schema: Schema | undefined,
  given: unknown,
  subject: string,
): Promise<unknown> {
  if (given === undefined) return await defaultsOf(schema);
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new WrkflwError("INVALID_ARGUMENT", `${subject}: initialState must be an object`);
  }
  return schema === undefined
    ? given
    : await parse(schema, given, `${subject}: invalid initial state`);
}

async function defaultsOf(schema: Schema | undefined): Promise<unknown> {
  if (schema === undefined) return {};
  const result = await validate(schema, {});
  return result.issues === undefined ? result.value : {};
}

function wordOf(word: unknown, subject: string): string | null {
  if (word === undefined) return null;
  if (typeof word === "string" && WORD.test(word) && word.isWellFormed()) return word;
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    `${subject} must be a text of 1 to ${MAX_WORD_CHARS} characters without control characters`,
  );
}

function tagsOf(tags: unknown, subject: string): string | null {
  if (tags === undefined) return null;
  if (!Array.isArray(tags) || tags.length > MAX_TAGS) {
    throw new WrkflwError(
      "INVALID_ARGUMENT",
      `${subject}: tags must be a list of at most ${MAX_TAGS}`,
    );
  }
  const words = tags.map((tag) => wordOf(tag, `${subject}: every tag`));
  return words.length === 0 ? null : JSON.stringify(words);
}
