/**
 * The write protocol. A claim raises the run's `epoch`, and every later write of that claim is
 * applied only while the run has that epoch and is `running`; so whoever lost a run can write
 * no more. Epochs begin with the time of the run's birth, so that a run which is deleted and made
 * anew under the same id has a higher one. A batch can be sent twice: its rows conflict with themselves, and `write_id` tells
 * whether it was applied.
 *
 * `now` is an SQL expression for the database's own clock, which alone decides what is due.
 */
import {
  RUN_COLUMNS,
  type RunRecord,
  type RunStatus,
  STEP_COLUMNS,
  type StepRecord,
} from "../records.ts";
import type { Statement } from "../sql.ts";
import { awaitEventStatements, type EventWait, takeEventsStatements } from "./signal-statements.ts";

/** A run as it is born. */
export interface NewRun {
  /** The run's id. */
  readonly runId: string;
  /** The workflow's id. */
  readonly workflowId: string;
  /** Where it stands. */
  readonly status: "running" | "pending";
  /** From now until the lease ends, or until the run is due. */
  readonly dueInMs: number;
  /** What it was given, encoded. */
  readonly input: string;
  /** The run's state. */
  readonly state: string;
  /** Tells whether the workflow's definition has changed since. */
  readonly definition: string;
  /** Tells whether a second start has the same input. */
  readonly inputKey: string;
  /** The key by which a second start finds this run. */
  readonly idempotencyKey: string | null;
  /** Words to find it by. */
  readonly tags: string | null;
  /** Marks this very request, to tell afterwards whether it was applied. */
  readonly writeId: string;
}

/** A run that this process may now work on, and what it has done so far. */
export interface Claim {
  /** The run as it is now. */
  readonly run: RunRecord;
  /** Its records, in the order in which they were written. */
  readonly steps: readonly StepRecord[];
  /** The events that came for it, encoded, by path. */
  readonly events: ReadonlyMap<string, string>;
  /** The database's clock at the moment of the claim. */
  readonly now: number;
}

/** Which due run to claim. */
export interface ClaimOptions {
  /** Only runs of these workflows. */
  readonly workflowIds: readonly string[];
  /** Only this run. */
  readonly runId?: string;
  /** How long the claim lasts without another write, in milliseconds. */
  readonly leaseMs: number;
  /** Marks this very request, to tell afterwards whether it was applied. */
  readonly writeId: string;
}

/** What a claim has to write down. */
export interface Commit {
  /** The run's id. */
  readonly runId: string;
  /** The number of the latest claim. */
  readonly epoch: number;
  /** Marks this very request, to tell afterwards whether it was applied. */
  readonly writeId: string;
  /** How long the claim lasts without another write, in milliseconds. */
  readonly leaseMs: number;
  /** Records to append. */
  readonly steps: readonly StepRecord[];
  /** How many records the run has with these. */
  readonly recorded: number;
  /** The last top-level entry that began, from 0; -1 for none. */
  readonly reached: number;
  /** Paths of the steps at work, as JSON. */
  readonly position: string | null;
  /** The events that it waits for when it parks; they may take several commits. */
  readonly events?: readonly EventWait[];
  /** Gives the run back; without it the claim goes on. */
  readonly end?: RunEnd;
}

/** How a claim leaves a run. */
export interface RunEnd {
  /** Where it stands. */
  readonly status: RunStatus;
  /** How many signals the claim knew of. */
  readonly signals: number;
  /** When it is due again, in milliseconds since 1970; `null` when nothing ends the wait by itself. */
  readonly dueAt: number | null;
  /** What the run waits for. */
  readonly waits: string | null;
  /** The run's state. */
  readonly state: string;
  /** The output of the workflow, encoded. */
  readonly result: string | null;
  /** What went wrong. */
  readonly error: string | null;
  /** The whole error that failed the run, encoded. */
  readonly failure: string | null;
  /** Indexes of the top-level entries that ran, as JSON. */
  readonly executionPath: string;
}

/** Where a run stands after a write. */
export interface WriteState {
  /** Whether this very write is what the run shows. */
  readonly isApplied: boolean;
  /** `null` when the run is not there. */
  readonly status: RunStatus | null;
}

/** Stores a new run unless its id or key is taken, then reads who has them. */
export function createStatements(run: NewRun, now: string): Statement[] {
  return [
    {
      sql: `INSERT INTO wrkflw_workflow_runs (run_id, workflow_id, status, epoch, due_at, started_at,
              input_data, input_key, definition, state, step_results, execution_path, idempotency_key, tags, write_id,
              created_at, updated_at)
            SELECT ?, ?, ?, ${now}, ${now} + CAST(? AS BIGINT),
              CASE WHEN ? = 'running' THEN ${now} END, ?, ?, ?, ?, '{}', '[]', ?, ?, ?,
              ${now} / 1000.0, ${now} / 1000.0
            WHERE true
            ON CONFLICT DO NOTHING`,
      args: [
        run.runId,
        run.workflowId,
        run.status,
        run.dueInMs,
        run.status,
        run.input,
        run.inputKey,
        run.definition,
        run.state,
        run.idempotencyKey,
        run.tags,
        run.writeId,
      ],
    },
    {
      sql: `SELECT ${RUN_COLUMNS}, ${now} AS now FROM wrkflw_workflow_runs
            WHERE run_id = ? OR (workflow_id = ? AND idempotency_key = ?)
            ORDER BY CASE WHEN run_id = ? THEN 0 ELSE 1 END LIMIT 1`,
      args: [run.runId, run.workflowId, run.idempotencyKey, run.runId],
    },
  ];
}

/** Claims the run that has been due longest, then reads it with its records. */
export function claimStatements(options: ClaimOptions, now: string): Statement[] {
  const { workflowIds, runId, writeId } = options;
  const only = runId === undefined ? "" : "AND run_id = ?";
  return [
    {
      sql: `UPDATE wrkflw_workflow_runs
            SET epoch = epoch + 1, status = 'running', due_at = ${now} + CAST(? AS BIGINT),
                write_id = ?,
                idle_claims = idle_claims + CASE WHEN status = 'running' THEN 1 ELSE 0 END,
                started_at = COALESCE(started_at, ${now}), updated_at = ${now} / 1000.0
            WHERE run_id = (SELECT run_id FROM wrkflw_workflow_runs
                            WHERE due_at <= ${now} AND ${isClaimable(workflowIds)} ${only}
                            ORDER BY due_at LIMIT 1)
              AND NOT EXISTS (SELECT 1 FROM wrkflw_workflow_runs WHERE write_id = ?)`,
      args: [
        options.leaseMs,
        writeId,
        ...workflowIds,
        ...(runId === undefined ? [] : [runId]),
        writeId,
      ],
    },
    {
      sql: `SELECT ${RUN_COLUMNS}, ${now} AS now FROM wrkflw_workflow_runs WHERE write_id = ?`,
      args: [writeId],
    },
    {
      sql: `SELECT ${STEP_COLUMNS} FROM wrkflw_steps
            WHERE run_id = (SELECT run_id FROM wrkflw_workflow_runs WHERE write_id = ?)
            ORDER BY seq, attempt`,
      args: [writeId],
    },
    ...takeEventsStatements(writeId),
  ];
}

/**
 * Which due runs may be claimed. Without `COALESCE` the planner would walk all runs of the
 * workflow instead of the few that are due. The status counts because the first version's
 * library may have ended the run without knowing of `due_at`.
 */
export function isClaimable(workflowIds: readonly string[]): string {
  return `COALESCE(workflow_id, '') IN (${marks(workflowIds)})
    AND COALESCE(status, '') IN ('pending', 'running', 'waiting', 'suspended')`;
}

/** One `?` a value. */
export function marks(values: readonly unknown[]): string {
  return values.map(() => "?").join(", ");
}

/** Records, then the run's row, which carries the fence and so comes last; then who wrote last. */
export function commitStatements(commit: Commit, now: string): Statement[] {
  return [
    ...commit.steps.map((step) => insertStep(commit, step)),
    ...(commit.events ?? []).flatMap((wait) => awaitEventStatements(commit, wait, now)),
    commit.end === undefined ? keepClaim(commit, now) : endClaim(commit, commit.end, now),
    writeStateStatement(commit.runId),
  ];
}

function insertStep(commit: Commit, step: StepRecord): Statement {
  return {
    sql: `INSERT INTO wrkflw_steps (${STEP_COLUMNS})
          SELECT ?, ?, CAST(? AS BIGINT), CAST(? AS BIGINT), ?, ?, ?, CAST(? AS BIGINT),
                 ?, ?, ?, ?, ?, CAST(? AS BIGINT), CAST(? AS BIGINT)
          WHERE EXISTS (SELECT 1 FROM wrkflw_workflow_runs
                        WHERE run_id = ? AND epoch = ? AND status = 'running')
          ON CONFLICT DO NOTHING`,
    args: [
      commit.runId,
      step.path,
      step.attempt,
      step.seq,
      step.kind,
      step.status,
      step.input,
      step.inputFrom,
      step.output,
      step.error,
      step.wait,
      step.state,
      step.logs,
      step.startedAt,
      step.endedAt,
      commit.runId,
      commit.epoch,
    ],
  };
}

/** `recorded` never falls, so that a request that arrives late changes nothing. */
function keepClaim(commit: Commit, now: string): Statement {
  return {
    sql: `UPDATE wrkflw_workflow_runs
          SET write_id = ?, due_at = ${now} + CAST(? AS BIGINT), idle_claims = 0, releases = 0,
              recorded = CAST(? AS BIGINT), reached = CAST(? AS BIGINT), position = ?,
              updated_at = ${now} / 1000.0
          WHERE run_id = ? AND epoch = ? AND status = 'running' AND recorded <= ?`,
    args: [
      commit.writeId,
      commit.leaseMs,
      commit.recorded,
      commit.reached,
      commit.position,
      commit.runId,
      commit.epoch,
      commit.recorded,
    ],
  };
}

function endClaim(commit: Commit, end: RunEnd, now: string): Statement {
  const isOver = end.status === "success" || end.status === "failed";
  // What came while the run was claimed must not be slept over.
  const known = isOver ? Number.MAX_SAFE_INTEGER : end.signals;
  return {
    sql: `UPDATE wrkflw_workflow_runs
          SET write_id = ?, idle_claims = 0, releases = 0,
              status = CASE WHEN signals > CAST(? AS BIGINT) THEN 'pending' ELSE ? END,
              due_at = CASE WHEN signals > CAST(? AS BIGINT) THEN ${now} ELSE CAST(? AS BIGINT) END,
              recorded = CAST(? AS BIGINT), reached = CAST(? AS BIGINT), position = ?, waits = ?,
              state = ?, result = ?, error = ?, failure = ?, execution_path = ?,
              ended_at = ${isOver ? now : "NULL"}, updated_at = ${now} / 1000.0
          WHERE run_id = ? AND epoch = ? AND status = 'running' AND recorded <= ?`,
    args: [
      commit.writeId,
      known,
      end.status,
      known,
      end.dueAt,
      commit.recorded,
      commit.reached,
      commit.position,
      end.waits,
      end.state,
      end.result,
      end.error,
      end.failure,
      end.executionPath,
      commit.runId,
      commit.epoch,
      commit.recorded,
    ],
  };
}

/** Lengthens the lease of a claim; the second statement finds nothing when it is lost. */
export function renewStatements(
  claim: Pick<Commit, "runId" | "epoch" | "leaseMs">,
  now: string,
): Statement[] {
  const { runId, epoch, leaseMs } = claim;
  return [
    {
      sql: `UPDATE wrkflw_workflow_runs SET due_at = ${now} + CAST(? AS BIGINT)
            WHERE run_id = ? AND epoch = ? AND status = 'running'`,
      args: [leaseMs, runId, epoch],
    },
    {
      sql: `SELECT epoch FROM wrkflw_workflow_runs
            WHERE run_id = ? AND epoch = ? AND status = 'running'`,
      args: [runId, epoch],
    },
  ];
}

/** Gives a claim back; that its process could not go on does not count against the run. */
export function releaseStatements(
  claim: Pick<Commit, "runId" | "epoch"> & { readonly dueInMs: number },
  now: string,
): Statement[] {
  return [
    {
      sql: `UPDATE wrkflw_workflow_runs
            SET due_at = ${now} + CAST(? AS BIGINT), status = 'pending', epoch = epoch + 1,
                releases = releases + 1
            WHERE run_id = ? AND epoch = ? AND status = 'running'`,
      args: [claim.dueInMs, claim.runId, claim.epoch],
    },
  ];
}

/** Ends a run that is not over; the raised epoch stops whoever works on it. */
export function cancelStatements(runId: string, writeId: string, now: string): Statement[] {
  return [
    {
      sql: `UPDATE wrkflw_workflow_runs
            SET status = 'canceled', epoch = epoch + 1, due_at = NULL, waits = NULL, write_id = ?,
                ended_at = ${now}, updated_at = ${now} / 1000.0
            WHERE run_id = ? AND status NOT IN ('success', 'failed', 'canceled')`,
      args: [writeId, runId],
    },
    {
      sql: `DELETE FROM wrkflw_event_waits WHERE run_id = ? AND EXISTS (
              SELECT 1 FROM wrkflw_workflow_runs WHERE run_id = ? AND status = 'canceled')`,
      args: [runId, runId],
    },
    writeStateStatement(runId),
  ];
}

function writeStateStatement(runId: string): Statement {
  return {
    sql: "SELECT write_id, status FROM wrkflw_workflow_runs WHERE run_id = ?",
    args: [runId],
  };
}
