import { type AttemptConfig, runAttempt } from "./attempt.ts";
import { quote, WrkflwError } from "./errors.ts";
import { assertNodeId } from "./ids.ts";
import type { Frame, Node, NodeShape, Outcome } from "./node.ts";
import { assertAtLeast, assertRetryPolicy, assertTimeout, type RetryPolicy } from "./retry.ts";
import { assertConfig, assertSchema, type InputOf, type OutputOf, type Schema } from "./schema.ts";
import type { AnyState, StepExecutionContext } from "./step-context.ts";

/** A step's work. What it returns must fit the `outputSchema`. */
export type ExecuteFunction<
  Input,
  Output,
  State = AnyState,
  Resume = unknown,
  Suspend = unknown,
> = (context: StepExecutionContext<Input, State, Resume, Suspend>) => Output | Promise<Output>;

/** How a step is defined; see {@linkcode createStep}. */
export interface StepConfig<
  Id extends string,
  In extends Schema,
  Out extends Schema,
  State extends Schema = Schema<AnyState>,
  Resume extends Schema = Schema,
  Suspend extends Schema = Schema,
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
  /** What the step can be resumed with, once it has suspended. */
  readonly resumeSchema?: Resume;
  /** What the step hands out when it suspends. */
  readonly suspendSchema?: Suspend;
  /** Extra attempts after a failure; short for `retry: { attempts: retries + 1 }`. @default 0 */
  readonly retries?: number;
  /** How failed attempts are repeated. @default the workflow's policy, else not at all */
  readonly retry?: RetryPolicy;
  /** An attempt that takes longer has failed, in milliseconds. @default no limit */
  readonly timeoutMs?: number;
  /** The id that this step had in an earlier version of the workflow. Runs of that version go on. */
  readonly renamedFrom?: string;
  /** The work itself. */
  readonly execute: Execute<In, Out, State, Resume, Suspend>;
}

/**
 * The work of a step with these schemas. The condition always holds; it makes the compiler find
 * the schemas first, and so keep the literal types of what `execute` returns.
 */
export type Execute<
  In extends Schema,
  Out extends Schema,
  State extends Schema,
  Resume extends Schema,
  Suspend extends Schema,
> =
  Out extends Schema<infer _Accepted, unknown>
    ? ExecuteFunction<
        OutputOf<In>,
        InputOf<Out>,
        OutputOf<State>,
        OutputOf<Resume>,
        InputOf<Suspend>
      >
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
  Resume extends Schema = Schema,
  Suspend extends Schema = Schema,
>(config: StepConfig<Id, In, Out, State, Resume, Suspend>): Step<Id, InputOf<In>, OutputOf<Out>> {
  assertStepConfig(config);
  const attempts: AttemptConfig<In, Out, State, Resume, Suspend> = {
    ...config,
    retry:
      config.retry ?? (config.retries === undefined ? undefined : { attempts: config.retries + 1 }),
  };
  return Object.freeze({
    id: config.id,
    description: config.description,
    inputSchema: config.inputSchema,
    outputSchema: config.outputSchema,
    stateSchema: config.stateSchema,
    run: (input: InputOf<In>, frame: Frame): Promise<Outcome<OutputOf<Out>>> =>
      frame.checkpoint({ kind: "step", input }, (known) =>
        runAttempt(attempts, input, frame, known),
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
  assertConfig(options, "A clone");
  if (typeof step?.withId === "function") return step.withId(options.id);
  throw new WrkflwError(
    "INVALID_DEFINITION",
    `Cannot clone: cloneStep() takes a step, got ${typeof step}`,
  );
}

type AnyStepConfig = Omit<StepConfig<string, Schema, Schema, Schema>, "execute"> & {
  readonly execute: unknown;
};

function assertStepConfig(config: AnyStepConfig): void {
  assertConfig(config, "A step");
  assertNodeId(config.id, "Step id");
  const subject = `Step ${quote(config.id)}`;
  assertSchema(config.inputSchema, `${subject}: inputSchema`);
  assertSchema(config.outputSchema, `${subject}: outputSchema`);
  for (const name of ["stateSchema", "resumeSchema", "suspendSchema"] as const) {
    if (config[name] !== undefined) assertSchema(config[name], `${subject}: ${name}`);
  }
  assertAtLeast(config.retries, 0, `${subject}: retries`);
  assertTimeout(config.timeoutMs, 1, `${subject}: timeoutMs`);
  if (config.retry !== undefined) assertRetryPolicy(config.retry, subject);
  if (config.renamedFrom !== undefined) assertNodeId(config.renamedFrom, `${subject}: renamedFrom`);
  if (typeof config.execute === "function") return;
  throw new WrkflwError("INVALID_DEFINITION", `${subject}: execute must be a function`);
}

function stepShape(config: AnyStepConfig): NodeShape {
  const { description, renamedFrom, inputSchema, outputSchema, resumeSchema } = config;
  return {
    kind: "step",
    id: config.id,
    ...(description === undefined ? {} : { description }),
    ...(renamedFrom === undefined ? {} : { renamedFrom }),
    schemas: {
      input: inputSchema,
      output: outputSchema,
      ...(resumeSchema === undefined ? {} : { resume: resumeSchema }),
    },
  };
}
