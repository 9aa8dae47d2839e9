import {
  addColumn,
  BASE_COLUMNS,
  BASE_INDEXES,
  createIndex,
  createTable,
  EVENT_INDEXES,
  EVENT_WAITS_TABLE,
  EVENTS_TABLE,
  IMPORTED_TABLE,
  JOURNAL_COLUMNS,
  JOURNAL_INDEXES,
  RETENTION_INDEX,
  RUNS_TABLE,
  SET_ASIDE_TABLE,
  STEPS_TABLE,
} from "./tables.ts";

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
      createTable(STEPS_TABLE),
      createTable(IMPORTED_TABLE),
      createTable(SET_ASIDE_TABLE),
      ...JOURNAL_INDEXES.map(createIndex),
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
];

/** The newest schema that this library knows. */
export const NEWEST_VERSION: number = Math.max(...MIGRATIONS.map(({ version }) => version));
