/**
 * Lists of runs: newest first, by keyset, so that a page costs the same however far down it is.
 *
 * Filters that an index has are looked up in it. Others look at one window of candidates at a
 * time, so that a page costs little however rare it is what they look for: a page may then hold
 * fewer runs than it could, or none, and its cursor leads on.
 */
import { quote, WrkflwError } from "../errors.ts";
import { assertOptionalText, assertOptions, type OptionNames } from "../options.ts";
import { isRunStatus, RUN_STATUSES, type RunStatus, type RunSummary } from "../records.ts";
import type { Row, SqlArgument, Statement } from "../sql.ts";

/** Which runs to list; with several conditions all must hold. */
export interface RunFilter {
  /** The workflow's id. */
  readonly workflowId?: string;
  /** Where it stands: in this status, or in one of these; an empty list asks for nothing. */
  readonly status?: RunStatus | readonly RunStatus[];
  /** One of its tags. */
  readonly tag?: string;
  /**
   * Runs whose id begins with this come first, then those that have it anywhere in their id,
   * workflow, tags or error, in whatever case its letters A to Z are.
   */
  readonly text?: string;
  /** Stored at this moment or later, in milliseconds since 1970. */
  readonly from?: number;
  /** Stored before this moment, in milliseconds since 1970. */
  readonly to?: number;
  /** At most this many. @default 100 */
  readonly limit?: number;
  /** Where the page before ended. */
  readonly cursor?: string;
}

/** Which part of a long list. */
export type PageOptions = Pick<RunFilter, "limit" | "cursor">;

/** A page of runs, newest first. */
export interface RunPage {
  /** The runs of this page. Where the filter has a text or several conditions it may be short. */
  readonly runs: readonly RunSummary[];
  /** Give it as `cursor` for the next page; `null` when this is the last. */
  readonly nextCursor: string | null;
}

/** A part of a WHERE. */
export interface Condition {
  readonly sql: string;
  readonly args: readonly SqlArgument[];
}

const FILTERS = {
  workflowId: true,
  status: true,
  tag: true,
  text: true,
  from: true,
  to: true,
  limit: true,
  cursor: true,
} satisfies OptionNames<RunFilter>;
const DEFAULT_PAGE = 100;
const MAX_PAGE = 1000;
/** The order of every list. */
export const NEWEST_FIRST = "ORDER BY created_at DESC, run_id DESC";

/** A part of an index in the order of a list, and what lies in it. */
export type Range = readonly Condition[];

/**
 * One page of runs, for filters that have an index: by workflow, status and time.
 *
 * @param limit At most this many rows.
 */
export function pageStatement(columns: string, filter: RunFilter, limit: number): Statement {
  const ranges = rangesOf(filter);
  const [only] = ranges;
  if (only === undefined || ranges.length > 1) {
    return fittingStatement(columns, candidatesOf(ranges, limit), [], limit);
  }
  const { sql, args } = allOf(only);
  return {
    sql: `SELECT ${columns} FROM wrkflw_workflow_runs WHERE ${sql}
          ${NEWEST_FIRST} LIMIT CAST(? AS BIGINT)`,
    args: [...args, limit],
  };
}

/** Each status of a workflow has its own range of the index; so has each status of all of them. */
export function rangesOf(filter: RunFilter): Range[] {
  const { workflowId } = filter;
  const asked = statusesOf(filter);
  const statuses = asked.length === 0 && workflowId !== undefined ? RUN_STATUSES : asked;
  if (statuses.length === 0) return [timeConditions(filter)];
  const shared = [...workflowCondition(filter), ...timeConditions(filter)];
  return statuses.map((status) =>
    status === "running" ? atWork(filter) : [isIn(status), ...shared],
  );
}

/** The status is no argument: only a literal lets the planner use an index of some statuses. */
function isIn(status: RunStatus): Condition {
  return { sql: `status = '${status}'`, args: [] };
}

/**
 * Runs at work are in no index of lists, which would cost every run two writes more. They are few
 * and found by their status: `+` keeps the planner from walking all runs of the workflow.
 */
function atWork(filter: RunFilter): Range {
  const ofWorkflow = workflowCondition(filter).map(({ sql, args }) => ({ sql: `+${sql}`, args }));
  return [isIn("running"), ...ofWorkflow, ...timeConditions(filter)];
}

/** Ids and times from the ranges, newest first; merging them reads no more than `limit` of each. */
export function candidatesOf(
  ranges: readonly Range[],
  limit: number,
  table = "wrkflw_workflow_runs",
): Statement {
  const parts = ranges.map((range) => {
    const { sql, args } = allOf(range);
    const text = `SELECT run_id, created_at FROM ${table} WHERE ${sql} ${NEWEST_FIRST} LIMIT ${limit}`;
    return { sql: text, args: [...args] };
  });
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const merged = parts
    .map(({ sql }) => `SELECT run_id, created_at FROM (${sql})`)
    .join(" UNION ALL ");
  return {
    sql: `SELECT run_id, created_at FROM (${merged}) ${NEWEST_FIRST} LIMIT ${limit}`,
    args: parts.flatMap(({ args }) => args),
  };
}

/** The runs among candidates that fit; only of these more is read than what the index holds. */
export function fittingStatement(
  columns: string,
  candidates: Statement,
  fits: readonly Condition[],
  limit: number,
  order = NEWEST_FIRST,
): Statement {
  const { sql, args } = allOf(fits);
  return {
    sql: `SELECT ${columns} FROM (SELECT run_id AS candidate_id FROM (${candidates.sql}) AS found) AS candidates
          CROSS JOIN wrkflw_workflow_runs
          WHERE run_id = candidate_id AND ${sql} ${order} LIMIT CAST(? AS BIGINT)`,
    args: [...candidates.args, ...args, limit],
  };
}

/** All conditions at once; without any, everything holds. */
export function allOf(conditions: readonly Condition[]): Condition {
  return {
    sql: conditions.length === 0 ? "true" : conditions.map(({ sql }) => sql).join(" AND "),
    args: conditions.flatMap(({ args }) => args),
  };
}

/** The condition on the workflow, if there is one. */
export function workflowCondition({ workflowId }: RunFilter): Condition[] {
  return workflowId === undefined ? [] : [{ sql: "workflow_id = ?", args: [workflowId] }];
}

/** The conditions on the time and on the place behind the page before. */
export function timeConditions({ from, to, cursor }: RunFilter): Condition[] {
  const seconds = (name: string, moment: number) => [momentOf(name, moment) / 1000];
  return [
    ...(from === undefined ? [] : [{ sql: "created_at >= ?", args: seconds("from", from) }]),
    ...(to === undefined ? [] : [{ sql: "created_at < ?", args: seconds("to", to) }]),
    ...(cursor === undefined
      ? []
      : [{ sql: "(created_at, run_id) < (?, ?)", args: parseCursor(cursor) }]),
  ];
}

function momentOf(name: string, moment: number): number {
  if (Number.isFinite(moment)) return moment;
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot list runs: ${name} must be a moment in milliseconds since 1970, got ${moment}`,
  );
}

/** The statuses that the filter asks for, each once; none when it asks for no status. */
export function statusesOf({ status }: RunFilter): RunStatus[] {
  const statuses = status === undefined ? [] : [status].flat();
  for (const each of statuses) if (!isRunStatus(each)) throw unknownStatus(each);
  return [...new Set(statuses)];
}

/**
 * The size of a page.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if it is not a whole number from 1 to 1,000.
 */
export function pageSize(filter: RunFilter): number {
  assertOptions(filter, "Cannot list runs", FILTERS);
  assertOptionalText(filter.workflowId, "Cannot list runs: workflowId");
  const { limit = DEFAULT_PAGE } = filter;
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE) return limit;
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot list runs: limit must be a whole number from 1 to ${MAX_PAGE}, got ${limit}`,
  );
}

/** @throws {WrkflwError} With code `INVALID_ARGUMENT`, unless it is one of the statuses. */
export function assertStatus(status: unknown): void {
  if (!isRunStatus(status)) throw unknownStatus(status);
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
  const text = typeof cursor === "string" ? cursor : "";
  const split = text.indexOf("~");
  const createdAt = Number(text.slice(0, split));
  if (split > 0 && Number.isFinite(createdAt)) return [createdAt, text.slice(split + 1)];
  throw noCursor(cursor);
}

/** The cursor is not one that a page has given out. */
export function noCursor(cursor: unknown): WrkflwError {
  return new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot list runs: ${quote(String(cursor))} is not a cursor of an earlier page`,
  );
}
