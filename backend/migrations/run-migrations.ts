import { connect } from "../databases/connect.ts";
import { assertOptions, type OptionNames } from "../options.ts";
import type { SqlClient } from "../sql.ts";
import { assertBoolean } from "./assert-boolean.ts";
import type { MigrationResult } from "./move-old-runs.ts";

/** What {@linkcode runMigrations} does beside importing. */
export interface RunMigrationsOptions {
  /** Drops each old table whose rows are all imported. Default: `false`. */
  readonly dropOldTables?: boolean;
  /** The database. Default: the one that `new WorkflowStorage()` would open. */
  readonly client?: SqlClient;
  /** Told after each batch how many rows of an old table were imported so far. */
  readonly onProgress?: (imported: number) => void;
}

/**
 * Imports the first version's table `workflow_runs` into `wrkflw_workflow_runs`. What is in the
 * new table is never overwritten, what was deleted from it does not come back, and rows with
 * values that cannot be are repaired or set aside, never lost. Calling it again imports what is
 * new.
 *
 * @param dropOldTable Drops the old table and its indexes once every row is accounted for.
 * Default: `false`.
 * @param client The database. Default: the one that `new WorkflowStorage()` would open.
 * @throws {WrkflwError} With code `MIGRATION_REFUSED` when dropping would lose rows (everything
 * is left in place), `INVALID_ARGUMENT` when `dropOldTable` is no boolean, `SCHEMA_TOO_NEW` or
 * `STORAGE_UNAVAILABLE`.
 */
export async function migrateWorkflowRunsTable(
  dropOldTable: boolean = false,
  client?: SqlClient,
): Promise<MigrationResult> {
  assertBoolean("dropOldTable", dropOldTable);
  return await moveRuns(dropOldTable, client === undefined ? {} : { client });
}

async function moveRuns(
  dropOldTable: boolean,
  { client, onProgress }: Pick<RunMigrationsOptions, "client" | "onProgress">,
): Promise<MigrationResult> {
  const { moveOldRuns } = await import("./move-old-runs.ts");
  const connected = await connect(client === undefined ? {} : { client });
  try {
    return await moveOldRuns(connected, dropOldTable, {
      ...(onProgress === undefined ? {} : { onProgress }),
    });
  } finally {
    connected.close();
  }
}

/**
 * Runs every migration and imports every old table.
 *
 * @returns One result an old table; the first is that of `workflow_runs`.
 * @throws {WrkflwError} As {@linkcode migrateWorkflowRunsTable} does.
 */
export async function runMigrations(
  options: RunMigrationsOptions = {},
): Promise<MigrationResult[]> {
  const names = {
    dropOldTables: true,
    client: true,
    onProgress: true,
  } satisfies OptionNames<RunMigrationsOptions>;
  assertOptions(options, "Cannot migrate", names);
  const { dropOldTables = false, ...rest } = options;
  assertBoolean("dropOldTables", dropOldTables);
  return [await moveRuns(dropOldTables, rest)];
}
