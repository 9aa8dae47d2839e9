/**
 * A failed run gets another chance. Nothing that is recorded is changed: records behind the
 * failures reopen their places, so that the next walk does their work again and passes over all
 * that has succeeded. One batch, and only while the run is still the failed one that was looked
 * at; the record at {@linkcode RETRY_PATH} tells who was first.
 */
import { RETRY_PATH } from "../records.ts";
import type { Statement } from "../sql.ts";

/** A failed run as it was looked at, and the mark of whoever retries it. */
export interface RunRetry {
  /** The run's id. */
  readonly runId: string;
  /** The number of its latest claim. */
  readonly epoch: number;
  /** Marks this very request, as JSON, to tell afterwards whether it was applied. */
  readonly mark: string;
}

/** Reopens what failed, gives given-up waits back, and makes the run due. */
export function retryStatements({ runId, epoch, mark }: RunRetry, now: string): Statement[] {
  const isOurs = `EXISTS (SELECT 1 FROM wrkflw_workflow_runs
      WHERE run_id = ? AND epoch = ? AND status = 'failed')
    AND EXISTS (SELECT 1 FROM wrkflw_steps
      WHERE run_id = ? AND path = '${RETRY_PATH}' AND wait = ?)`;
  const ours = [runId, epoch, runId, mark];
  return [
    { sql: noteRetry(now), args: [mark, runId, runId, epoch] },
    { sql: reopen("status = 'failed'", isOurs, now), args: [runId, ...ours] },
    { sql: reopen(IS_DEADLINE_OF_OPEN, isOurs, now), args: [runId, runId, ...ours] },
    { sql: restoreWaits(isOurs, now), args: [runId, ...ours] },
    {
      sql: `UPDATE wrkflw_workflow_runs
            SET status = 'pending', due_at = ${now}, epoch = epoch + 1, idle_claims = 0, releases = 0,
                error = NULL, failure = NULL, ended_at = NULL, updated_at = ${now} / 1000.0
            WHERE run_id = ? AND ${isOurs} AND status = 'failed'`,
      args: [runId, ...ours],
    },
    {
      sql: `SELECT attempt FROM wrkflw_steps
            WHERE run_id = ? AND path = '${RETRY_PATH}' AND wait = ?`,
      args: [runId, mark],
    },
  ];
}

/** Keeps the error that the run had failed with: the run's row forgets it. */
function noteRetry(now: string): string {
  return `INSERT INTO wrkflw_steps
            (run_id, first_seq, path, attempt, seq, kind, status, error, wait, started_at, ended_at)
          SELECT run_id, COALESCE(first_retry, records + 1), '${RETRY_PATH}', retries + 1, records + 1,
            'retry', 'retried', failure, ?, ${now}, ${now}
          FROM wrkflw_workflow_runs, (
            SELECT COUNT(*) AS records, COUNT(CASE WHEN path = '${RETRY_PATH}' THEN 1 END) AS retries,
              MIN(CASE WHEN path = '${RETRY_PATH}' THEN first_seq END) AS first_retry
            FROM wrkflw_steps WHERE run_id = ?) AS journal
          WHERE run_id = ? AND epoch = ? AND status = 'failed'
          ON CONFLICT DO NOTHING`;
}

const IS_LATEST = `NOT EXISTS (SELECT 1 FROM wrkflw_steps AS later
  WHERE later.run_id = steps.run_id AND later.first_seq = steps.first_seq
    AND later.path = steps.path AND later.attempt > steps.attempt)`;

/** A workflow within the run that is not over has its whole time again. Asks for the run's id. */
const IS_DEADLINE_OF_OPEN = `kind = 'deadline' AND status = 'success'
  AND SUBSTR(path, 1, LENGTH(path) - LENGTH('/#deadline')) NOT IN (
    SELECT path FROM wrkflw_steps WHERE run_id = ? AND status = 'success')`;

/** The record keeps its place in the order of the journal, right behind the one that it reopens. */
function reopen(condition: string, isOurs: string, now: string): string {
  return `INSERT INTO wrkflw_steps
            (run_id, first_seq, path, attempt, seq, kind, status, started_at, ended_at)
          SELECT run_id, first_seq, path, attempt + 1, seq, kind, 'retried', ${now}, ${now}
          FROM wrkflw_steps AS steps
          WHERE run_id = ? AND ${condition} AND ${IS_LATEST} AND ${isOurs}
          ON CONFLICT DO NOTHING`;
}

/** What waited beside the failure waits again, for the same: it need not be executed for that. */
function restoreWaits(isOurs: string, now: string): string {
  return `INSERT INTO wrkflw_steps
            (run_id, first_seq, path, attempt, seq, kind, status, output, error, wait, started_at, ended_at)
          SELECT steps.run_id, steps.first_seq, steps.path, steps.attempt + 1, steps.seq, steps.kind,
            given_up.status, given_up.output, given_up.error, given_up.wait, ${now}, ${now}
          FROM wrkflw_steps AS steps JOIN wrkflw_steps AS given_up
            ON given_up.run_id = steps.run_id AND given_up.first_seq = steps.first_seq
              AND given_up.path = steps.path AND given_up.attempt = steps.attempt - 1
          WHERE steps.run_id = ? AND steps.status = 'canceled' AND ${IS_LATEST} AND ${isOurs}
          ON CONFLICT DO NOTHING`;
}
