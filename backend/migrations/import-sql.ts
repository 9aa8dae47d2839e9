/**
 * The SQL that copies rows of the first version's `workflow_runs` inside the database. The
 * importer runs it page by page, the generated script all at once; both repair alike.
 */

/** The first version's table. */
export const OLD_TABLE = "workflow_runs";

/** The columns of the old table, which are those of the new table's first schema. */
export const OLD_COLUMNS: readonly string[] = [
  "run_id",
  "workflow_id",
  "status",
  "execution_path",
  "step_results",
  "state",
  "input_data",
  "result",
  "error",
  "created_at",
  "updated_at",
];

/** A row that has a run id; the others cannot be imported, for nothing could name them. */
const NAMED = "typeof(run_id) = 'text' AND run_id <> ''";
const IMPORTED = "EXISTS (SELECT 1 FROM wrkflw_imported_runs i WHERE i.run_id = o.run_id)";
const PRESENT = "EXISTS (SELECT 1 FROM wrkflw_workflow_runs n WHERE n.run_id = o.run_id)";

/** JSON has no bytes: a blob is kept as its SQL literal. */
const RAW = `json_object(${OLD_COLUMNS.map(
  (column) =>
    `'${column}', CASE typeof(${column}) WHEN 'blob' THEN quote(${column}) ELSE ${column} END`,
).join(", ")})`;

/** How one column is read: its value where it is sound, what stands in for it where it is not. */
interface Reading {
  readonly column: string;
  readonly isSound: string;
  readonly substitute: string;
}

const RESULT_IS_SOUND = isJson("result");

const READINGS: readonly Reading[] = [
  {
    column: "workflow_id",
    isSound: "typeof(workflow_id) = 'text' AND workflow_id <> ''",
    substitute: "'unknown'",
  },
  {
    column: "status",
    isSound: "COALESCE(status IN ('running', 'success', 'failed'), 0)",
    substitute: `CASE WHEN ${RESULT_IS_SOUND} THEN 'success' ELSE 'failed' END`,
  },
  { column: "execution_path", isSound: isJsonOf("execution_path", "array"), substitute: "'[]'" },
  { column: "step_results", isSound: isJsonOf("step_results", "object"), substitute: "'{}'" },
  { column: "state", isSound: isJsonOrNull("state"), substitute: "NULL" },
  { column: "input_data", isSound: isJsonOrNull("input_data"), substitute: "NULL" },
  { column: "result", isSound: isJsonOrNull("result"), substitute: "NULL" },
  { column: "error", isSound: "typeof(error) <> 'blob'", substitute: "NULL" },
  {
    column: "created_at",
    isSound: isMoment("created_at"),
    substitute: `CASE WHEN ${isMoment("updated_at")} THEN updated_at ELSE unixepoch() END`,
  },
  {
    column: "updated_at",
    isSound: isMoment("updated_at"),
    substitute: `CASE WHEN ${isMoment("created_at")} THEN created_at ELSE unixepoch() END`,
  },
];

/** Names what had to be repaired; NULL where nothing had. */
const REASON = `'repaired ' || NULLIF(substr(
    ${READINGS.map(({ column, isSound }) => `CASE WHEN ${isSound} THEN '' ELSE ', ${column}' END`).join("\n    || ")}
    || CASE WHEN copies = 1 THEN '' ELSE ', run_id (the latest of several rows was imported)' END,
    3), '')`;

/** Which old rows a statement is about; each `?` takes a run id, that of `LIMIT` a number. */
export type Range = "all" | "after ? up to ?" | "after ? up to the run id that follows ? by ?";

const RANGE_CONDITIONS: Readonly<Record<Range, string>> = {
  all: "",
  "after ? up to ?": `
      AND run_id COLLATE BINARY > ? AND run_id COLLATE BINARY <= ?`,
  "after ? up to the run id that follows ? by ?": `
      AND run_id COLLATE BINARY > ? AND run_id COLLATE BINARY <= (
        SELECT MAX(page_id) FROM (
          SELECT run_id COLLATE BINARY AS page_id FROM workflow_runs o
          WHERE ${NAMED} AND NOT ${IMPORTED} AND run_id COLLATE BINARY > ?
          ORDER BY run_id COLLATE BINARY LIMIT CAST(? AS INTEGER)))`,
};

/** Rows still to import; `copies` is above 1 only where the old table has lost its primary key. */
function pendingRows(range: Range, table: string): string {
  return `SELECT ${OLD_COLUMNS.join(", ")},
      COUNT(*) OVER (PARTITION BY run_id COLLATE BINARY) AS copies
    FROM ${table} o
    WHERE ${NAMED} AND NOT ${IMPORTED}${RANGE_CONDITIONS[range]}`;
}

/** Counts what the copy of a range will do, and names its last run. */
export function tallyRange(range: Range): string {
  return `SELECT MAX(run_id COLLATE BINARY) AS page_end,
    COUNT(DISTINCT run_id) AS pending,
    COUNT(DISTINCT CASE WHEN NOT ${PRESENT} THEN run_id END) AS inserted,
    COUNT(DISTINCT CASE WHEN NOT ${PRESENT} AND ${REASON} IS NOT NULL THEN run_id END) AS repaired
  FROM (${pendingRows(range, OLD_TABLE)}) o`;
}

/** Keeps the whole of each row that the copy will repair. */
export function keepRepaired(range: Range, table: string = OLD_TABLE): string {
  return `INSERT OR IGNORE INTO wrkflw_set_aside (raw, run_id, reason)
  SELECT ${RAW}, run_id, ${REASON}
  FROM (${pendingRows(range, table)}) o
  WHERE ${REASON} IS NOT NULL AND NOT ${PRESENT}`;
}

/** Copies rows; what the new table already has is never overwritten. */
export function copyRuns(range: Range, table: string = OLD_TABLE): string {
  return `INSERT OR IGNORE INTO wrkflw_workflow_runs (${OLD_COLUMNS.join(", ")})
  SELECT run_id, ${READINGS.map(readingOf).join(",\n    ")}
  FROM (${pendingRows(range, table)}) o
  ORDER BY run_id COLLATE BINARY, updated_at DESC`;
}

/** Remembers what the new table holds now, so that it is never imported again. */
export function rememberRuns(range: Range, table: string = OLD_TABLE): string {
  return `INSERT OR IGNORE INTO wrkflw_imported_runs (run_id)
  SELECT run_id FROM (${pendingRows(range, table)}) o WHERE ${PRESENT}`;
}

/** Keeps rows aside that have no run id. A `LIMIT` may follow. */
export function setAsideUnnamed(table: string = OLD_TABLE): string {
  return `INSERT OR IGNORE INTO wrkflw_set_aside (raw, run_id, reason)
  SELECT raw, NULL, 'run_id is not a text' FROM (${unnamedRows(table)})`;
}

/** Counts the rows without a run id that are not kept aside yet. */
export const TALLY_UNNAMED: string = `SELECT COUNT(*) AS pending FROM (${unnamedRows(OLD_TABLE)})`;

/** What the old table holds, and how much of it the new table has. */
export const INVENTORY: string = `SELECT
    (SELECT COUNT(*) FROM ${OLD_TABLE} WHERE NOT (${NAMED})) AS unnamed,
    COUNT(*) AS named,
    COUNT(CASE WHEN ${PRESENT} THEN 1 END) AS present
  FROM (SELECT DISTINCT run_id COLLATE BINARY AS run_id FROM ${OLD_TABLE} WHERE ${NAMED}) o`;

function unnamedRows(table: string): string {
  return `SELECT DISTINCT raw FROM (SELECT ${RAW} AS raw FROM ${table} WHERE NOT (${NAMED})) r
    WHERE NOT EXISTS (SELECT 1 FROM wrkflw_set_aside s WHERE s.raw = r.raw)`;
}

/** Selects, as `raw`, what is neither imported nor kept aside: rows, and columns that nothing copies. */
export function unaccounted(table: string = OLD_TABLE): string {
  const known = OLD_COLUMNS.map((column) => `'${column}'`).join(", ");
  return `SELECT run_id AS raw FROM ${table} o WHERE ${NAMED} AND NOT ${IMPORTED}
    UNION ALL ${unnamedRows(table)}
    UNION ALL SELECT name FROM pragma_table_info('${table}') WHERE lower(name) NOT IN (${known})`;
}

function readingOf({ column, isSound, substitute }: Reading): string {
  return `CASE WHEN ${isSound} THEN ${column} ELSE ${substitute} END`;
}

function isJson(column: string): string {
  return `(typeof(${column}) = 'text' AND json_valid(${column}))`;
}

function isJsonOrNull(column: string): string {
  return `(${column} IS NULL OR ${isJson(column)})`;
}

function isJsonOf(column: string, type: "array" | "object"): string {
  return `CASE WHEN ${isJson(column)} THEN json_type(${column}) = '${type}' ELSE 0 END`;
}

/** A time in seconds that JavaScript's `Date` can hold. */
function isMoment(column: string): string {
  return `(typeof(${column}) IN ('integer', 'real') AND ABS(${column}) <= 8640000000000)`;
}
