import { assertBoolean } from "./assert-boolean.ts";
import {
  copyRuns,
  keepRepaired,
  OLD_TABLE,
  rememberRuns,
  setAsideUnnamed,
  unaccounted,
} from "./import-sql.ts";
import {
  BASE_COLUMNS,
  BASE_INDEXES,
  createIndex,
  createTable,
  IMPORTED_TABLE,
  RUNS_TABLE,
  SET_ASIDE_TABLE,
} from "./tables.ts";

const NEW_TABLES = `-- The new table and its indexes
${statements([
  createTable({ name: RUNS_TABLE.name, columns: BASE_COLUMNS }),
  ...BASE_INDEXES.map(createIndex),
])}

-- What was imported, and what could not be imported as it was
${statements([createTable(IMPORTED_TABLE), createTable(SET_ASIDE_TABLE)])}`;

/** The old table's name while it is being dropped. */
const LEAVING = "wrkflw_old_workflow_runs";
const NOTE = "every row of workflow_runs is accounted for";

/**
 * A script for the `sqlite3` shell that does what {@linkcode migrateWorkflowRunsTable} does. It
 * may be run more than once; `new WorkflowStorage().init()` afterwards goes on from there.
 *
 * @param dropOldTable Whether the statements that drop the old table are active; otherwise they
 * are comments. Default: `false`.
 * @throws {WrkflwError} With code `INVALID_ARGUMENT` when it is no boolean.
 */
export function generateMigrationSQL(dropOldTable: boolean = false): string {
  assertBoolean("dropOldTable", dropOldTable);
  return `-- Imports the runs of workflow_runs into wrkflw_workflow_runs

BEGIN;

${dropOldTable ? copyAndDrop() : copyAndKeep()}
`;
}

function copyAndKeep(): string {
  return `${NEW_TABLES}

${copy(OLD_TABLE)}

COMMIT;

-- The old table is kept. To drop it and its indexes:
-- DROP TABLE workflow_runs;
-- DROP INDEX IF EXISTS idx_workflow_runs_workflow_id;
-- DROP INDEX IF EXISTS idx_workflow_runs_status;`;
}

/**
 * A shell goes on after an error, yet nothing may be lost then. The rename comes first: where the
 * database is locked, or the transaction is taken back, the name that the drop needs is gone.
 * Where a statement fails within the transaction, the note is missing, and the checks take
 * everything back; they are two because either's table may be the one that could not be made.
 */
function copyAndDrop(): string {
  return `-- The old table goes; an empty one lets the script run again when it is gone
${statements([
  createTable({ name: OLD_TABLE, columns: BASE_COLUMNS }),
  `ALTER TABLE ${OLD_TABLE} RENAME TO ${LEAVING}`,
  "DROP INDEX IF EXISTS idx_workflow_runs_workflow_id",
  "DROP INDEX IF EXISTS idx_workflow_runs_status",
])}

${NEW_TABLES}

${copy(LEAVING)}

-- Notes that every row is accounted for
${statements([
  `INSERT INTO wrkflw_set_aside (raw, reason)
  SELECT '${NOTE}', 'note' WHERE NOT EXISTS (${unaccounted(LEAVING)})`,
])}

-- Drops the old table, under the name it got above
${statements([`DROP TABLE IF EXISTS ${LEAVING}`])}

-- Fails, and takes everything back, where the note is missing
${statements([
  `INSERT OR ROLLBACK INTO wrkflw_set_aside (raw, reason)
  SELECT 'not every row of workflow_runs is accounted for', NULL
  WHERE NOT EXISTS (SELECT 1 FROM wrkflw_set_aside WHERE raw = '${NOTE}')`,
  `INSERT OR ROLLBACK INTO wrkflw_imported_runs (run_id)
  SELECT NULL WHERE NOT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'wrkflw_set_aside')`,
  `DELETE FROM wrkflw_set_aside WHERE raw = '${NOTE}'`,
])}

COMMIT;`;
}

function copy(table: string): string {
  return `-- Rows without a run id are kept aside, and the originals of those that need repair
${statements([setAsideUnnamed(table), keepRepaired("all", table)])}

-- Nothing in the new table is overwritten, and nothing is imported twice
${statements([copyRuns("all", table), rememberRuns("all", table)])}`;
}

function statements(list: readonly string[]): string {
  return list.map((sql) => `${sql};`).join("\n\n");
}
