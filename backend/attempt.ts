import { NonRetryableError, quote, serializeError } from "./errors.ts";
import { inTime, isThenable, type Limit } from "./in-time.ts";
import { type Entry, type Frame, type Result, type StepNotes, stillWaiting } from "./node.ts";
import { pauseAfter, type RetryPolicy } from "./retry.ts";
import { type InputOf, type OutputOf, parse, type Schema } from "./schema.ts";
import type { State } from "./state.ts";
import { StateDraft } from "./state-draft.ts";
import { createContext, type StepExecutionContext, StepLines } from "./step-context.ts";

/** What an attempt needs to know of its step. */
export interface AttemptConfig<
  In extends Schema,
  Out extends Schema,
  StateSchema extends Schema,
  Resume extends Schema,
  Suspend extends Schema,
> {
  readonly id: string;
  readonly inputSchema: In;
  readonly outputSchema: Out;
  readonly stateSchema?: StateSchema;
  readonly resumeSchema?: Resume;
  readonly suspendSchema?: Suspend;
  readonly timeoutMs?: number;
  readonly retry: RetryPolicy | undefined;
  readonly execute: (
    context: StepExecutionContext<
      OutputOf<In>,
      OutputOf<StateSchema>,
      OutputOf<Resume>,
      InputOf<Suspend>
    >,
  ) => unknown;
}

/** How `execute` came to its end. */
type Ending =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "suspended"; readonly payload: unknown }
  | { readonly kind: "bailed"; readonly output: unknown };

/** How `execute` says that it ends without returning. */
export type End = (ending: Exclude<Ending, { kind: "returned" }>) => Promise<never>;

/** Executes a step once, unless it still waits for its pause to end or to be resumed. */
export async function runAttempt<
  In extends Schema,
  Out extends Schema,
  StateSchema extends Schema,
  Resume extends Schema,
  Suspend extends Schema,
>(
  config: AttemptConfig<In, Out, StateSchema, Resume, Suspend>,
  input: unknown,
  frame: Frame,
  known: Entry | undefined,
): Promise<Result<OutputOf<Out>>> {
  if (known !== undefined && !isReady(known, frame)) return stillWaiting(frame, known.wait);
  if (!frame.hasTimeFor(config.timeoutMs)) return putOff(frame);
  await frame.begin();
  const subject = () => `Step ${quote(config.id)}`;
  const failures = known?.wait.failures ?? 0;
  const lines = new StepLines(frame);
  try {
    const given = fitting(
      config.inputSchema,
      frame.handOut(input),
      () => `${subject()} was given invalid input`,
    );
    const inputData = given instanceof Promise ? await given : given;
    const resumeData =
      known?.resumed && (await resumeDataOf(config.resumeSchema, known.resumed.data, subject));
    const draft = new StateDraft(
      config.stateSchema === undefined
        ? frame.state
        : await stateFor(config.stateSchema, frame, subject),
    );
    // Of the runs that are begun together one may use up the time of all.
    if (frame.timeLeft() === 0) return putOff(frame);
    const ending = await outcomeOf(config, frame, (signal, end) =>
      config.execute(
        createContext({
          inputData,
          resumeData,
          attempt: failures + 1,
          frame,
          signal,
          end,
          draft,
          lines,
        }),
      ),
    );
    if (draft.change !== undefined)
      await draft.validate(config.stateSchema ?? frame.stateSchema, subject);
    const notes = notesOf(lines, draft.change);
    if (ending.kind === "bailed") return { status: "bailed", output: ending.output, notes };
    if (ending.kind === "suspended")
      return await suspended(config, ending.payload, failures, notes, subject);
    const invalid = () => `${subject()} returned invalid output`;
    const output = parse(config.outputSchema, ending.value, invalid);
    return { status: "success", output: output instanceof Promise ? await output : output, notes };
  } catch (error) {
    return failedAttempt(config, frame, error, failures + 1, notesOf(lines));
  }
}

/** It goes on when this tick's time is up, and not before: this process would take it again. */
function putOff(frame: Frame): Result<never> {
  return stillWaiting(frame, { until: frame.after(frame.timeLeft()), yields: true });
}

/** Whether the pause between two attempts is over, or the step was resumed. */
function isReady(known: Entry, frame: Frame): boolean {
  const { until } = known.wait;
  return until === undefined ? known.resumed !== undefined : frame.now() >= until;
}

/** What a schema makes of a value. What does not fit now will not fit at the next attempt. */
function fitting<S extends Schema>(
  schema: S,
  value: unknown,
  subject: () => string,
): OutputOf<S> | Promise<OutputOf<S>> {
  try {
    const parsed = parse(schema, value, subject);
    return parsed instanceof Promise ? parsed.catch(giveUp) : parsed;
  } catch (error) {
    return giveUp(error as Error);
  }
}

function giveUp(error: Error): never {
  throw Object.assign(new NonRetryableError(error.message, { cause: error }), { name: error.name });
}

/** What the step was resumed with, as its schema yields it. */
async function resumeDataOf<Resume extends Schema>(
  schema: Resume | undefined,
  data: unknown,
  subject: () => string,
): Promise<OutputOf<Resume>> {
  if (schema === undefined) return data as OutputOf<Resume>;
  const found = () => `${subject()} was resumed with invalid data`;
  return await fitting(schema, data, found);
}

/** The state as the step's own schema yields it: its type promises what is there. */
async function stateFor(schema: Schema, frame: Frame, subject: () => string): Promise<State> {
  const found = () =>
    `${subject()} needs another state (pass an initialState, or give the schema defaults)`;
  return (await fitting(schema, frame.state, found)) as State;
}

type Timed = Pick<AttemptConfig<Schema, Schema, Schema, Schema, Schema>, "id" | "timeoutMs">;

/** Executes a step once, and waits where it promises to come to an end. */
function outcomeOf(
  timed: Timed,
  frame: Frame,
  execute: (signal: AbortSignal, end: End) => unknown,
): Ending | Promise<Ending> {
  if (frame.signal.aborted) throw frame.signal.reason;
  frame.assertHeld();
  const limit = limitOf(timed, frame);
  const own = new AbortController();
  let ended: Ending | undefined;
  let tell = (_ending: Ending): void => {};
  const end: End = (ending) => {
    ended ??= ending;
    tell(ending);
    return new Promise(() => {});
  };
  const returned = execute(own.signal, end);
  if (!isThenable(returned)) return ended ?? { kind: "returned", value: returned };
  return inTime(frame, {
    limit,
    wait(resolve, reject) {
      tell = resolve;
      Promise.resolve(returned).then((value) => resolve({ kind: "returned", value }), reject);
      if (ended !== undefined) resolve(ended);
    },
    onStop: (reason) => own.abort(reason),
  });
}

/** The step's own limit, or that of its workflow, whichever ends first. */
function limitOf({ id, timeoutMs }: Timed, frame: Frame): Limit | undefined {
  const { deadline } = frame;
  if (timeoutMs === undefined && deadline === undefined) return undefined;
  const ownAt = frame.now() + (timeoutMs ?? Number.POSITIVE_INFINITY);
  if (deadline !== undefined && deadline.at < ownAt) {
    const { at, workflowId } = deadline;
    const message = () => `Workflow ${quote(workflowId)} ran out of time in step ${quote(id)}`;
    return { at, message };
  }
  return { at: ownAt, message: () => `Step ${quote(id)} took longer than ${timeoutMs} ms` };
}

async function suspended(
  { suspendSchema }: { readonly suspendSchema?: Schema },
  payload: unknown,
  failures: number,
  notes: StepNotes,
  subject: () => string,
): Promise<Result<never>> {
  const found = () => `${subject()} suspended with an invalid payload`;
  const shown = suspendSchema === undefined ? payload : await parse(suspendSchema, payload, found);
  const wait = {
    ...(shown === undefined ? {} : { payload: shown }),
    ...(failures > 0 ? { failures } : {}),
  };
  return { status: "suspended", wait, notes };
}

function failedAttempt(
  config: { readonly retry: RetryPolicy | undefined },
  frame: Frame,
  thrown: unknown,
  failures: number,
  notes: StepNotes,
): Result<never> {
  const error = { ...serializeError(thrown), step: frame.path };
  const isOutOfTime = frame.deadline !== undefined && frame.now() >= frame.deadline.at;
  const policy = config.retry ?? frame.retry ?? {};
  try {
    const pauseMs = isOutOfTime ? null : pauseAfter(policy, thrown, failures, () => frame.random());
    if (pauseMs === null) return { status: "failed", error, notes };
    const wait = { until: frame.after(pauseMs), failures };
    return { status: "suspended", wait, error, notes };
  } catch (retryIfError) {
    return {
      status: "failed",
      error: { ...serializeError(retryIfError), step: frame.path },
      notes,
    };
  }
}

function notesOf(lines: StepLines, state?: State): StepNotes {
  return {
    ...(lines.all.length > 0 ? { logs: lines.all } : {}),
    ...(state === undefined ? {} : { state }),
  };
}
