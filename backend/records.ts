/** Rows as objects: what the tables hold, with texts still encoded and all times in milliseconds. */
import { quote, WrkflwError } from "./errors.ts";
import { numberOf, type Row, textOf } from "./sql.ts";

/**
 * Where a run stands. `waiting`: a moment ends the wait by itself; `suspended`: somebody must
 * resume it; `blocked`: it cannot go on with the code at hand.
 */
export type RunStatus =
  | "pending"
  | "running"
  | "suspended"
  | "waiting"
  | "success"
  | "failed"
  | "canceled"
  | "blocked";

/** Every run status, in the order in which people look for them. */
export const RUN_STATUSES: readonly RunStatus[] = [
  "running",
  "pending",
  "waiting",
  "suspended",
  "blocked",
  "failed",
  "success",
  "canceled",
];

/** How a run can end. */
export type EndStatus = "success" | "failed" | "canceled";

/** Every way in which a run can end. */
export const END_STATUSES: readonly EndStatus[] = ["success", "failed", "canceled"];

/** Tells whether a run with this status is over for good. */
export function isTerminal(status: RunStatus): status is EndStatus {
  return END_STATUSES.some((end) => end === status);
}

/** Tells whether a text names a run status. */
export function isRunStatus(text: unknown): text is RunStatus {
  return RUN_STATUSES.some((status) => status === text);
}

/**
 * What one record says of its place. `suspended`: it waits (with an error: for its next
 * attempt); `resumed`: somebody ended the wait; `bailed`: it ended its workflow; `canceled`: its
 * wait was given up; `retried`: somebody asked for its work to be done again.
 */
export type StepStatus =
  | "success"
  | "failed"
  | "suspended"
  | "resumed"
  | "bailed"
  | "canceled"
  | "retried";

/** The place of a run's own records of its retries, each with the error before it. */
export const RETRY_PATH = "#retry";

const STEP_STATUSES: readonly StepStatus[] = [
  "success",
  "failed",
  "suspended",
  "resumed",
  "bailed",
  "canceled",
  "retried",
];

/** A row of `wrkflw_steps`: one record of one place in a run. It is never changed. */
export interface StepRecord {
  /** Where it lies: ids and indexes from the root. */
  readonly path: string;
  /** Which record of its place it is, from 1. */
  readonly attempt: number;
  /** Its position among all records of the run, from 1. */
  readonly seq: number;
  /** The `seq` of the first record of its place, also where that has another path because a step was renamed. */
  readonly firstSeq: number;
  /** What the place is, such as `step` or `map`. */
  readonly kind: string;
  /** Where it stands. */
  readonly status: StepStatus;
  /** What it was given, encoded. */
  readonly input: string | null;
  /** The record whose output was the input: its `seq`, or 0 for the run's own input. */
  readonly inputFrom: number | null;
  /** What it put out, encoded. */
  readonly output: string | null;
  /** What went wrong. */
  readonly error: string | null;
  /** What it waits for, encoded. */
  readonly wait: string | null;
  /** What the record merged into the run's state. */
  readonly state: string | null;
  /** The lines it logged, encoded. */
  readonly logs: string | null;
  /** When it began, in milliseconds since 1970. */
  readonly startedAt: number;
  /** When it ended, in milliseconds since 1970. */
  readonly endedAt: number;
}

/** What lists show of a run: everything but inputs, outputs and state. */
export interface RunSummary {
  /** The run's id. */
  readonly runId: string;
  /** The workflow's id. */
  readonly workflowId: string;
  /** Where it stands. */
  readonly status: RunStatus;
  /** When it was stored, in milliseconds since 1970. */
  readonly createdAt: number;
  /** When it last changed, in milliseconds since 1970. */
  readonly updatedAt: number;
  /** When it began, in milliseconds since 1970. */
  readonly startedAt: number | null;
  /** When it ended, in milliseconds since 1970. */
  readonly endedAt: number | null;
  /** When the run moves next by itself; the end of its lease while it is running. */
  readonly dueAt: number | null;
  /** What went wrong. */
  readonly error: string | null;
  /** What the run waits for. */
  readonly waits: string | null;
  /** Paths of the steps that were at work at the last write, as a JSON array; a list knows them as of the last renewal of the lease. */
  readonly position: string | null;
  /** Words to find it by. */
  readonly tags: readonly string[];
}

/** A row of `wrkflw_workflow_runs`. */
export interface RunRecord extends RunSummary {
  /** What it was given, encoded. */
  readonly input: string | null;
  /** The run's state. */
  readonly state: string | null;
  /** The output of the workflow, encoded. */
  readonly result: string | null;
  /** The whole error that failed the run, encoded. */
  readonly failure: string | null;
  /** Indexes of the top-level entries that ran, as JSON. */
  readonly executionPath: string | null;
  /** Step results as the first version stored them, as JSON. */
  readonly stepResults: string | null;
  /** Tells whether a second start has the same input. */
  readonly inputKey: string | null;
  /** The key by which a second start finds this run. */
  readonly idempotencyKey: string | null;
  /** The request that stored it, until somebody claims it, or that canceled it; else `null`. */
  readonly writeId: string | null;
  /** The number of the latest claim. */
  readonly epoch: number;
  /** How often the run's process has died since it wrote a record. */
  readonly idleClaims: number;
  /** How often the run was given back since a record was written. */
  readonly releases: number;
  /** How many records the run had when it was last claimed or parked. */
  readonly recorded: number;
  /** How often the run was resumed or got an event. */
  readonly signals: number;
  /** Tells whether the workflow's definition has changed since. */
  readonly definition: string | null;
  /** The last top-level entry that began, from 0; -1 for none. */
  readonly reached: number;
}

/** What is read of a run that a claim took: what driving it needs, and not what only people look at. */
export type ClaimedRun = Pick<
  RunRecord,
  | "runId"
  | "workflowId"
  | "input"
  | "state"
  | "startedAt"
  | "definition"
  | "epoch"
  | "idleClaims"
  | "releases"
  | "recorded"
  | "signals"
  | "reached"
  | "position"
>;

/** A run with its records, oldest first. */
export interface StoredRun {
  /** The run's row. */
  readonly run: RunRecord;
  /** Its records. */
  readonly steps: readonly StepRecord[];
}

/** Columns that {@linkcode summaryOf} reads. */
export const SUMMARY_COLUMNS =
  "run_id, workflow_id, status, created_at, updated_at, started_at, ended_at, due_at, SUBSTR(error, 1, 300) AS error, waits, position, tags";

/** Columns that {@linkcode claimedRunOf} reads. */
export const CLAIMED_COLUMNS =
  "run_id, workflow_id, input_data, state, started_at, definition, epoch, idle_claims, releases, recorded, signals, reached, position";

/** Columns that {@linkcode runOf} reads. */
export const RUN_COLUMNS = `${CLAIMED_COLUMNS}, status, created_at, updated_at, ended_at, due_at, error, waits, tags, result, failure, execution_path, step_results, input_key, idempotency_key, write_id`;

/** Columns that {@linkcode stepOf} reads, and those that tell {@linkcode claimedRunOf} where the run stood. */
export const STEP_COLUMNS =
  "run_id, path, attempt, seq, kind, status, input, input_from, output, error, wait, state, logs, started_at, ended_at, reached, position, first_seq";

export function summaryOf(row: Row): RunSummary {
  const status = textOf(row, "status");
  return {
    runId: textOf(row, "run_id") ?? "",
    workflowId: textOf(row, "workflow_id") ?? "",
    status: isRunStatus(status) ? status : "failed",
    createdAt: millisecondsOf(row, "created_at"),
    updatedAt: millisecondsOf(row, "updated_at"),
    startedAt: numberOf(row, "started_at"),
    endedAt: numberOf(row, "ended_at"),
    dueAt: numberOf(row, "due_at"),
    error: textOf(row, "error"),
    waits: textOf(row, "waits"),
    position: textOf(row, "position"),
    tags: stringsOf(textOf(row, "tags")),
  };
}

/**
 * A run.
 *
 * @param steps The rows of its records, oldest first.
 */
export function runOf(row: Row, steps: readonly Row[] = []): RunRecord {
  const claimed = claimedRunOf(row, steps);
  const isClaimed = textOf(row, "status") === "running";
  return {
    ...summaryOf(row),
    ...claimed,
    result: textOf(row, "result"),
    failure: textOf(row, "failure"),
    executionPath: textOf(row, "execution_path"),
    stepResults: textOf(row, "step_results"),
    inputKey: textOf(row, "input_key"),
    idempotencyKey: textOf(row, "idempotency_key"),
    writeId: textOf(row, "write_id"),
    position: isClaimed ? claimed.position : textOf(row, "position"),
  };
}

/**
 * A run that is claimed.
 *
 * @param steps The rows of its records, oldest first. While it is claimed only they are written, so
 * the last of them knows best where it stands.
 */
export function claimedRunOf(row: Row, steps: readonly Row[]): ClaimedRun {
  return {
    runId: textOf(row, "run_id") ?? "",
    workflowId: textOf(row, "workflow_id") ?? "",
    input: textOf(row, "input_data"),
    state: textOf(row, "state"),
    startedAt: numberOf(row, "started_at"),
    definition: textOf(row, "definition"),
    epoch: numberOf(row, "epoch") ?? 0,
    idleClaims: numberOf(row, "idle_claims") ?? 0,
    releases: numberOf(row, "releases") ?? 0,
    recorded: numberOf(row, "recorded") ?? 0,
    signals: numberOf(row, "signals") ?? 0,
    reached: reachedIn([row, ...steps]),
    position: positionIn(steps) ?? textOf(row, "position"),
  };
}

/** The last top-level entry that any of the rows knows of. */
function reachedIn(rows: readonly Row[]): number {
  return rows.reduce((most, row) => Math.max(most, numberOf(row, "reached") ?? -1), -1);
}

/** What was at work by the last record that says so, without what has ended since. */
function positionIn(steps: readonly Row[]): string | null {
  const told = steps.findLastIndex((step) => textOf(step, "position") !== null);
  if (told === -1) return null;
  const ended = new Set(steps.slice(told + 1).map((step) => textOf(step, "path")));
  const atWork = stringsOf(textOf(steps[told] ?? {}, "position"));
  const left = atWork.filter((path) => !ended.has(path));
  return left.length === 0 ? null : JSON.stringify(left);
}

export function stepOf(row: Row): StepRecord {
  return {
    path: textOf(row, "path") ?? "",
    attempt: numberOf(row, "attempt") ?? 0,
    seq: numberOf(row, "seq") ?? 0,
    firstSeq: numberOf(row, "first_seq") ?? 0,
    kind: textOf(row, "kind") ?? "",
    status: stepStatusOf(textOf(row, "status")),
    input: textOf(row, "input"),
    inputFrom: numberOf(row, "input_from"),
    output: textOf(row, "output"),
    error: textOf(row, "error"),
    wait: textOf(row, "wait"),
    state: textOf(row, "state"),
    logs: textOf(row, "logs"),
    startedAt: numberOf(row, "started_at") ?? 0,
    endedAt: numberOf(row, "ended_at") ?? 0,
  };
}

function stepStatusOf(text: string | null): StepStatus {
  const status = STEP_STATUSES.find((known) => known === text);
  if (status !== undefined) return status;
  throw new WrkflwError(
    "SCHEMA_TOO_NEW",
    `Cannot read a record with status ${quote(text ?? "")}: a newer wrkflw wrote it; upgrade wrkflw`,
  );
}

/** `created_at` and `updated_at` are seconds, as the first version wrote them; ours have a fraction. */
function millisecondsOf(row: Row, column: string): number {
  return Math.round((numberOf(row, column) ?? 0) * 1000);
}

/** A list of texts, empty where it cannot be read: one odd row must not keep a whole page from being read. */
export function stringsOf(text: string | null): string[] {
  try {
    const parsed: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(parsed) ? parsed.filter((item) => typeof item === "string") : [];
  } catch {
    return [];
  }
}
