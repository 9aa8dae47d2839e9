import { WrkflwError } from "../errors.ts";
import { numberOf, rowsOf, type SqlClient } from "../sql.ts";
import { NEWEST_VERSION } from "./migration-list.ts";

/**
 * Reads which migrations a database has seen: one round trip where there are any.
 *
 * @throws {WrkflwError} With code `SCHEMA_TOO_NEW` when a newer library has migrated it.
 */
export async function readVersions(client: SqlClient): Promise<ReadonlySet<number>> {
  return usable(await probe(client));
}

/**
 * The same in one round trip, for a database that was migrated before.
 *
 * @throws {WrkflwError} With code `SCHEMA_TOO_NEW` when a newer library has migrated it.
 * @throws Whatever the client does where there is no such table, or no answer.
 */
export async function readKnownVersions(client: SqlClient): Promise<ReadonlySet<number>> {
  return usable(await selectVersions(client));
}

function usable(versions: ReadonlySet<number>): ReadonlySet<number> {
  const newest = Math.max(0, ...versions);
  if (newest <= NEWEST_VERSION) return versions;
  throw new WrkflwError(
    "SCHEMA_TOO_NEW",
    `Cannot use this database: its schema has version ${newest} and this wrkflw knows versions up to ${NEWEST_VERSION}; upgrade wrkflw`,
  );
}

async function probe(client: SqlClient): Promise<ReadonlySet<number>> {
  try {
    return await selectVersions(client);
  } catch (error) {
    const isThere = await isVersioned(client).catch(() => {
      throw error;
    });
    // Another process may have made the table since the first look.
    return isThere ? await selectVersions(client) : new Set();
  }
}

async function selectVersions(client: SqlClient): Promise<ReadonlySet<number>> {
  const sql = "SELECT version FROM wrkflw_migrations";
  const rows = rowsOf(await client.execute({ sql, args: [] }));
  return new Set(rows.map((row) => numberOf(row, "version") ?? 0));
}

/** Clients word "no such table" differently, so the catalogue is asked instead. */
async function isVersioned(client: SqlClient): Promise<boolean> {
  const sql = "SELECT 1 FROM sqlite_master WHERE name = 'wrkflw_migrations'";
  return rowsOf(await client.execute({ sql, args: [] })).length > 0;
}
