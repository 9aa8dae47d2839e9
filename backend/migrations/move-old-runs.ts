import { systemEffects } from "../effects.ts";
import { WrkflwError } from "../errors.ts";
import { numberOf, rowsOf, type SqlClient } from "../sql.ts";
import { type ImportReport, importOldRuns } from "./import-old-runs.ts";
import { INVENTORY, unaccounted } from "./import-sql.ts";
import { type MigrateOptions, migrate, migrateTables } from "./migrate.ts";
import { findOldTable } from "./old-table.ts";
import { persist, type Waiting } from "./persist.ts";

/** What a migration of one old table did. */
export interface MigrationResult {
  /** Whether there were old rows to migrate. */
  readonly migrated: boolean;
  /** Rows that this call inserted into the new table. */
  readonly rowCount: number;
  /** What was done, for people: rows inserted, already there, repaired and set aside. */
  readonly message: string;
}

/** The old table's rows, after an import. */
interface Inventory {
  readonly named: number;
  readonly present: number;
  readonly unnamed: number;
}

/** Fails where there is anything to select, because `reason` must not be NULL. */
const REFUSE_UNACCOUNTED = `INSERT INTO wrkflw_set_aside (raw, run_id, reason)
  SELECT raw, NULL, NULL FROM (${unaccounted()})`;

/** Imports what is new in `workflow_runs`, and drops it on request. */
export async function moveOldRuns(
  client: SqlClient,
  dropOldTable: boolean,
  options: MigrateOptions = {},
): Promise<MigrationResult> {
  const waiting = options.effects ?? systemEffects;
  await migrateTables(client, waiting);
  const report = await importOldRuns(client, waiting, options);
  await migrate(client, options);
  if (report.oldTable.kind !== "found") return untouched(report);
  const inventory = await takeInventory(client, waiting);
  if (dropOldTable) await drop(client, report.oldTable.furtherColumns, waiting);
  return {
    migrated: inventory.named + inventory.unnamed > 0,
    rowCount: report.inserted,
    message: describe(report, inventory, dropOldTable),
  };
}

function untouched({ oldTable }: ImportReport): MigrationResult {
  const message =
    oldTable.kind === "unrelated"
      ? `No migration: the table "workflow_runs" is not one of wrkflw's, for ${oldTable.reason}; it was left alone`
      : 'No migration needed: there is no table "workflow_runs"';
  return { migrated: false, rowCount: 0, message };
}

function takeInventory(client: SqlClient, waiting: Waiting): Promise<Inventory> {
  return persist(waiting, {
    action: "count the rows of workflow_runs",
    async attempt() {
      const [row] = rowsOf(await client.execute({ sql: INVENTORY, args: [] }));
      const count = (column: string) => (row === undefined ? 0 : (numberOf(row, column) ?? 0));
      return { named: count("named"), present: count("present"), unnamed: count("unnamed") };
    },
    async settled() {
      const { kind } = await findOldTable(client);
      return kind === "absent" ? { named: 0, present: 0, unnamed: 0 } : undefined;
    },
  });
}

/** The check and the drop are one batch: a row that comes in between stops it. */
async function drop(
  client: SqlClient,
  furtherColumns: readonly string[],
  waiting: Waiting,
): Promise<void> {
  if (furtherColumns.length > 0) {
    const names = furtherColumns.map((name) => JSON.stringify(name)).join(", ");
    throw refusal(`it has columns that wrkflw does not copy: ${names}`);
  }
  const batch = [
    REFUSE_UNACCOUNTED,
    "DROP TABLE workflow_runs",
    "DROP INDEX IF EXISTS idx_workflow_runs_workflow_id",
    "DROP INDEX IF EXISTS idx_workflow_runs_status",
  ];
  await persist(waiting, {
    action: "drop workflow_runs",
    async attempt() {
      await client.batch(
        batch.map((sql) => ({ sql, args: [] })),
        "write",
      );
      return true;
    },
    settled: () => settleDrop(client),
  });
}

async function settleDrop(client: SqlClient): Promise<true | undefined> {
  if ((await findOldTable(client)).kind === "absent") return true;
  const sql = `SELECT COUNT(*) AS unaccounted FROM (${unaccounted()})`;
  const [row] = rowsOf(await client.execute({ sql, args: [] }));
  const left = row === undefined ? 0 : (numberOf(row, "unaccounted") ?? 0);
  if (left === 0) return undefined;
  const rows = left === 1 ? "1 row is" : `${left} rows are`;
  throw refusal(`${rows} not imported yet; stop what still writes there and call this again`);
}

function refusal(reason: string): WrkflwError {
  return new WrkflwError(
    "MIGRATION_REFUSED",
    `Cannot drop the table "workflow_runs": ${reason}; it was left in place`,
  );
}

function describe(report: ImportReport, inventory: Inventory, isDropped: boolean): string {
  const fate = isDropped ? "The old table was dropped" : "The old table was kept";
  if (inventory.named + inventory.unnamed === 0) {
    return `No migration needed: the table "workflow_runs" is empty. ${fate}`;
  }
  const alreadyThere = inventory.present - report.inserted;
  const deleted = inventory.named - inventory.present;
  const parts = [
    `Inserted ${rows(report.inserted)} from "workflow_runs" into "wrkflw_workflow_runs"`,
    alreadyThere > 0 ? `${rows(alreadyThere)} ${was(alreadyThere)} already there` : "",
    deleted > 0
      ? `${rows(deleted)} imported earlier ${was(deleted)} deleted since and left so`
      : "",
    report.repaired > 0
      ? `${rows(report.repaired)} ${was(report.repaired)} repaired (the originals are in "wrkflw_set_aside")`
      : "",
    inventory.unnamed > 0
      ? `${rows(inventory.unnamed)} without a run id ${was(inventory.unnamed)} set aside in "wrkflw_set_aside"`
      : "",
  ];
  return `${parts.filter((part) => part !== "").join("; ")}. ${fate}`;
}

function rows(count: number): string {
  return count === 1 ? "1 row" : `${count} rows`;
}

function was(count: number): string {
  return count === 1 ? "was" : "were";
}
