/** The whole of a run at one moment, as users read it. */
import { quote, reviveError, type SerializedError, serializeError, WrkflwError } from "./errors.ts";
import { assertNodeId, assertRunId } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import {
  isRunStatus,
  isTerminal,
  RUN_STATUSES,
  type RunRecord,
  type RunStatus,
  type StepRecord,
} from "./records.ts";
import { decode, encode } from "./serialize.ts";
import { stateOf } from "./state.ts";

/** How a step ended, or that it waits or is at work. `timestamp` is in milliseconds. */
export type StepResult<Out = unknown> =
  | { readonly status: "success"; readonly output: Out; readonly timestamp: number }
  | { readonly status: "failed"; readonly error: Error; readonly timestamp: number }
  | {
      readonly status: "running" | "suspended" | "waiting" | "canceled";
      readonly timestamp: number;
    };

/** A run at one moment: state, step results and execution path. */
export interface WorkflowSnapshot {
  /** The run's id. */
  readonly runId: string;
  /** The workflow's id. */
  readonly workflowId: string;
  /** Where it stands. */
  readonly status: RunStatus;
  /** Indexes of the workflow's top-level entries in the order in which they ran. */
  readonly executionPath: readonly number[];
  /** Results by step id; of a nested workflow's steps by path, such as `review/ask`. */
  readonly stepResults: Readonly<Record<string, StepResult>>;
  /** The run's state. */
  readonly state: Readonly<Record<string, unknown>>;
  /** The run's input. */
  readonly inputData: unknown;
  /** The output, once the run has succeeded. */
  readonly result?: unknown;
  /** The message of the error that failed the run. */
  readonly error?: string;
  /** When the run last changed, in milliseconds since 1970. */
  readonly timestamp: number;
}

/**
 * Checks a snapshot that is to be stored.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT` and what is wrong with it.
 */
export function assertSnapshot(snapshot: WorkflowSnapshot): void {
  const subject = "Cannot save a snapshot";
  if (!isRecord(snapshot)) {
    throw new WrkflwError("INVALID_ARGUMENT", `${subject}: it must be an object`);
  }
  assertRunId(snapshot.runId);
  assertNodeId(snapshot.workflowId, `${subject}: workflowId`, "INVALID_ARGUMENT");
  if (isRunStatus(snapshot.status)) return;
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    `${subject}: ${quote(String(snapshot.status))} is no status; use one of ${RUN_STATUSES.join(", ")}`,
  );
}

/**
 * Puts a run and its step records together.
 *
 * @throws {WrkflwError} With code `STORAGE_CORRUPT` and the run's id.
 */
export function snapshotOf(run: RunRecord, steps: readonly StepRecord[]): WorkflowSnapshot {
  try {
    return wholeOf(run, steps);
  } catch (error) {
    if (!(error instanceof WrkflwError)) throw error;
    const message = `Cannot read run ${quote(run.runId)}: ${error.message}`;
    throw new WrkflwError(error.code, message, { cause: error });
  }
}

function wholeOf(run: RunRecord, steps: readonly StepRecord[]): WorkflowSnapshot {
  return {
    runId: run.runId,
    workflowId: run.workflowId,
    status: run.status,
    executionPath: executionPathOf(storedPath(run), run.reached),
    stepResults: { ...storedResults(run), ...endedWith(run, stepResultsOf(steps)) },
    state: stateOf(run, steps),
    inputData: run.input === null ? undefined : decode(run.input),
    ...(run.result === null ? {} : { result: decode(run.result) }),
    ...(run.error === null ? {} : { error: run.error }),
    timestamp: run.updatedAt,
  };
}

/** What still waited when the run ended waits no more. */
function endedWith(
  { status }: RunRecord,
  results: Readonly<Record<string, StepResult>>,
): Record<string, StepResult> {
  const entries = Object.entries(results).map(([path, result]): [string, StepResult] => {
    const isOpen = !["success", "failed"].includes(result.status);
    return [
      path,
      isOpen && isTerminal(status) ? { status: "canceled", timestamp: result.timestamp } : result,
    ];
  });
  return Object.fromEntries(entries);
}

/** The results of all steps that have a record, by path; the latest record counts. */
export function stepResultsOf(steps: readonly StepRecord[]): Record<string, StepResult> {
  const results = new Map<string, StepResult>();
  for (const step of steps) {
    if (step.kind === "step") results.set(step.path, stepResultOf(step));
  }
  return Object.fromEntries(results);
}

function stepResultOf(step: StepRecord): StepResult {
  const timestamp = step.startedAt;
  if (step.status === "success" || step.status === "bailed") {
    return { status: "success", output: decode(step.output ?? "null"), timestamp };
  }
  if (step.status === "failed") {
    return { status: "failed", error: reviveError(errorOf(step.error)), timestamp };
  }
  if (step.status === "canceled") return { status: "canceled", timestamp };
  if (step.status === "resumed" || step.status === "retried")
    return { status: "running", timestamp };
  const wait: unknown = decode(step.wait ?? "{}");
  return { status: isTimed(wait) ? "waiting" : "suspended", timestamp };
}

function isTimed(wait: unknown): boolean {
  return isRecord(wait) && typeof wait.until === "number";
}

/** The stored form of an error, made whole where the first version kept only `{}`. */
export function errorOf(text: string | null): SerializedError {
  return asError(text === null ? null : decode(text));
}

function asError(value: unknown): SerializedError {
  if (isRecord(value) && typeof value.message === "string") {
    return { name: "Error", ...value } as SerializedError;
  }
  return { name: "Error", message: "The error was not stored" };
}

function storedPath({ executionPath }: RunRecord): unknown {
  return executionPath === null ? [] : decode(executionPath);
}

/**
 * The path that the end of a claim stored, or the first version; further where the run has gone
 * on since.
 *
 * @param stored The value that was stored, read; what is no list counts as an empty one.
 * @param reached Index of the last entry that began; below 0 when none did.
 */
export function executionPathOf(stored: unknown, reached: number): number[] {
  const ran = Array.isArray(stored) ? stored.filter((index) => typeof index === "number") : [];
  return reached < ran.length ? ran : pathUpTo(reached);
}

/** Top-level entries run in order, so the path up to an entry is every index up to it. */
export function pathUpTo(reached: number): number[] {
  const path: number[] = [];
  const last = Math.min(reached, LIMITS.nodes - 1);
  for (let index = 0; index <= last; index++) path.push(index);
  return path;
}

/** What `saveSnapshot` wrote, or the first version. */
function storedResults(run: RunRecord): Record<string, StepResult> {
  const stored: unknown = run.stepResults === null ? {} : decode(run.stepResults);
  if (!isRecord(stored)) return {};
  return Object.fromEntries(
    Object.entries(stored).flatMap(([id, result]) => {
      const read = storedResult(result, run.error);
      return read === undefined ? [] : [[id, read]];
    }),
  );
}

function storedResult(stored: unknown, runError: string | null): StepResult | undefined {
  if (!isRecord(stored)) return undefined;
  const { status, output } = stored;
  const timestamp = typeof stored.timestamp === "number" ? stored.timestamp : 0;
  if (status === "success") return { status, output, timestamp };
  if (status === "running" || status === "suspended" || status === "waiting") {
    return { status, timestamp };
  }
  const kept = isRecord(stored.error) && "message" in stored.error;
  const error = kept ? asError(stored.error) : { name: "Error", message: runError ?? "" };
  return { status: "failed", error: reviveError(error), timestamp };
}

/** Step results as the text of the `step_results` column. */
export function encodeStepResults(results: Readonly<Record<string, StepResult>>): string {
  const stored = Object.entries(results).map(([id, result]) => [
    id,
    result.status === "failed" ? { ...result, error: serializeError(result.error) } : result,
  ]);
  return encode(Object.fromEntries(stored), "the step results", Number.POSITIVE_INFINITY);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
