/**
 * Behaves as Val Town's `sqlite` does, over a database in this process: what goes in and out
 * passes through JSON, as over its network, and its rules for arguments and sizes hold.
 */
import type { LocalClient } from "../databases/local.ts";
import { sqliteCodeOf } from "../databases/storage-error.ts";
import type { ValTownSqlite } from "../databases/val-town.ts";
import { type ResultSet, rowsOf, type SqlArgument } from "../sql.ts";

/** `arrays`: the account's database. `objects`: a val's own, whose rows answer by name and index. */
export type RowForm = "arrays" | "objects";

const MAX_BATCH_STATEMENTS = 500;
const MAX_SQL_CHARS = 100_000;

/** Makes a stand-in for Val Town's `sqlite` that keeps its rows in `database`. */
export function valTownStandIn(database: LocalClient, form: RowForm): ValTownSqlite {
  async function execute(statement: unknown): Promise<unknown> {
    const [request] = receive([statement]);
    if (request === undefined) throw new LibsqlError("nothing to execute", "SQLITE_ERROR");
    return answer(await ask(() => database.execute(request)), form);
  }

  async function batch(statements: unknown): Promise<unknown> {
    if (!Array.isArray(statements)) throw new TypeError("statements is not an array");
    const requests = receive(statements);
    const results = await ask(() => database.batch(requests, "write"));
    return results.map((result) => answer(result, form));
  }

  return { execute, batch };
}

class LibsqlError extends Error {
  override readonly name = "LibsqlError";
  readonly code: string;

  constructor(message: string, code: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

interface Request {
  sql: string;
  args: SqlArgument[];
}

function receive(statements: readonly unknown[]): Request[] {
  const requests: Request[] = JSON.parse(JSON.stringify(statements.map(requestOf)));
  const chars = requests.reduce((sum, request) => sum + request.sql.length, 0);
  if (requests.length > MAX_BATCH_STATEMENTS) {
    throw new Error(`Too many statements: ${requests.length} of ${MAX_BATCH_STATEMENTS}`);
  }
  if (chars > MAX_SQL_CHARS) throw new Error(`Too much SQL: ${chars} of ${MAX_SQL_CHARS}`);
  return requests;
}

function requestOf(statement: unknown): Request {
  if (typeof statement === "string") return { sql: statement, args: [] };
  const { sql, args = [] } = (statement ?? {}) as { sql?: unknown; args?: unknown };
  if (typeof sql !== "string" || !Array.isArray(args)) throw new TypeError("Invalid statement");
  return { sql, args: args.map(checkedArgument) };
}

function checkedArgument(value: unknown): SqlArgument {
  if (value === null || typeof value === "string") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new TypeError("Unsupported type of value");
}

/** Errors arrive with a message and a code, and without the driver's own error. */
async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    const name = sqliteCodeOf(error instanceof Error ? (error.cause ?? error) : error);
    throw new LibsqlError((error as Error).message, `SQLITE_${name ?? "ERROR"}`);
  }
}

function answer(result: ResultSet, form: RowForm): ResultSet {
  const { columns, rows, rowsAffected = 0 } = result;
  const columnTypes = columns.map(() => "");
  const body = { columns, columnTypes, rows, rowsAffected, lastInsertRowid: null };
  const received: ResultSet = JSON.parse(JSON.stringify(body));
  if (form === "arrays") return received;
  return { ...received, rows: rowsOf(received).map((row) => withIndexes(row, columns)) };
}

/** Values answer by index too, but only their names are listed. */
function withIndexes(row: Readonly<Record<string, unknown>>, columns: readonly string[]): object {
  const both = { ...row };
  for (const [index, column] of columns.entries()) {
    Object.defineProperty(both, index, { value: row[column], enumerable: false });
  }
  return Object.defineProperty(both, "length", { value: columns.length, enumerable: false });
}
