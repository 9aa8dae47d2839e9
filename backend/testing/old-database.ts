/** Databases as the first version of this library left them, and its way of using them. */
import { type Row, rowsOf, type SqlArgument, type SqlClient } from "../sql.ts";

/** The columns of both tables of the first version, in order. */
export const OLD_COLUMNS = [
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
] as const;

/** A row of the first version. */
export type OldRow = Partial<Record<(typeof OLD_COLUMNS)[number], SqlArgument>>;

const SOUND: OldRow = {
  workflow_id: "greet",
  status: "success",
  execution_path: "[0]",
  step_results: '{"hello":{"status":"success","output":{"text":"hi"}}}',
  state: null,
  input_data: '{"name":"Ann"}',
  result: '{"text":"hi"}',
  error: null,
  created_at: 1_700_000_000,
  updated_at: 1_700_000_005,
};

/** The first version's own statement, for either of its tables. */
export function createOldTable(name: string = "workflow_runs"): string {
  return `CREATE TABLE IF NOT EXISTS ${name} (
    run_id TEXT PRIMARY KEY, workflow_id TEXT NOT NULL, status TEXT NOT NULL,
    execution_path TEXT, step_results TEXT, state TEXT, input_data TEXT, result TEXT, error TEXT,
    created_at INTEGER DEFAULT (unixepoch()), updated_at INTEGER DEFAULT (unixepoch()))`;
}

/** A table of the same columns that takes whatever is put in. */
export const LAX_TABLE = `CREATE TABLE workflow_runs (${OLD_COLUMNS.join(", ")})`;

/** The first version's two indexes on its first table. */
export const OLD_INDEXES = [
  "CREATE INDEX idx_workflow_runs_workflow_id ON workflow_runs(workflow_id)",
  "CREATE INDEX idx_workflow_runs_status ON workflow_runs(status)",
];

/** Makes the old table with its indexes and rows. */
export async function makeOldDatabase(client: SqlClient, rows: readonly OldRow[]): Promise<void> {
  for (const sql of [createOldTable(), ...OLD_INDEXES]) await run(client, sql);
  await insertOldRows(client, rows);
}

/** Inserts rows; what a row does not say is as in a usual one. */
export async function insertOldRows(
  client: SqlClient,
  rows: readonly OldRow[],
  table: string = "workflow_runs",
): Promise<void> {
  const marks = OLD_COLUMNS.map(() => "?").join(", ");
  const sql = `INSERT INTO ${table} (${OLD_COLUMNS.join(", ")}) VALUES (${marks})`;
  const statements = rows.map((row) => {
    const whole = { ...SOUND, ...row };
    return { sql, args: OLD_COLUMNS.map((column) => whole[column] ?? null) };
  });
  await client.batch(statements, "write");
}

/** Inserts `count` usual rows named `old-00000001` and on, inside the database. */
export async function insertManyOldRows(client: SqlClient, count: number): Promise<void> {
  const values = OLD_COLUMNS.slice(1).map((column) => {
    // Each row holds something of its own, so that one that takes another's place is seen.
    if (column === "input_data") return `'{"name":"Ann ' || i || '"}'`;
    const value = SOUND[column] ?? null;
    return typeof value === "string" ? `'${value}'` : String(value);
  });
  await run(
    client,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
     INSERT INTO workflow_runs (${OLD_COLUMNS.join(", ")})
     SELECT 'old-' || printf('%08d', i), ${values.join(", ")} FROM n`,
  );
}

/** Runs one statement and reads its rows. */
export async function run(client: SqlClient, sql: string, ...args: SqlArgument[]): Promise<Row[]> {
  return rowsOf(await client.execute({ sql, args }));
}

/** The whole of a database as text, but for the moment at which migrations were applied. */
export async function dump(client: SqlClient): Promise<string> {
  const objects = await run(client, "SELECT type, name, sql FROM sqlite_master");
  const lines = objects.map((row) => `${row.type} ${row.name} ${row.sql}`);
  for (const { name } of objects.filter((row) => row.type === "table")) {
    for (const row of await run(client, `SELECT * FROM ${name}`)) {
      lines.push(`${name} ${JSON.stringify({ ...row, applied_at: undefined })}`);
    }
  }
  return lines.sort().join("\n");
}
