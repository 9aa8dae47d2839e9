/** The tables and indexes of the newest schema, as data: migrations build them, verification compares with them. */

/** A table; each column is its SQL declaration and begins with its name. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** The columns of a primary key that spans several. */
  readonly primaryKey?: readonly string[];
  readonly withoutRowid?: boolean;
  /** What a column has in rows that were there before it. Default: its default, or as good as nothing. */
  readonly derived?: Readonly<Record<string, Derived>>;
  /** How many columns it began with, if others were added to it later. */
  readonly firstColumns?: number;
}

/** A value that follows from others. */
interface Derived {
  /** The columns that it follows from. */
  readonly needs: readonly string[];
  /** As SQL on a table that has them. */
  readonly sqlOn: (table: string) => string;
}

/** An index; `on` is the table with the columns, and a condition where it is partial. */
export interface Index {
  readonly name: string;
  readonly on: string;
  readonly unique?: boolean;
}

/** The first version's columns; its times are seconds, while all added times are milliseconds. */
export const BASE_COLUMNS: readonly string[] = [
  "run_id TEXT PRIMARY KEY",
  "workflow_id TEXT NOT NULL",
  "status TEXT NOT NULL",
  "execution_path TEXT",
  "step_results TEXT",
  "state TEXT",
  "input_data TEXT",
  "result TEXT",
  "error TEXT",
  "created_at INTEGER DEFAULT (unixepoch())",
  "updated_at INTEGER DEFAULT (unixepoch())",
];

/** Each is nullable or has a default, so that the first version still writes the table. */
export const JOURNAL_COLUMNS: readonly string[] = [
  "epoch BIGINT NOT NULL DEFAULT 0",
  "due_at BIGINT",
  "write_id TEXT",
  "idle_claims INTEGER NOT NULL DEFAULT 0",
  "releases INTEGER NOT NULL DEFAULT 0",
  "input_key TEXT",
  "idempotency_key TEXT",
  "tags TEXT",
  "started_at BIGINT",
  "ended_at BIGINT",
  "failure TEXT",
  "waits TEXT",
  "position TEXT",
  "recorded INTEGER NOT NULL DEFAULT 0",
  "reached INTEGER NOT NULL DEFAULT -1",
  "definition TEXT",
  "signals INTEGER NOT NULL DEFAULT 0",
];

/** The claim that has the run, so that a claim can be asked for again when its answer was lost. */
export const CLAIM_COLUMN = "claim_id TEXT";

/** Which migrations this database has seen. */
export const MIGRATIONS_TABLE: Table = {
  name: "wrkflw_migrations",
  columns: ["version INTEGER PRIMARY KEY", "name TEXT NOT NULL", "applied_at BIGINT NOT NULL"],
};

/** One row a run. */
export const RUNS_TABLE: Table = {
  name: "wrkflw_workflow_runs",
  columns: [...BASE_COLUMNS, ...JOURNAL_COLUMNS, CLAIM_COLUMN],
  firstColumns: BASE_COLUMNS.length,
};

/** Where the run stood when a record was written: the top-level entry reached, and what was at work. */
export const PROGRESS_COLUMNS: readonly string[] = ["reached INTEGER", "position TEXT"];

/** The columns of a record as migration 2 made them. */
export const RECORD_COLUMNS: readonly string[] = [
  "run_id TEXT NOT NULL",
  "path TEXT NOT NULL",
  "attempt INTEGER NOT NULL",
  "seq INTEGER NOT NULL",
  "kind TEXT NOT NULL",
  "status TEXT NOT NULL",
  "input TEXT",
  "input_from INTEGER",
  "output TEXT",
  "error TEXT",
  "wait TEXT",
  "state TEXT",
  "logs TEXT",
  "started_at BIGINT NOT NULL",
  "ended_at BIGINT NOT NULL",
];

/** The number of a place's first record. */
export const FIRST_SEQ: Derived = {
  needs: ["run_id", "path", "seq"],
  sqlOn: (table) => `(SELECT MIN(earlier.seq) FROM ${table} AS earlier
                WHERE earlier.run_id = ${table}.run_id AND earlier.path = ${table}.path)`,
};

/**
 * One row an attempt of a journaled node. A place has the same `first_seq` in all its rows, so the key
 * is that of run, path and attempt, and new rows still come behind those that are there: in the order
 * of paths they would come among them, and pages would be split and written again for that. A place
 * whose step was renamed goes on with the number that it had under its earlier name.
 */
export const STEPS_TABLE: Table = {
  name: "wrkflw_steps",
  columns: [...RECORD_COLUMNS, ...PROGRESS_COLUMNS, "first_seq INTEGER NOT NULL"],
  primaryKey: ["run_id", "first_seq", "path", "attempt"],
  withoutRowid: true,
  derived: { first_seq: FIRST_SEQ },
};

/** Every old run that was ever imported, so that one deleted later does not come back. */
export const IMPORTED_TABLE: Table = {
  name: "wrkflw_imported_runs",
  columns: ["run_id TEXT PRIMARY KEY"],
  withoutRowid: true,
};

/** The whole old rows, as JSON, that could not be imported as they were. */
export const SET_ASIDE_TABLE: Table = {
  name: "wrkflw_set_aside",
  columns: ["raw TEXT PRIMARY KEY", "run_id TEXT", "reason TEXT NOT NULL"],
};

/** The mailbox: an event is kept until a wait takes it, and then names the place that it was for. */
export const EVENTS_TABLE: Table = {
  name: "wrkflw_events",
  columns: [
    "name TEXT NOT NULL",
    "match_key TEXT NOT NULL",
    "event_id TEXT NOT NULL",
    "payload TEXT",
    "sent_at BIGINT NOT NULL",
    "run_id TEXT",
    "path TEXT",
  ],
  primaryKey: ["name", "match_key", "event_id"],
  withoutRowid: true,
};

/** The places of parked runs that wait for an event. */
export const EVENT_WAITS_TABLE: Table = {
  name: "wrkflw_event_waits",
  columns: [
    "run_id TEXT NOT NULL",
    "path TEXT NOT NULL",
    "name TEXT NOT NULL",
    "match_key TEXT NOT NULL",
    "since BIGINT NOT NULL",
  ],
  primaryKey: ["run_id", "path"],
  withoutRowid: true,
};

/** The schedules, each with its next slot. */
export const SCHEDULES_TABLE: Table = {
  name: "wrkflw_schedules",
  columns: [
    "workflow_id TEXT PRIMARY KEY",
    "pattern TEXT NOT NULL",
    "next_at BIGINT",
    "fired_at BIGINT",
    "last_run_id TEXT",
    "skipped_at BIGINT",
  ],
  withoutRowid: true,
};

/** The indexes by which events find waits, and waits events. */
export const EVENT_INDEXES: readonly Index[] = [
  {
    name: "idx_wrkflw_events_free",
    on: "wrkflw_events (name, match_key, sent_at, event_id) WHERE run_id IS NULL",
  },
  {
    name: "idx_wrkflw_events_run",
    on: "wrkflw_events (run_id) WHERE run_id IS NOT NULL",
  },
  { name: "idx_wrkflw_event_waits_name", on: "wrkflw_event_waits (name, match_key, since)" },
];

/** The tags of runs, in the order in which the lists of runs are. */
export const TAGS_TABLE: Table = {
  name: "wrkflw_run_tags",
  columns: ["tag TEXT NOT NULL", "created_at INTEGER NOT NULL", "run_id TEXT NOT NULL"],
  primaryKey: ["tag", "created_at", "run_id"],
  withoutRowid: true,
};

/** The index by which runs are deleted with their tags. */
export const TAG_INDEX: Index = {
  name: "idx_wrkflw_run_tags_run",
  on: "wrkflw_run_tags (run_id)",
};

/**
 * Runs at work are left out: each of them would enter such an index at its birth and leave it at
 * its end.
 */
const AT_REST = ["pending", "waiting", "suspended", "blocked", "failed", "success", "canceled"]
  .map((status) => `status = '${status}'`)
  .join(" OR ");

/** The indexes by which lists of runs are filtered. */
export const LIST_INDEXES: readonly Index[] = [
  {
    name: "idx_wrkflw_workflow_runs_list",
    on: `wrkflw_workflow_runs (status, created_at, run_id) WHERE ${AT_REST}`,
  },
  {
    name: "idx_wrkflw_workflow_runs_workflow_list",
    on: `wrkflw_workflow_runs (workflow_id, status, created_at, run_id) WHERE ${AT_REST}`,
  },
];

/** Every table of the newest schema. */
export const TABLES: readonly Table[] = [
  MIGRATIONS_TABLE,
  RUNS_TABLE,
  STEPS_TABLE,
  IMPORTED_TABLE,
  SET_ASIDE_TABLE,
  EVENTS_TABLE,
  EVENT_WAITS_TABLE,
  SCHEDULES_TABLE,
  TAGS_TABLE,
];

/** The first version's indexes. */
export const BASE_INDEXES: readonly Index[] = [
  { name: "idx_wrkflw_workflow_runs_workflow_id", on: "wrkflw_workflow_runs (workflow_id)" },
  { name: "idx_wrkflw_workflow_runs_status", on: "wrkflw_workflow_runs (status)" },
];

/** The indexes for claims, idempotent starts and paged lists. */
export const JOURNAL_INDEXES: readonly Index[] = [
  {
    name: "idx_wrkflw_workflow_runs_due",
    on: "wrkflw_workflow_runs (due_at) WHERE due_at IS NOT NULL",
  },
  {
    name: "idx_wrkflw_workflow_runs_key",
    on: "wrkflw_workflow_runs (workflow_id, idempotency_key) WHERE idempotency_key IS NOT NULL",
    unique: true,
  },
  { name: "idx_wrkflw_workflow_runs_created", on: "wrkflw_workflow_runs (created_at, run_id)" },
];

/**
 * The index by which retention finds what is over. Runs enter it when they end, so it is made where
 * runs are deleted for the first time.
 */
export const RETENTION_INDEX: Index = {
  name: "idx_wrkflw_workflow_runs_over",
  on: "wrkflw_workflow_runs (workflow_id, status, updated_at, run_id) WHERE status = 'success' OR status = 'failed' OR status = 'canceled'",
};

/** By which a claim finds what it has taken; migration 6 put it in the place of the former one. */
export const CLAIM_INDEX: Index = {
  name: "idx_wrkflw_workflow_runs_claim",
  on: "wrkflw_workflow_runs (claim_id) WHERE claim_id IS NOT NULL",
};

/** Every index that a database of the newest schema has. */
export const INDEXES: readonly Index[] = [
  ...BASE_INDEXES,
  ...JOURNAL_INDEXES,
  ...EVENT_INDEXES,
  CLAIM_INDEX,
  TAG_INDEX,
  ...LIST_INDEXES,
];

/** Indexes that are made where they are needed. */
export const OPTIONAL_INDEXES: readonly Index[] = [RETENTION_INDEX];

/**
 * The statement that makes a table where there is none of that name. Columns that were added later
 * stand where SQLite puts them, so that the catalogue is the same however the table came about.
 */
export function createTable(table: Table): string {
  const { name, columns, firstColumns = columns.length, primaryKey, withoutRowid } = table;
  const first = columns.slice(0, firstColumns).join(",\n  ");
  const added = columns.slice(firstColumns).map((column) => `, ${column}`);
  const body =
    primaryKey === undefined
      ? `${first}\n${added.join("")}`
      : `${first}${added.join("")},\n  PRIMARY KEY (${primaryKey.join(", ")})\n`;
  return `CREATE TABLE IF NOT EXISTS ${name} (\n  ${body})${withoutRowid === true ? " WITHOUT ROWID" : ""}`;
}

/** The statement that makes an index where there is none of that name. */
export function createIndex(index: Index): string {
  const kind = index.unique === true ? "UNIQUE INDEX" : "INDEX";
  return `CREATE ${kind} IF NOT EXISTS ${index.name} ON ${index.on}`;
}

/** The statement that adds a column to an existing table. */
export function addColumn(table: Table, column: string): string {
  return `ALTER TABLE ${table.name} ADD COLUMN ${column}`;
}
