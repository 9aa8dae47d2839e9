import { isRunStatus, type RunStatus } from "../records.ts";
import { numberOf, type Row, type Statement, textOf } from "../sql.ts";
import type { NewRun } from "./claim.ts";
import { insertRun, marks } from "./claim-statements.ts";
import type { Database } from "./database.ts";
import { tagStatements } from "./tag-statements.ts";

/** What the database knows of a workflow's schedule. */
export interface ScheduleRecord {
  /** The workflow's id. */
  readonly workflowId: string;
  /** The pattern and the time zone by which `nextAt` was computed. */
  readonly pattern: string;
  /** The first slot that nobody has dealt with, in milliseconds since 1970; `null`: there is none. */
  readonly nextAt: number | null;
  /** The last slot that a run was started for. */
  readonly firedAt: number | null;
  /** That run. */
  readonly runId: string | null;
  /** Where that run stands; `null` when there is none. */
  readonly runStatus: RunStatus | null;
  /** The last slot that was left out. */
  readonly skippedAt: number | null;
}

/** Dealing with one slot: a run for it, or none when it is left out. */
export interface SlotDecision {
  /** The row as it was read; one that has changed since is not written. */
  readonly seen: ScheduleRecord;
  /** The slot. */
  readonly slotAt: number;
  /** The slot after it. */
  readonly nextAt: number | null;
  /** The run that the slot begins. */
  readonly run?: NewRun;
  /** Why the run has failed before it could begin. */
  readonly failure?: { readonly error: string; readonly failure: string };
}

const COLUMNS = "workflow_id, pattern, next_at, fired_at, last_run_id, skipped_at";

/**
 * The rows of schedules. Each has its next slot; whoever deals with it moves the row on in the
 * same batch, which is applied only while the row names that slot. So however many processes tick,
 * and however often a batch is sent, each slot is dealt with once.
 */
export class ScheduleStore {
  readonly #database: Database;
  readonly #now: () => string;

  /** Made by {@linkcode WorkflowStorage}. */
  constructor(database: Database, now: () => string) {
    this.#database = database;
    this.#now = now;
  }

  /** The schedules of these workflows, and the database's clock. */
  async load(
    workflowIds: readonly string[],
  ): Promise<{ readonly schedules: ReadonlyMap<string, ScheduleRecord>; readonly now: number }> {
    const status = `(SELECT status FROM wrkflw_workflow_runs AS runs
                     WHERE runs.run_id = schedules.last_run_id)`;
    const rows = await this.#database.read({
      sql: `SELECT clock.now AS now, ${COLUMNS}, ${status} AS run_status
            FROM (SELECT ${this.#now()} AS now) AS clock
            LEFT JOIN wrkflw_schedules AS schedules ON workflow_id IN (${marks(workflowIds)})`,
      args: [...workflowIds],
    });
    const schedules = rows.map(scheduleOf).filter((schedule) => schedule !== null);
    return {
      schedules: new Map(schedules.map((schedule) => [schedule.workflowId, schedule])),
      now: numberOf(rows[0] ?? {}, "now") ?? 0,
    };
  }

  /**
   * Gives a workflow a pattern and its next slot.
   *
   * @param seen The row as it was read; one that has changed since is not written.
   */
  async adopt(
    seen: ScheduleRecord | undefined,
    next: Pick<ScheduleRecord, "workflowId" | "pattern" | "nextAt">,
  ): Promise<void> {
    const { workflowId, pattern, nextAt } = next;
    const insert: Statement = {
      sql: `INSERT INTO wrkflw_schedules (workflow_id, pattern, next_at)
            SELECT ?, ?, CAST(? AS BIGINT) WHERE true ON CONFLICT DO NOTHING`,
      args: [workflowId, pattern, nextAt],
    };
    const update = (row: ScheduleRecord): Statement => {
      const unchanged = stillAs(row);
      return {
        sql: `UPDATE wrkflw_schedules SET pattern = ?, next_at = CAST(? AS BIGINT)
              WHERE ${unchanged.sql}`,
        args: [pattern, nextAt, ...unchanged.args],
      };
    };
    await this.#database.write(() => [seen === undefined ? insert : update(seen)]);
  }

  /** Deals with a slot, unless somebody else has. */
  async settle(decision: SlotDecision): Promise<void> {
    await this.#database.write(() => settleStatements(decision, this.#now()));
  }
}

function settleStatements(decision: SlotDecision, now: string): Statement[] {
  const { seen, slotAt, nextAt, run, failure } = decision;
  const unchanged = stillAs(seen);
  if (run === undefined) {
    return [
      {
        sql: `UPDATE wrkflw_schedules SET next_at = CAST(? AS BIGINT), skipped_at = CAST(? AS BIGINT)
              WHERE ${unchanged.sql}`,
        args: [nextAt, slotAt, ...unchanged.args],
      },
    ];
  }
  const fence = {
    sql: `EXISTS (SELECT 1 FROM wrkflw_schedules WHERE ${unchanged.sql})`,
    args: unchanged.args,
  };
  const { workflowId, idempotencyKey } = run;
  return [
    insertRun(run, now, fence),
    ...tagStatements(run),
    ...(failure === undefined ? [] : [failStatement(run.runId, failure, fence, now)]),
    {
      sql: `UPDATE wrkflw_schedules
            SET next_at = CAST(? AS BIGINT), fired_at = CAST(? AS BIGINT),
                last_run_id = (SELECT run_id FROM wrkflw_workflow_runs
                               WHERE workflow_id = ? AND idempotency_key = ?)
            WHERE ${unchanged.sql}`,
      args: [nextAt, slotAt, workflowId, idempotencyKey, ...unchanged.args],
    },
  ];
}

function stillAs({ workflowId, pattern, nextAt }: ScheduleRecord): Statement {
  return nextAt === null
    ? { sql: "workflow_id = ? AND pattern = ? AND next_at IS NULL", args: [workflowId, pattern] }
    : {
        sql: "workflow_id = ? AND pattern = ? AND next_at = ?",
        args: [workflowId, pattern, nextAt],
      };
}

function failStatement(
  runId: string,
  { error, failure }: { readonly error: string; readonly failure: string },
  fence: Statement,
  now: string,
): Statement {
  return {
    sql: `UPDATE wrkflw_workflow_runs
          SET status = 'failed', due_at = NULL, error = ?, failure = ?, started_at = ${now},
              ended_at = ${now}
          WHERE run_id = ? AND status = 'pending' AND ${fence.sql}`,
    args: [error, failure, runId, ...fence.args],
  };
}

function scheduleOf(row: Row): ScheduleRecord | null {
  const workflowId = textOf(row, "workflow_id");
  if (workflowId === null) return null;
  const runStatus = textOf(row, "run_status");
  return {
    workflowId,
    pattern: textOf(row, "pattern") ?? "",
    nextAt: numberOf(row, "next_at"),
    firedAt: numberOf(row, "fired_at"),
    runId: textOf(row, "last_run_id"),
    runStatus: isRunStatus(runStatus) ? runStatus : null,
    skippedAt: numberOf(row, "skipped_at"),
  };
}
