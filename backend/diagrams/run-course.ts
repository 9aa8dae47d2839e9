/** What is known of a run's course, wherever it was read: rows of any version, or a snapshot. */
import { serializeError, type WaitInfo } from "../errors.ts";
import type { RunRecord, RunStatus, StepRecord } from "../records.ts";
import { decode, encode } from "../serialize.ts";
import { type StepResult, snapshotOf, type WorkflowSnapshot } from "../snapshot.ts";

/** What is drawn of a run. */
export interface RunCourse {
  readonly workflowId: string;
  readonly status: RunStatus;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Paths of the steps at work. */
  readonly atWork: readonly string[];
  readonly waits: readonly WaitInfo[];
  /** The output of the workflow, encoded. */
  readonly result: string | null;
  /** Why the run failed or is blocked. */
  readonly error: string | undefined;
  /** Path of the place that failed the run. */
  readonly failedAt: string | undefined;
  /** Indexes of top-level entries that have begun, where only results are kept. */
  readonly entries: readonly number[];
  /** Oldest first. */
  readonly records: readonly StepRecord[];
  /** Places of which only a result is known: its key is an id or, when it fits the workflow, a path. */
  readonly results: Readonly<Record<string, StepResult>>;
}

/** The course of a run that was loaded from the storage. */
export function courseOf(run: RunRecord, steps: readonly StepRecord[]): RunCourse {
  const failure = readRecord(run.failure);
  return {
    workflowId: run.workflowId,
    status: run.status,
    startedAt: run.startedAt ?? run.createdAt,
    endedAt: run.endedAt,
    atWork: readList(run.position).filter((path) => typeof path === "string"),
    waits: readList(run.waits).filter(isWait),
    result: run.result,
    error: run.error ?? undefined,
    failedAt: typeof failure.step === "string" ? failure.step : undefined,
    // Where there are records, they say it better: the workflow may have other entries now.
    entries: steps.length > 0 ? [] : numbersIn(run.executionPath),
    records: steps,
    // The first version of the library, and saveSnapshot(), keep results and no records.
    results: run.stepResults === null ? {} : storedResults(run),
  };
}

/** The course of a run as a snapshot tells it. */
export function courseOfSnapshot(snapshot: WorkflowSnapshot): RunCourse {
  return {
    workflowId: snapshot.workflowId,
    status: snapshot.status,
    startedAt: null,
    endedAt: null,
    atWork: [],
    waits: [],
    result: "result" in snapshot ? encodeAny(snapshot.result) : null,
    error: snapshot.error,
    failedAt: undefined,
    entries: snapshot.executionPath,
    records: [],
    results: snapshot.stepResults,
  };
}

/** A result as the record that it would have come from. Its times are not known. */
export function recordOf(path: string, result: StepResult, seq: number): StepRecord {
  const { status, timestamp } = result;
  const isOpen = status === "running" || status === "waiting";
  return {
    path,
    seq,
    firstSeq: seq,
    attempt: 1,
    kind: "step",
    status: isOpen ? "suspended" : status,
    input: null,
    inputFrom: null,
    output: status === "success" ? encodeAny(result.output) : null,
    error: status === "failed" ? encodeAny(serializeError(result.error)) : null,
    wait: status === "waiting" ? JSON.stringify({ until: timestamp }) : null,
    state: null,
    logs: null,
    startedAt: timestamp,
    endedAt: timestamp,
  };
}

function encodeAny(value: unknown): string | null {
  return read(() => encode(value, "a result", Number.POSITIVE_INFINITY), null);
}

function storedResults(run: RunRecord): Readonly<Record<string, StepResult>> {
  return read(
    () => snapshotOf({ ...run, input: null, result: null, state: null }, []).stepResults,
    {},
  );
}

function isWait(value: unknown): value is WaitInfo {
  return isRecord(value) && typeof value.path === "string";
}

function numbersIn(text: string | null): number[] {
  return readList(text).filter((index) => typeof index === "number");
}

function readList(text: string | null): unknown[] {
  const value = read(() => decode(text ?? "[]"), []);
  return Array.isArray(value) ? value : [];
}

function readRecord(text: string | null): Readonly<Record<string, unknown>> {
  const value = read(() => decode(text ?? "{}"), {});
  return isRecord(value) ? value : {};
}

/** What cannot be read must not hide the rest of the run. */
function read<T>(get: () => T, otherwise: T): T {
  try {
    return get();
  } catch {
    return otherwise;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
