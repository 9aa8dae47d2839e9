/**
 * The write protocol. A claim raises the run's `epoch`, and every later write of that claim is
 * applied only while the run has that epoch and is `running`; so whoever lost a run can write
 * no more. Epochs begin with the time of the run's birth, so that a run which is deleted and made
 * anew under the same id has a higher one.
 *
 * A batch can be sent twice. Where its rows are counted as written, it was applied; else it is read
 * back whether it was, by whichever try. Records conflict with themselves: they are there as long as the
 * run has the epoch and is `running`. The end of a claim alone makes a run of that epoch anything else
 * than `running`. So between its claim and its end a run's row is not written, however many steps it has,
 * but to renew the lease. A claim has an id of its own in `claim_id`, a birth or cancellation in
 * `write_id`. A claim clears that, so that a birth which is sent again does not take a run that somebody
 * has claimed for newly born.
 *
 * `now` is an SQL expression for the database's own clock, which alone decides what is due.
 */
import { CLAIMED_COLUMNS, RUN_COLUMNS, STEP_COLUMNS } from "../records.ts";
import type { SqlArgument, Statement } from "../sql.ts";
import type { ClaimOptions, Commit, NewRun, Renewal, RunEnd } from "./claim.ts";
import { insertRecords } from "./record-statements.ts";
import { rowStatement, textPerCount, times } from "./shared-insert.ts";
import { awaitEventStatements, takeEventsStatements } from "./signal-statements.ts";
import { tagStatements } from "./tag-statements.ts";

/** More at once would make an answer that some databases cut. */
const MAX_CLAIMED = 100;

/** How many records a run has. */
const RECORDS = `(SELECT COUNT(*) FROM wrkflw_steps
  WHERE wrkflw_steps.run_id = wrkflw_workflow_runs.run_id)`;

/**
 * The texts of the statements that every run needs, for a clock. They are joined once and not for
 * every write, which would cost as much as running them.
 */
const textsFor = perClock((now) => ({
  create: textPerCount((rows) => insertRunText(`VALUES ${times(rows, `(${newRunValues(now)})`)}`)),
  readNew: `SELECT epoch, ${now} AS now FROM wrkflw_workflow_runs WHERE run_id = ? AND write_id = ?`,
  finish: endClaimText(`status = ?, due_at = NULL, waits = NULL, ended_at = ${now}`, now),
  park: endClaimText(
    `status = CASE WHEN signals > CAST(? AS BIGINT) THEN 'pending' ELSE ? END,
              due_at = CASE WHEN signals > CAST(? AS BIGINT) THEN ${now} ELSE CAST(? AS BIGINT) END,
              waits = ?, ended_at = NULL`,
    now,
  ),
}));

/** Without `RETURNING`, for which SQLite makes a table that takes longer than to store the run. */
function insertRunText(rows: string): string {
  return `INSERT INTO wrkflw_workflow_runs (run_id, workflow_id, status, epoch, due_at, started_at,
            input_data, input_key, definition, state, step_results, execution_path, idempotency_key,
            tags, write_id, created_at, updated_at)
          ${rows}
          ON CONFLICT DO NOTHING`;
}

function newRunValues(now: string): string {
  return `?, ?, ?, ${now}, ${now} + CAST(? AS BIGINT),
          CASE WHEN ? = 'running' THEN ${now} END, ?, ?, ?, ?, '{}', '[]', ?, ?, ?,
          ${now} / 1000.0, ${now} / 1000.0`;
}

/** Remembers what was made for the latest clock; only tests have more than one. */
function perClock<Made>(make: (now: string) => Made): (now: string) => Made {
  let latest: { readonly now: string; readonly made: Made } | undefined;
  return (now) => {
    if (latest?.now !== now) latest = { now, made: make(now) };
    return latest.made;
  };
}

/** Stores a new run with its tags unless its id or key is taken, then reads its birth and the clock where it is ours. */
export function createStatements(run: NewRun, now: string): Statement[] {
  const { create, readNew } = textsFor(now);
  return [
    rowStatement(create, run.runId, insertRunArgs(run)),
    ...tagStatements(run),
    { sql: readNew, args: [run.runId, run.writeId] },
  ];
}

/** Reads who has the id of a run that was not stored now, or else its key. */
export function readCreatedStatement(run: NewRun, now: string): Statement {
  return {
    sql: `SELECT ${RUN_COLUMNS}, ${now} AS now FROM wrkflw_workflow_runs
          WHERE run_id = ? OR (workflow_id = ? AND idempotency_key = ?)
          ORDER BY CASE WHEN run_id = ? THEN 0 ELSE 1 END LIMIT 1`,
    args: [run.runId, run.workflowId, run.idempotencyKey, run.runId],
  };
}

/** Stores a new run unless its id or key is taken, and only where the condition holds. */
export function insertRun(run: NewRun, now: string, condition: Statement): Statement {
  return {
    sql: insertRunText(`SELECT ${newRunValues(now)} WHERE ${condition.sql}`),
    args: [...insertRunArgs(run), ...condition.args],
  };
}

function insertRunArgs(run: NewRun): SqlArgument[] {
  return [
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
  ];
}

/**
 * Claims the runs that have been due longest, then reads them with their records. A run whose
 * process died since it wrote a record has not died for nothing; another one has once more. Of
 * those whose process died one at most is taken: it may be what killed the process, and must not
 * do so again to all that were at work beside it. Records are counted unless the run was waiting: then
 * their number was written when it was parked, and nothing came since.
 */
export function claimStatements(options: ClaimOptions, now: string): Statement[] {
  const { workflowIds, runId, claimId, limit = 1 } = options;
  const only = runId === undefined ? "" : "AND run_id = ?";
  const isDue = `due_at <= ${now} AND ${isClaimable(workflowIds)} ${only}`;
  const dueArgs = [...workflowIds, ...(runId === undefined ? [] : [runId])];
  return [
    {
      sql: `UPDATE wrkflw_workflow_runs
            SET epoch = epoch + 1, status = 'running', due_at = ${now} + CAST(? AS BIGINT),
                claim_id = ?, write_id = NULL,
                idle_claims = CASE WHEN status <> 'running' THEN idle_claims
                                   WHEN recorded < ${RECORDS} THEN 1 ELSE idle_claims + 1 END,
                releases = CASE WHEN releases > 0 AND recorded >= ${RECORDS} THEN releases ELSE 0 END,
                recorded = CASE WHEN status = 'waiting' THEN recorded ELSE ${RECORDS} END,
                started_at = COALESCE(started_at, ${now}), updated_at = ${now} / 1000.0
            WHERE rowid IN (SELECT rowid FROM wrkflw_workflow_runs
                            WHERE ${isDue} AND (status <> 'running' OR run_id = (
                              SELECT run_id FROM wrkflw_workflow_runs
                              WHERE ${isDue} ORDER BY due_at LIMIT 1))
                            ORDER BY due_at LIMIT CAST(? AS BIGINT))
              AND NOT EXISTS (SELECT 1 FROM wrkflw_workflow_runs WHERE claim_id = ?)`,
      args: [
        options.leaseMs,
        claimId,
        ...dueArgs,
        ...dueArgs,
        Math.min(Math.ceil(limit), MAX_CLAIMED),
        claimId,
      ],
    },
    {
      sql: `SELECT ${CLAIMED_COLUMNS}, ${now} AS now FROM wrkflw_workflow_runs
            WHERE claim_id = ? AND status = 'running'`,
      args: [claimId],
    },
    {
      sql: `SELECT ${STEP_COLUMNS} FROM wrkflw_steps
            WHERE run_id IN (SELECT run_id FROM wrkflw_workflow_runs
                             WHERE claim_id = ? AND status = 'running')`,
      args: [claimId],
    },
    ...takeEventsStatements(claimId),
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

/**
 * Records, then the run's row where it changes, whose statement comes last. How the run stands is
 * asked where the number of written rows does not tell it.
 */
export function commitStatements(commit: Commit, now: string): Statement[] {
  const { events = [], end, leaseMs } = commit;
  const statements = insertRecords(commit);
  for (const wait of events) statements.push(...awaitEventStatements(commit, wait, now));
  if (end !== undefined) statements.push(endClaim(commit, end, now));
  else if (leaseMs !== undefined) statements.push(renew({ ...commit, leaseMs }, now));
  const isTold = isToldByCounts(commit) && statements.length > 0;
  if (!isTold) statements.push(standingStatement(commit.runId));
  return statements;
}

/** A signal may change how a claim ends, and a wait may find its event: neither shows in the counts. */
function isToldByCounts({ end, events = [] }: Commit): boolean {
  return events.length === 0 && (end === undefined || isOver(end));
}

function isOver({ status }: RunEnd): boolean {
  return status === "success" || status === "failed";
}

function endClaimText(standing: string, now: string): string {
  return `UPDATE wrkflw_workflow_runs
          SET idle_claims = 0, releases = 0, recorded = CAST(? AS BIGINT), ${standing},
              reached = CAST(? AS BIGINT), position = ?,
              state = COALESCE(?, state), result = ?, error = ?, failure = ?, execution_path = ?,
              updated_at = ${now} / 1000.0
          WHERE run_id = ? AND epoch = ? AND status = 'running'`;
}

/** A run that is over waits for nothing. What came for another while it was claimed must not be slept over. */
function endClaim(commit: Commit, end: RunEnd, now: string): Statement {
  const { finish, park } = textsFor(now);
  const [sql, standing] = isOver(end)
    ? [finish, [end.status]]
    : [park, [end.signals, end.status, end.signals, end.dueAt, end.waits]];
  return {
    sql,
    args: [
      end.recorded,
      ...standing,
      commit.reached,
      commit.position,
      end.state,
      end.result,
      end.error,
      end.failure,
      end.executionPath,
      commit.runId,
      commit.epoch,
    ],
  };
}

/** Lengthens the lease of a claim, and notes where the run stands, for lists of runs. */
function renew(renewal: Renewal, now: string): Statement {
  return {
    sql: `UPDATE wrkflw_workflow_runs
          SET due_at = ${now} + CAST(? AS BIGINT), reached = CAST(? AS BIGINT), position = ?,
              updated_at = ${now} / 1000.0
          WHERE run_id = ? AND epoch = ? AND status = 'running'`,
    args: [renewal.leaseMs, renewal.reached, renewal.position, renewal.runId, renewal.epoch],
  };
}

/** Lengthens the lease of a claim, then reads whether it still holds. */
export function renewStatements(renewal: Renewal, now: string): Statement[] {
  return [renew(renewal, now), standingStatement(renewal.runId)];
}

/**
 * Gives back all that a claim took whose answer did not come: nobody drives it. That it was taken
 * does not count as a death of its process.
 */
export function unclaimStatements(claimId: string, now: string): Statement[] {
  return [
    {
      sql: `UPDATE wrkflw_workflow_runs
            SET due_at = ${now}, status = 'pending', epoch = epoch + 1,
                idle_claims = CASE WHEN idle_claims > 0 THEN idle_claims - 1 ELSE 0 END
            WHERE claim_id = ? AND status = 'running'`,
      args: [claimId],
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
    standingStatement(runId),
  ];
}

/** How a run stands; without an id, that there is none. */
export function standingStatement(runId: string | undefined): Statement {
  return {
    sql: "SELECT epoch, status, write_id FROM wrkflw_workflow_runs WHERE run_id = ?",
    args: [runId ?? null],
  };
}
