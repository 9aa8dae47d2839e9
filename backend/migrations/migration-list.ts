import {
  addColumn,
  BASE_COLUMNS,
  BASE_INDEXES,
  CLAIM_COLUMN,
  CLAIM_INDEX,
  createIndex,
  createTable,
  EVENT_INDEXES,
  EVENT_WAITS_TABLE,
  EVENTS_TABLE,
  FIRST_SEQ,
  IMPORTED_TABLE,
  type Index,
  JOURNAL_COLUMNS,
  JOURNAL_INDEXES,
  LIST_INDEXES,
  PROGRESS_COLUMNS,
  RECORD_COLUMNS,
  RETENTION_INDEX,
  RUNS_TABLE,
  SCHEDULES_TABLE,
  SET_ASIDE_TABLE,
  STEPS_TABLE,
  TAG_INDEX,
  TAGS_TABLE,
  type Table,
} from "./tables.ts";

/** Made by migration 2 and dropped by migration 6: every write of every run had to change it. */
const WRITE_INDEX: Index = {
  name: "idx_wrkflw_workflow_runs_write",
  on: "wrkflw_workflow_runs (write_id) WHERE write_id IS NOT NULL",
};

/** Made by migration 2 and dropped by migration 8: lists of a workflow are merged by status. */
const WORKFLOW_INDEX: Index = {
  name: "idx_wrkflw_workflow_runs_workflow_created",
  on: "wrkflw_workflow_runs (workflow_id, created_at, run_id)",
};

/** Made by migrations 2 and 8 and dropped by migration 9, whose indexes leave out runs at work. */
const STATUS_INDEX: Index = {
  name: "idx_wrkflw_workflow_runs_status_created",
  on: "wrkflw_workflow_runs (status, created_at, run_id)",
};
const WORKFLOW_STATUS_INDEX: Index = {
  name: "idx_wrkflw_workflow_runs_workflow_status_created",
  on: "wrkflw_workflow_runs (workflow_id, status, created_at, run_id)",
};

/** Made by migration 2, extended by migration 6 and replaced by migration 11: its rows lay in the order of paths. */
const STEPS_BY_PATH: Table = {
  name: STEPS_TABLE.name,
  columns: RECORD_COLUMNS,
  primaryKey: ["run_id", "path", "attempt"],
  withoutRowid: true,
};

/** For runs that have their tags in their own row only. */
const INDEX_TAGS = `INSERT INTO ${TAGS_TABLE.name} (tag, created_at, run_id)
       SELECT each.value, created_at, run_id
       FROM ${RUNS_TABLE.name}, json_each(CASE WHEN json_valid(tags) THEN tags ELSE '[]' END) AS each
       WHERE tags IS NOT NULL AND each.type = 'text' ON CONFLICT DO NOTHING`;

/** One step from a schema to the next; applied once, in one batch. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly statements: readonly string[];
  /** Rows of the old table are copied before this migration is recorded. */
  readonly importsOldRuns?: boolean;
}

/**
 * Every migration, oldest first. A published one is never edited: a change of the schema is one
 * more entry here and its result in `tables.ts`.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: "base",
    statements: [
      createTable({ name: RUNS_TABLE.name, columns: BASE_COLUMNS }),
      ...BASE_INDEXES.map(createIndex),
    ],
  },
  {
    version: 2,
    name: "journal",
    statements: [
      ...JOURNAL_COLUMNS.map((column) => addColumn(RUNS_TABLE, column)),
      createTable(STEPS_BY_PATH),
      createTable(IMPORTED_TABLE),
      createTable(SET_ASIDE_TABLE),
      ...JOURNAL_INDEXES.map(createIndex),
      createIndex(STATUS_INDEX),
      createIndex(WRITE_INDEX),
      createIndex(WORKFLOW_INDEX),
    ],
  },
  { version: 3, name: "import", statements: [], importsOldRuns: true },
  {
    version: 4,
    name: "events",
    statements: [
      createTable(EVENTS_TABLE),
      createTable(EVENT_WAITS_TABLE),
      ...EVENT_INDEXES.map(createIndex),
    ],
  },
  { version: 5, name: "retention", statements: [createIndex(RETENTION_INDEX)] },
  {
    version: 6,
    name: "progress",
    statements: [
      ...PROGRESS_COLUMNS.map((column) => addColumn(STEPS_BY_PATH, column)),
      addColumn(RUNS_TABLE, CLAIM_COLUMN),
      createIndex(CLAIM_INDEX),
      `DROP INDEX IF EXISTS ${WRITE_INDEX.name}`,
    ],
  },
  { version: 7, name: "schedules", statements: [createTable(SCHEDULES_TABLE)] },
  {
    version: 8,
    name: "lists",
    statements: [
      createTable(TAGS_TABLE),
      INDEX_TAGS,
      createIndex(WORKFLOW_STATUS_INDEX),
      createIndex(TAG_INDEX),
      `DROP INDEX IF EXISTS ${WORKFLOW_INDEX.name}`,
    ],
  },
  {
    version: 9,
    name: "runs at rest",
    statements: [
      ...LIST_INDEXES.map(createIndex),
      `DROP INDEX IF EXISTS ${STATUS_INDEX.name}`,
      `DROP INDEX IF EXISTS ${WORKFLOW_STATUS_INDEX.name}`,
    ],
  },
  // Made again where runs are deleted.
  {
    version: 10,
    name: "retention on demand",
    statements: [`DROP INDEX IF EXISTS ${RETENTION_INDEX.name}`],
  },
  { version: 11, name: "journal in order", statements: reorderSteps() },
  // Those that schedules had made could be found by no tag.
  { version: 12, name: "tags of scheduled runs", statements: [INDEX_TAGS] },
];

/** The newest schema that this library knows. */
export const NEWEST_VERSION: number = Math.max(...MIGRATIONS.map(({ version }) => version));

/**
 * By way of a copy: to rename the table would take the views that people have made of it along, and
 * break them.
 */
function reorderSteps(): string[] {
  const { name, columns } = STEPS_TABLE;
  const all = columns.map((column) => column.split(" ", 1)[0] ?? "");
  const names = all.join(", ");
  const values = all.map((column) =>
    column === "first_seq" ? `${FIRST_SEQ.sqlOn(name)} AS first_seq` : column,
  );
  const copy = `${name}_in_order`;
  return [
    `CREATE TABLE ${copy} AS
     SELECT ${values.join(", ")} FROM ${name} ORDER BY run_id, first_seq`,
    `DROP TABLE ${name}`,
    createTable(STEPS_TABLE),
    `INSERT INTO ${name} (${names}) SELECT ${names} FROM ${copy}`,
    `DROP TABLE ${copy}`,
  ];
}
