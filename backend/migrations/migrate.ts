import { systemEffects } from "../effects.ts";
import { quote } from "../errors.ts";
import type { SqlClient } from "../sql.ts";
import { assertPageRows } from "./assert-page-rows.ts";
import { MIGRATIONS, type Migration } from "./migration-list.ts";
import { persist, tryOnce, type Waiting } from "./persist.ts";
import {
  createIndex,
  createTable,
  INDEXES,
  MIGRATIONS_TABLE,
  RUNS_TABLE,
  TABLES,
} from "./tables.ts";
import { readKnownVersions, readVersions } from "./versions.ts";

/** How {@linkcode migrate} goes about it. */
export interface MigrateOptions {
  /** Sleep and randomness for the pauses between tries. Default: the system's. */
  readonly effects?: Waiting;
  /** Rows of an old table that are imported in one batch. Default: 5,000. */
  readonly pageRows?: number;
  /** Told after each batch how many rows of an old table were imported so far. */
  readonly onProgress?: (imported: number) => void;
}

/**
 * Brings a database to the newest schema: creates, extends and imports what is missing. Any
 * number of processes may do so at once, and be killed at any moment: the next call goes on.
 * On a migrated database it is one query, on an empty one a batch more.
 *
 * @throws {WrkflwError} With code `SCHEMA_TOO_NEW` when a newer wrkflw has migrated the database
 * (nothing is written), or `STORAGE_UNAVAILABLE` when a migration fails time after time.
 */
export async function migrate(client: SqlClient, options: MigrateOptions = {}): Promise<void> {
  assertPageRows(options.pageRows);
  const waiting = options.effects ?? systemEffects;
  const known = await tryOnce(() => readKnownVersions(client));
  if (known === undefined && (await tryOnce(() => makeSchema(client))) === true) return;
  const versions =
    known ??
    (await persist(waiting, {
      action: "read the schema version",
      attempt: () => readVersions(client),
      settled: () => Promise.resolve(undefined),
    }));
  for (const migration of MIGRATIONS) {
    if (versions.has(migration.version)) continue;
    if (migration.importsOldRuns === true) {
      const { importOldRuns } = await import("./import-old-runs.ts");
      await importOldRuns(client, waiting, options);
    }
    await apply(client, migration, waiting);
  }
}

/** Fails where there are runs of the first version, under either of its tables' names. */
const REFUSE_FIRST_VERSION = `INSERT INTO wrkflw_migrations (version, name, applied_at)
  SELECT 0, NULL, 0 FROM sqlite_master
  WHERE lower(name) IN ('workflow_runs', '${RUNS_TABLE.name}')`;

/**
 * What all migrations come to, in one batch, for an empty database. Where it is not empty, or
 * another process was first, the batch fails before it changes anything; then each migration goes
 * by itself.
 */
async function makeSchema(client: SqlClient): Promise<true> {
  await send(client, [
    createTable(MIGRATIONS_TABLE),
    REFUSE_FIRST_VERSION,
    ...MIGRATIONS.map(recordVersion),
    ...TABLES.map(createTable),
    ...INDEXES.map(createIndex),
  ]);
  return true;
}

/** Applies what an import of old runs needs to be there, and leaves the import itself open. */
export async function migrateTables(client: SqlClient, waiting: Waiting): Promise<void> {
  const versions = await readVersions(client);
  for (const migration of MIGRATIONS) {
    if (versions.has(migration.version) || migration.importsOldRuns === true) continue;
    await apply(client, migration, waiting);
  }
}

function apply(client: SqlClient, migration: Migration, waiting: Waiting): Promise<boolean> {
  const { version, name, statements } = migration;
  const batch = [createTable(MIGRATIONS_TABLE), recordVersion(migration), ...statements];
  return persist(waiting, {
    action: `apply migration ${version} ${quote(name)}`,
    async attempt() {
      await send(client, batch);
      return true;
    },
    async settled() {
      return (await readVersions(client)).has(version) ? true : undefined;
    },
  });
}

async function send(client: SqlClient, statements: readonly string[]): Promise<void> {
  await client.batch(
    statements.map((sql) => ({ sql, args: [] })),
    "write",
  );
}

/** The row goes ahead of the changes: a second migrator fails on the primary key before it changes anything. */
export function recordVersion(migration: Pick<Migration, "version" | "name">): string {
  return `INSERT INTO wrkflw_migrations (version, name, applied_at)
    VALUES (${migration.version}, '${migration.name}', CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))`;
}
