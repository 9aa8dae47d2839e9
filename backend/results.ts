import { waitsOf } from "./endings.ts";
import { type SerializedError, serializeError } from "./errors.ts";
import { LAST_MOMENT_MS } from "./limits.ts";
import type { Outcome } from "./node.ts";
import type { RunRecord, StepRecord } from "./records.ts";
import type { RunResult } from "./run.ts";
import { decode, encode } from "./serialize.ts";
import { errorOf, stepResultsOf } from "./snapshot.ts";
import type { RunEnd } from "./storage/claim.ts";
import type { AwaitedEvent } from "./storage/signal-statements.ts";

/** How an outcome leaves the run: what is stored of it, and when the run is due again. */
export function endOf(outcome: Outcome<unknown>): Pick<
  RunEnd,
  "status" | "dueAt" | "waits" | "result" | "error" | "failure"
> & {
  /** What the run waits for by these names, at these places. */
  readonly events: readonly AwaitedEvent[];
} {
  if (outcome.status === "success" || outcome.status === "bailed")
    return successEnd(outcome.output);
  if (outcome.status === "failed") return failedEnd(outcome.error);
  const { waits } = outcome;
  const moments = waits.flatMap(({ until, deadline }) => [until, deadline]);
  const dueAt = Math.min(...moments.filter((moment) => moment !== undefined));
  const endsByItself = waits.some(({ until, event }) => until !== undefined || event !== undefined);
  return {
    ...NOTHING,
    status: endsByItself ? "waiting" : "suspended",
    dueAt: Number.isFinite(dueAt) ? Math.min(Math.ceil(dueAt), LAST_MOMENT_MS) : null,
    waits: encode(waits, "what the run waits for", Number.POSITIVE_INFINITY),
    events: waits.flatMap(({ path, event }) => (event === undefined ? [] : [{ path, ...event }])),
  };
}

const NOTHING = {
  dueAt: null,
  waits: null,
  events: [] as readonly AwaitedEvent[],
  result: null,
  error: null,
  failure: null,
};

/** How a run ends, but for its state and path. */
export type End = ReturnType<typeof endOf>;

/** The run cannot go on with what is stored of it. */
export function blockedEnd(error: Error): End {
  return { ...failedEnd(serializeError(error)), status: "blocked" };
}

function successEnd(output: unknown): End {
  try {
    const result = encode(output, "the output of the workflow");
    return { ...NOTHING, status: "success", result };
  } catch (error) {
    return failedEnd(serializeError(error));
  }
}

function failedEnd(error: SerializedError): End {
  const failure = encode(error, "the error of the run");
  // SQLite's texts end at NUL.
  const message = error.message.replaceAll("\0", "\uFFFD");
  return { ...NOTHING, status: "failed", error: message, failure };
}

/** What is read of a run to say how it stands. */
export type StoredOutcome = Pick<
  RunRecord,
  "runId" | "status" | "result" | "error" | "failure" | "waits"
>;

/** How a run stands and what it did, as {@linkcode resultOf} tells it. */
export interface DrivenRun {
  /** How it stands. */
  readonly run: StoredOutcome;
  /** Its records, oldest first. */
  readonly steps: readonly StepRecord[];
}

const RECORDS = Symbol("records");

/** Made once, since every object literal with a getter has a hidden class of its own. */
const STEPS: PropertyDescriptor & ThisType<{ readonly [RECORDS]: readonly StepRecord[] }> = {
  enumerable: true,
  configurable: true,
  get() {
    return stepResultsOf(this[RECORDS]);
  },
};

/** How a run stands, as its user is told. The step results are read only when asked for. */
export function resultOf<Out>({ run, steps }: DrivenRun): RunResult<Out> {
  const result = { runId: run.runId, ...standingOf<Out>(run) };
  Object.defineProperty(result, RECORDS, { value: steps });
  return Object.defineProperty(result, "steps", STEPS) as RunResult<Out>;
}

type Standing<Out> =
  RunResult<Out> extends infer Result
    ? Result extends unknown
      ? Omit<Result, "runId" | "steps">
      : never
    : never;

function standingOf<Out>(run: StoredOutcome): Standing<Out> {
  const { status } = run;
  switch (status) {
    case "success":
      return { status, output: decode(run.result ?? "null") as Out };
    case "failed":
    case "blocked":
      return { status, error: failureOf(run) };
    case "suspended":
    case "waiting":
      return { status, waits: waitsOf(run) };
    default:
      return { status };
  }
}

/** Runs of the first version have a message and no more. */
function failureOf(run: StoredOutcome): SerializedError {
  if (run.failure !== null) return errorOf(run.failure);
  return { name: "Error", message: run.error ?? "The error was not stored" };
}
