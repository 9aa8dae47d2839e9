/** Lists of runs: newest first, by keyset, so that a page costs the same however far down it is. */
import { quote, WrkflwError } from "../errors.ts";
import { isRunStatus, RUN_STATUSES, type RunStatus, type RunSummary } from "../records.ts";
import type { Row, SqlArgument, Statement } from "../sql.ts";

/** Which runs to list. */
export interface RunFilter {
  /** The workflow's id. */
  readonly workflowId?: string;
  /** Where it stands. */
  readonly status?: RunStatus;
  /** At most this many. @default 100 */
  readonly limit?: number;
  /** Where the page before ended. */
  readonly cursor?: string;
}

/** A page of runs, newest first. */
export interface RunPage {
  /** The runs of this page. */
  readonly runs: readonly RunSummary[];
  /** Give it as `cursor` for the next page; `null` when this is the last. */
  readonly nextCursor: string | null;
}

const DEFAULT_PAGE = 100;
const MAX_PAGE = 1000;

/** One page of runs that fit the filter. */
export function pageStatement(columns: string, filter: RunFilter, limit: number): Statement {
  const conditions = conditionsOf(filter);
  const where = conditions.map(({ sql }) => sql).join(" AND ");
  return {
    sql: `SELECT ${columns} FROM wrkflw_workflow_runs ${where === "" ? "" : `WHERE ${where}`}
          ORDER BY created_at DESC, run_id DESC LIMIT CAST(? AS BIGINT)`,
    args: [...conditions.flatMap(({ args }) => args), limit],
  };
}

function conditionsOf(filter: RunFilter): { sql: string; args: SqlArgument[] }[] {
  const conditions: { sql: string; args: SqlArgument[] }[] = [];
  if (filter.workflowId !== undefined) {
    conditions.push({ sql: "workflow_id = ?", args: [filter.workflowId] });
  }
  if (filter.status !== undefined && !isRunStatus(filter.status))
    throw unknownStatus(filter.status);
  if (filter.status !== undefined) conditions.push({ sql: "status = ?", args: [filter.status] });
  if (filter.cursor !== undefined) {
    conditions.push({ sql: "(created_at, run_id) < (?, ?)", args: parseCursor(filter.cursor) });
  }
  return conditions;
}

/**
 * The size of a page.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if it is not a whole number from 1 to 1,000.
 */
export function pageSize(limit: number = DEFAULT_PAGE): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE) return limit;
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot list runs: limit must be a whole number from 1 to ${MAX_PAGE}, got ${limit}`,
  );
}

function unknownStatus(status: unknown): WrkflwError {
  return new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot list runs: ${quote(String(status))} is no status; use one of ${RUN_STATUSES.join(", ")}`,
  );
}

/** Where a page ends, for the next one to begin after. */
export function cursorOf(row: Row): string {
  return `${String(row.created_at)}~${String(row.run_id)}`;
}

function parseCursor(cursor: string): [createdAt: number, runId: string] {
  const split = cursor.indexOf("~");
  const createdAt = Number(cursor.slice(0, split));
  if (split > 0 && Number.isFinite(createdAt)) return [createdAt, cursor.slice(split + 1)];
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot list runs: ${quote(cursor)} is not a cursor of an earlier page`,
  );
}
