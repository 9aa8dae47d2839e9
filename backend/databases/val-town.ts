/** The SQLite database that Val Town gives to each account. Its client is loaded when needed. */
import { WrkflwError } from "../errors.ts";
import type { ResultSet, SqlArgument, SqlClient } from "../sql.ts";
import { checkArguments } from "./arguments.ts";
import { remoteError } from "./remote-error.ts";

/** What Val Town's `sqlite` has, whether it is the account's or a val's own. */
export interface ValTownSqlite {
  /** Runs one statement. */
  execute(statement: { sql: string; args: SqlArgument[] }): Promise<unknown>;
  /** Runs the statements in one transaction. */
  batch(statements: { sql: string; args: SqlArgument[] }[], mode: "write"): Promise<unknown>;
}

const SUBJECT = "Val Town's database";
/** Kept apart from the `import`: package registries refuse modules with such a literal in it. */
const ACCOUNT_SQLITE = "https://esm.town/v/std/sqlite";

/**
 * Opens the database of the Val Town account this code runs in.
 *
 * @param specifier The module whose `sqlite` is used; `https://esm.town/v/std/sqlite/main.ts`
 * has that of the val itself.
 * @throws {WrkflwError} With code `STORAGE_UNAVAILABLE`, when its client cannot be loaded.
 */
export async function openValTown(specifier: string = ACCOUNT_SQLITE): Promise<SqlClient> {
  return fromValTown(await loadSqlite(specifier));
}

/**
 * Makes a client from a Val Town `sqlite`. It serves for the account's database and for a val's
 * own (`https://esm.town/v/std/sqlite/main.ts`) alike.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, when it has no `execute` and `batch`.
 */
export function fromValTown(sqlite: ValTownSqlite): SqlClient {
  if (!isSqlite(sqlite)) {
    throw new WrkflwError(
      "INVALID_ARGUMENT",
      "Cannot use this Val Town client: it has no execute() and batch(); give the `sqlite` that std/sqlite exports",
    );
  }
  return new ValTownDatabase(sqlite);
}

async function loadSqlite(specifier: string): Promise<ValTownSqlite> {
  try {
    const { sqlite }: { sqlite: ValTownSqlite } = await import(specifier);
    return sqlite;
  } catch (cause) {
    throw new WrkflwError(
      "STORAGE_UNAVAILABLE",
      `Cannot open ${SUBJECT}: its client could not be loaded; outside of Val Town, unset the environment variable "valtown" or set WRKFLW_DATABASE_URL`,
      { cause },
    );
  }
}

function isSqlite(value: unknown): value is ValTownSqlite {
  if (typeof value !== "object" || value === null) return false;
  const { execute, batch } = value as Partial<ValTownSqlite>;
  return typeof execute === "function" && typeof batch === "function";
}

class ValTownDatabase implements SqlClient {
  readonly #sqlite: ValTownSqlite;

  constructor(sqlite: ValTownSqlite) {
    this.#sqlite = sqlite;
  }

  async execute({ sql, args }: { sql: string; args: SqlArgument[] }): Promise<ResultSet> {
    checkArguments(args);
    return await ask(async () => resultOf(await this.#sqlite.execute({ sql, args })));
  }

  async batch(statements: { sql: string; args: SqlArgument[] }[]): Promise<readonly ResultSet[]> {
    if (statements.length === 0) return [];
    const plain = statements.map(({ sql, args }) => {
      checkArguments(args);
      return { sql, args };
    });
    return await ask(async () => {
      const results = await this.#sqlite.batch(plain, "write");
      if (Array.isArray(results) && results.length === plain.length) return results.map(resultOf);
      throw new TypeError(`a batch of ${plain.length} statements got no list of as many results`);
    });
  }
}

async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    throw remoteError(error, SUBJECT);
  }
}

/** The account's client hands on whatever came over the network. */
function resultOf(value: unknown): ResultSet {
  const { columns, rows, rowsAffected } = (value ?? {}) as Partial<ResultSet>;
  if (!Array.isArray(rows)) throw new TypeError("the answer has no rows");
  return {
    columns: Array.isArray(columns) ? columns : [],
    rows,
    ...(typeof rowsAffected === "number" ? { rowsAffected } : {}),
  };
}
