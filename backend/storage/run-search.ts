/**
 * Finds runs by a tag or a text. An index gives one window of candidates, newest first; what the
 * index does not know is looked up in those only, so that no search reads more than a window.
 */
import { quote, WrkflwError } from "../errors.ts";
import type { Row, SqlArgument, Statement } from "../sql.ts";
import {
  allOf,
  type Condition,
  candidatesOf,
  cursorOf,
  fittingStatement,
  NEWEST_FIRST,
  noCursor,
  pageSize,
  pageStatement,
  type RunFilter,
  rangesOf,
  statusesOf,
  timeConditions,
  workflowCondition,
} from "./run-page.ts";

/** Reads what a statement selects. */
type Read = (statement: Statement) => Promise<Row[]>;

/** Rows of a page, and the cursor of the next one. */
export interface FoundRows {
  readonly rows: readonly Row[];
  readonly nextCursor: string | null;
}

/** So many candidates are looked at for one page. */
export const WINDOW_RUNS = 2_000;
const MAX_TEXT_CHARS = 200;
/** A cursor before every run. */
const BEGINNING = `${Number.MAX_SAFE_INTEGER}~`;
/** Cursors of this kind name the id at which a page of runs found by their ids ended. */
const ID_CURSOR = "~";

/** One way to look for runs: where candidates come from, and what they must fit. */
interface Search {
  /** Ids and times of so many candidates, in order. */
  readonly candidates: (limit: number) => Statement;
  readonly fits: readonly Condition[];
  readonly order: string;
  readonly cursorOf: (row: Row) => string;
}

/** Reads one page of runs for any filter. */
export async function findRuns(read: Read, columns: string, filter: RunFilter): Promise<FoundRows> {
  const limit = pageSize(filter);
  const { tag, text } = filter;
  if (tag !== undefined) assertWord("tag", tag);
  if (text !== undefined) return await findText(read, columns, { ...filter, text }, limit);
  if (tag !== undefined) return await find(read, columns, byTime(filter, []), limit);
  const rows = await read(pageStatement(columns, filter, limit + 1));
  const last = rows[limit - 1];
  const isLastPage = rows.length <= limit || last === undefined;
  return { rows: rows.slice(0, limit), nextCursor: isLastPage ? null : cursorOf(last) };
}

async function findText(
  read: Read,
  columns: string,
  filter: RunFilter & { readonly text: string },
  limit: number,
): Promise<FoundRows> {
  const { text, cursor } = filter;
  assertWord("text", text);
  if (cursor !== undefined && !cursor.startsWith(ID_CURSOR))
    return await find(read, columns, byText(filter, text), limit);
  const first = await find(read, columns, byId(filter, text), limit);
  if (first.nextCursor !== null) return first;
  const left = limit - first.rows.length;
  if (left === 0) return { ...first, nextCursor: BEGINNING };
  const others = byText({ ...filter, cursor: BEGINNING }, text);
  const second = await find(read, columns, others, left);
  return { ...second, rows: [...first.rows, ...second.rows] };
}

async function find(
  read: Read,
  columns: string,
  search: Search,
  limit: number,
): Promise<FoundRows> {
  const { candidates, fits, order } = search;
  const rows = await read(
    fittingStatement(columns, candidates(WINDOW_RUNS), fits, limit + 1, order),
  );
  const last = rows[limit - 1];
  if (rows.length > limit && last !== undefined)
    return { rows: rows.slice(0, limit), nextCursor: search.cursorOf(last) };
  const [edge] = await read(edgeStatement(search));
  return { rows, nextCursor: edge === undefined ? null : search.cursorOf(edge) };
}

/** Where the window ends, if it is full. */
function edgeStatement({ candidates, order }: Search): Statement {
  const { sql, args } = candidates(WINDOW_RUNS);
  return {
    sql: `SELECT run_id, created_at FROM (${sql}) AS found ${order} LIMIT 1 OFFSET ${WINDOW_RUNS - 1}`,
    args,
  };
}

/** All runs that the other conditions let through, or those with the tag. */
function byTime(filter: RunFilter, fits: readonly Condition[]): Search {
  const { tag } = filter;
  const rest = { order: NEWEST_FIRST, cursorOf };
  if (tag === undefined) {
    const ranges = rangesOf(filter);
    return { candidates: (limit) => candidatesOf(ranges, limit), fits, ...rest };
  }
  const tagged = [[{ sql: "tag = ?", args: [tag] }, ...timeConditions(filter)]];
  return {
    candidates: (limit) => candidatesOf(tagged, limit, "wrkflw_run_tags"),
    fits: [...workflowCondition(filter), ...statusConditions(filter), ...fits],
    ...rest,
  };
}

/** Runs that have the text somewhere, but whose id does not begin with it. */
function byText(filter: RunFilter, text: string): Search {
  const plain = likePattern(text);
  const inJson = likePattern(JSON.stringify(text).slice(1, -1));
  const has = (column: string) => `${column} LIKE ? ESCAPE '\\'`;
  const texts = ["run_id", "workflow_id", "error", "tags"].map(has).join(" OR ");
  const begins = allOf(idsFrom(text));
  return byTime(filter, [
    { sql: `(${texts})`, args: [plain, plain, plain, inJson] },
    { sql: `NOT (${begins.sql})`, args: begins.args },
  ]);
}

/** Runs whose id begins with the text, the last of them first. */
function byId(filter: RunFilter, text: string): Search {
  const { tag, cursor, ...others } = filter;
  const before: Condition[] =
    cursor === undefined ? [] : [{ sql: "run_id < ?", args: [idIn(cursor)] }];
  const tagged = `EXISTS (SELECT 1 FROM wrkflw_run_tags AS tagged WHERE tagged.tag = ?
    AND tagged.created_at = wrkflw_workflow_runs.created_at
    AND tagged.run_id = wrkflw_workflow_runs.run_id)`;
  const { sql, args } = allOf([...idsFrom(text), ...before]);
  return {
    candidates: (limit) => ({
      sql: `SELECT run_id, created_at FROM wrkflw_workflow_runs WHERE ${sql} ${LAST_ID_FIRST} LIMIT ${limit}`,
      args: [...args],
    }),
    fits: [
      ...workflowCondition(others),
      ...statusConditions(others),
      ...timeConditions(others),
      ...(tag === undefined ? [] : [{ sql: tagged, args: [tag] }]),
    ],
    order: LAST_ID_FIRST,
    cursorOf: (row) => `${ID_CURSOR}${String(row.run_id)}`,
  };
}

const LAST_ID_FIRST = "ORDER BY run_id DESC";

function idsFrom(text: string): Condition[] {
  return [
    { sql: "run_id >= ?", args: [text] },
    { sql: "run_id < ?", args: [`${text}\u{10FFFF}`] },
  ];
}

function idIn(cursor: string): string {
  const runId = cursor.slice(ID_CURSOR.length);
  if (runId !== "") return runId;
  throw noCursor(cursor);
}

function statusConditions(filter: RunFilter): Condition[] {
  const statuses: SqlArgument[] = statusesOf(filter);
  const marks = statuses.map(() => "?").join(", ");
  return statuses.length === 0 ? [] : [{ sql: `status IN (${marks})`, args: statuses }];
}

function likePattern(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, "\\$&")}%`;
}

function assertWord(name: string, word: unknown): asserts word is string {
  const isText = typeof word === "string" && word !== "" && word.isWellFormed();
  if (isText && word.length <= MAX_TEXT_CHARS && !word.includes("\0")) return;
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot list runs: ${name} must be a text of 1 to ${MAX_TEXT_CHARS} characters: got ${quote(String(word))}`,
  );
}
