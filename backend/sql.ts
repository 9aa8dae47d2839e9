/** A value that SQLite stores or returns. */
export type SqlValue = null | string | number | bigint | boolean | Uint8Array | ArrayBuffer;

/** A value that may be bound to a `?`. */
export type SqlArgument = null | string | number;

/** One SQL statement and the values bound to its `?` marks. */
export interface Statement {
  readonly sql: string;
  readonly args: SqlArgument[];
}

/** What a statement answered. Rows come as arrays, as objects, or as both at once. */
export interface ResultSet {
  /** Names of the columns. */
  readonly columns: readonly string[];
  /** One entry a row. */
  readonly rows: readonly unknown[];
  /** How many rows were written, where that is known. */
  readonly rowsAffected?: number;
}

/**
 * The only thing that is asked of a database. Val Town's `sqlite`, `@libsql/client` and
 * this library's `node:sqlite` adapter have it.
 */
export interface SqlClient {
  /**
   * Whether every call is answered in bounded time, since the database is in this process: nobody
   * need watch for an answer that never comes.
   *
   * @default false
   */
  readonly alwaysAnswers?: boolean;
  /** Runs one statement. */
  execute(statement: { sql: string; args: SqlArgument[] }): Promise<ResultSet>;
  /** Runs the statements in one transaction that is opened for writing: all of them, or none. */
  batch(
    statements: { sql: string; args: SqlArgument[] }[],
    mode: "write",
  ): Promise<readonly ResultSet[]>;
}

/** A row as an object, whatever form the client gave it. */
export type Row = Readonly<Record<string, SqlValue>>;

/** Reads the rows of a result as objects. */
export function rowsOf(result: ResultSet | undefined): Row[] {
  if (result === undefined || result.rows.length === 0) return [];
  const { rows, columns } = result;
  const blank = rows.length === 1 ? {} : blankRow(columns);
  return rows.map((row) => rowOf(row, columns, blank));
}

/** To copy it takes half as long as to make a row column by column. */
function blankRow(columns: readonly string[]): Row {
  return Object.fromEntries(columns.map((column) => [column, null]));
}

function rowOf(row: unknown, columns: readonly string[], blank: Row): Row {
  const source = row as Row & readonly SqlValue[];
  const isArray = Array.isArray(row);
  const names = isArray || columns.length > 0 ? columns : Object.keys(source);
  const named: Record<string, SqlValue> = { ...blank };
  for (let index = 0; index < names.length; index++) {
    const name = names[index] ?? "";
    named[name] = (isArray ? source[index] : source[name]) ?? null;
  }
  return named;
}

/** A column as text, or `null` when it holds none. */
export function textOf(row: Row, column: string): string | null {
  const value = row[column];
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : String(value);
}

/** A column as a number, or `null` when it holds none. */
export function numberOf(row: Row, column: string): number | null {
  const value = row[column];
  if (typeof value === "number") return value;
  if (typeof value !== "bigint" && typeof value !== "string") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
