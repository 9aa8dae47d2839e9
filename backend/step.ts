import { quote, type SerializedError, serializeError, WrkflwError } from "./errors.ts";
import { assertNodeId } from "./ids.ts";
import type { Frame, LogLine, Node, NodeShape, Outcome, Result, StepNotes } from "./node.ts";
import {
  assertConfig,
  assertSchema,
  type InputOf,
  type OutputOf,
  parse,
  type Schema,
} from "./schema.ts";
import { StateDraft } from "./state-draft.ts";
import { type AnyState, createContext, type StepExecutionContext } from "./step-context.ts";

/** A step's work. What it returns must fit the `outputSchema`. */
export type ExecuteFunction<Input, Output, State = AnyState> = (
  context: StepExecutionContext<Input, State>,
) => Output | Promise<Output>;

/** How a step is defined; see {@linkcode createStep}. */
export interface StepConfig<
  Id extends string,
  In extends Schema,
  Out extends Schema,
  State extends Schema = Schema<AnyState>,
> {
  /** Unique within a workflow; without `/`, `[`, `]`, `#` and control characters. */
  readonly id: Id;
  /** Shown to people beside the step. */
  readonly description?: string;
  /** What is accepted. */
  readonly inputSchema: In;
  /** What is put out. */
  readonly outputSchema: Out;
  /** Checked after every attempt that changed the state. */
  readonly stateSchema?: State;
  /** The work itself. */
  readonly execute: Execute<In, Out, State>;
}

/**
 * The work of a step with these schemas. The condition always holds; it makes the compiler find
 * the schemas first, and so keep the literal types of what `execute` returns.
 */
export type Execute<In extends Schema, Out extends Schema, State extends Schema> =
  Out extends Schema<infer _Accepted, unknown>
    ? ExecuteFunction<OutputOf<In>, InputOf<Out>, OutputOf<State>>
    : never;

/** A typed unit of work. `In` is what it accepts, `Out` what the next node is given. */
export interface Step<Id extends string = string, In = never, Out = unknown> extends Node<In, Out> {
  /** Unique among its siblings; part of every path below it. */
  readonly id: Id;
  /** Shown to people beside the id. */
  readonly description: string | undefined;
  /** What is accepted. */
  readonly inputSchema: Schema;
  /** What is put out. */
  readonly outputSchema: Schema;
  /** What the run's state must fit, if that is checked. */
  readonly stateSchema: Schema | undefined;
  /** The same step under another id, so that it can stand twice in a workflow. */
  readonly withId: <NewId extends string>(id: NewId) => Step<NewId, In, Out>;
}

/**
 * Defines a step: the unit whose result is recorded, and which is never executed again once
 * it is.
 *
 * @example
 * ```ts
 * import { createStep } from "@wrkflw/wrkflw";
 * import { z } from "npm:zod@4.6.7";
 *
 * const greet = createStep({
 *   id: "greet",
 *   inputSchema: z.object({ name: z.string() }),
 *   outputSchema: z.object({ greeting: z.string() }),
 *   execute: ({ inputData }) => ({ greeting: `Hello ${inputData.name}` }),
 * });
 * ```
 *
 * @throws {WrkflwError} With code `INVALID_DEFINITION`, if the id or a schema cannot be used.
 */
export function createStep<
  const Id extends string,
  In extends Schema,
  Out extends Schema,
  State extends Schema = Schema<AnyState>,
>(config: StepConfig<Id, In, Out, State>): Step<Id, InputOf<In>, OutputOf<Out>> {
  assertStepConfig(config);
  return Object.freeze({
    id: config.id,
    description: config.description,
    inputSchema: config.inputSchema,
    outputSchema: config.outputSchema,
    stateSchema: config.stateSchema,
    run: (input: InputOf<In>, frame: Frame): Promise<Outcome<OutputOf<Out>>> =>
      frame.checkpoint({ kind: "step", input, hasEffects: true }, (known) =>
        attempt(config, input, frame, (known?.attempt ?? 0) + 1),
      ),
    shape: () => stepShape(config),
    withId: <NewId extends string>(id: NewId) => createStep({ ...config, id }),
  });
}

/**
 * The same step under another id, so that it can stand twice in one workflow.
 *
 * @throws {WrkflwError} With code `INVALID_DEFINITION`, if the id cannot be used.
 */
export function cloneStep<const NewId extends string, In, Out>(
  step: Step<string, In, Out>,
  options: { readonly id: NewId },
): Step<NewId, In, Out> {
  return step.withId(options.id);
}

function assertStepConfig(config: StepConfig<string, Schema, Schema, Schema>): void {
  assertConfig(config, "A step");
  assertNodeId(config.id, "Step id");
  const subject = `Step ${quote(config.id)}`;
  assertSchema(config.inputSchema, `${subject}: inputSchema`);
  assertSchema(config.outputSchema, `${subject}: outputSchema`);
  if (config.stateSchema !== undefined) assertSchema(config.stateSchema, `${subject}: stateSchema`);
  if (typeof config.execute === "function") return;
  throw new WrkflwError("INVALID_DEFINITION", `${subject}: execute must be a function`);
}

function stepShape(config: StepConfig<string, Schema, Schema, Schema>): NodeShape {
  const described = config.description === undefined ? {} : { description: config.description };
  return { kind: "step", id: config.id, ...described };
}

async function attempt<In extends Schema, Out extends Schema, State extends Schema>(
  config: StepConfig<string, In, Out, State>,
  input: unknown,
  frame: Frame,
  number: number,
): Promise<Result<OutputOf<Out>>> {
  const subject = `Step ${quote(config.id)}`;
  const logs: LogLine[] = [];
  try {
    const inputData = await parse(config.inputSchema, input, `${subject} was given invalid input`);
    const draft = new StateDraft(await stateFor(config.stateSchema, frame, subject));
    const context = createContext<OutputOf<In>, OutputOf<State>>(
      inputData,
      frame,
      number,
      draft,
      logs,
    );
    const returned = await config.execute(context);
    const output = await parse(config.outputSchema, returned, `${subject} returned invalid output`);
    await draft.validate(config.stateSchema ?? frame.stateSchema, subject);
    return { status: "success", output, notes: notesOf(logs, draft.change) };
  } catch (error) {
    return { status: "failed", error: failureOf(error, frame.path), notes: notesOf(logs) };
  }
}

/** The state as the step's own schema yields it: its type promises what is there. */
async function stateFor(
  schema: Schema | undefined,
  frame: Frame,
  subject: string,
): Promise<AnyState> {
  if (schema === undefined) return frame.state;
  const found = `${subject} needs another state (pass an initialState, or give the schema defaults)`;
  return (await parse(schema, frame.state, found)) as AnyState;
}

function failureOf(error: unknown, path: string): SerializedError {
  return { ...serializeError(error), step: path };
}

function notesOf(logs: readonly LogLine[], state?: AnyState): StepNotes {
  return {
    ...(logs.length > 0 ? { logs } : {}),
    ...(state === undefined ? {} : { state }),
  };
}
