/**
 * Finds and deletes runs that are over and that nobody wants to keep. Within one workflow and one
 * status such runs are always those that ended first, so an index leads to them however many
 * runs there are.
 */
import type { EndStatus } from "../records.ts";
import { numberOf, rowsOf, type Statement } from "../sql.ts";
import type { Database } from "./database.ts";
import { deleteStatements } from "./delete-statements.ts";

/** Which runs of one workflow and status are kept. */
export interface RetentionLimit {
  /** The workflow's id. */
  readonly workflowId: string;
  /** How the runs ended. */
  readonly status: EndStatus;
  /** What is limited: how long ago a run ended, or how many runs there are. */
  readonly by: "age" | "count";
  /** Milliseconds; or a number of runs, of which those are kept that ended last. */
  readonly most: number;
}

/** A batch deletes at most this many runs ... */
const MAX_RUNS = 100;
/** ... and no more records than this, unless a single run has more. */
const MAX_RECORDS = 2_000;
/** Every database takes a statement of so many parts. */
const MAX_PARTS = 50;

/**
 * Deletes runs that exceed a limit: for each limit those that ended first, in one batch.
 *
 * @returns How many; 0 when no limit is exceeded any more.
 */
export async function deleteExceeding(
  database: Database,
  limits: readonly RetentionLimit[],
  now: () => string,
): Promise<number> {
  let deleted = 0;
  for (let start = 0; start < limits.length; start += MAX_PARTS) {
    const looked = limits.slice(start, start + MAX_PARTS);
    const exceeded = await database.read(exceededStatement(looked, now()));
    const indexes = new Set(exceeded.map((row) => numberOf(row, "exceeded")));
    for (const limit of looked.filter((_, index) => indexes.has(index))) {
      const results = await database.write(() => retentionStatements(limit, now()));
      deleted += rowsOf(results.at(-1)).length;
    }
  }
  return deleted;
}

/** Selects the indexes of the limits that some run exceeds. */
export function exceededStatement(limits: readonly RetentionLimit[], now: string): Statement {
  const exceeding = limits.map((limit) => exceedingRuns(limit, now));
  return {
    sql: exceeding
      .map(({ sql }, index) => `SELECT ${index} AS exceeded WHERE EXISTS (SELECT 1 ${sql})`)
      .join(" UNION ALL "),
    args: exceeding.flatMap(({ args }) => args),
  };
}

/** Deletes the runs that exceed a limit, oldest first, as many as one batch should. */
export function retentionStatements(limit: RetentionLimit, now: string): Statement[] {
  const { sql, args } = exceedingRuns(limit, now);
  const first = `SELECT run_id, recorded, updated_at ${sql} ORDER BY updated_at, run_id LIMIT ${MAX_RUNS}`;
  return deleteStatements({
    sql: `SELECT run_id FROM (
            SELECT run_id, ROW_NUMBER() OVER (ORDER BY updated_at, run_id) AS place,
                   SUM(recorded) OVER (ORDER BY updated_at, run_id
                     ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS records
            FROM (${first}) AS first_runs) AS counted
          WHERE records <= ${MAX_RECORDS} OR place = 1`,
    args,
  });
}

/** The status is no argument: only a literal lets the planner use the index of runs that are over. */
function exceedingRuns(limit: RetentionLimit, now: string): Statement {
  const { workflowId, by, most } = limit;
  const group = `FROM wrkflw_workflow_runs WHERE workflow_id = ? AND status = '${limit.status}'`;
  if (by === "age") {
    return {
      sql: `${group} AND updated_at < (${now} - CAST(? AS BIGINT)) / 1000.0`,
      args: [workflowId, most],
    };
  }
  return {
    sql: `${group} AND (updated_at, run_id) <= (
            SELECT updated_at, run_id ${group}
            ORDER BY updated_at DESC, run_id DESC LIMIT 1 OFFSET CAST(? AS BIGINT))`,
    args: [workflowId, workflowId, most],
  };
}
