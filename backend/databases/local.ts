/**
 * SQLite in this process, through the runtime's own `node:sqlite`. The module is loaded when a
 * database is opened, so that this file also loads where there is no such module.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { quote, WrkflwError } from "../errors.ts";
import type { ResultSet, SqlClient, Statement } from "../sql.ts";
import { checkArguments } from "./arguments.ts";
import { LeastRecentlyUsed } from "./least-recently-used.ts";
import { sqliteCodeOf, storageError } from "./storage-error.ts";

/** How a local database is opened. */
export interface LocalOptions {
  /**
   * `FULL` keeps every commit through a loss of power. `NORMAL` is several times faster and
   * may lose the last commits then, but never damages the file; a mere crash of the process
   * loses nothing with either.
   *
   * @default "FULL"
   */
  readonly synchronous?: "FULL" | "NORMAL";
  /**
   * How long a statement waits, in milliseconds, for another connection to give up its lock.
   * The process does other work meanwhile.
   *
   * @default 5000
   */
  readonly busyTimeoutMs?: number;
  /**
   * Whether a file that is not there is refused, instead of made.
   *
   * @default false
   */
  readonly mustExist?: boolean;
}

/** A local database. Close it to let go of its file. */
export interface LocalClient extends SqlClient {
  /** Closes the file. Closing twice does nothing. */
  close(): void;
}

const DEFAULT_BUSY_TIMEOUT_MS = 5000;
const BUSY_RETRY_MS = 25;
/**
 * Most locks are given up sooner, and SQLite looks more often than a timer could; but it blocks
 * the process for as long as it waits.
 */
const MAX_BLOCKED_MS = 20;
const KEPT_STATEMENTS = 200;
/**
 * A commit writes every page that it changes, and most change one small row a page: smaller pages
 * than SQLite's usual 4,096 bytes make it write less. Even smaller ones take longer for large values.
 */
export const PAGE_BYTES = 2048;
/** How many pages are written before they are moved from the log into the file: 5 MB of a new one. */
export const CHECKPOINT_PAGES = 2500;
/** `SELECT *` and the like: a kept statement would go on without columns that are added later. */
export const NAMES_NO_COLUMNS = /(?:\b(?:select|distinct|all|returning)\b|[,.])\s*\*/i;

/**
 * Opens or creates the SQLite database at `path`, in WAL mode. `:memory:` opens one that lasts
 * until it is closed. Several processes may have the same file open.
 *
 * Numbers are bound as REAL, as most SQLite drivers do: a column of INTEGER or BIGINT turns a
 * whole number back into an integer, also in `INSERT ... SELECT ?`; a bare `SELECT ?` or a
 * column without a type does not. Where it matters, write `CAST(? AS INTEGER)`.
 *
 * @throws {WrkflwError} With code `STORAGE_UNAVAILABLE`, when the file cannot be opened or must be
 * there and is not, or `STORAGE_CORRUPT`, when it is no intact database.
 */
export async function openLocal(path: string, options: LocalOptions = {}): Promise<LocalClient> {
  checkPath(path);
  const { synchronous = "FULL", busyTimeoutMs = DEFAULT_BUSY_TIMEOUT_MS } = options;
  checkOptions(synchronous, busyTimeoutMs);
  if (options.mustExist === true && path !== ":memory:") {
    const { assertThere } = await import("./local-opening.ts");
    await assertThere(path);
  }
  const sqlite = await loadSqlite();
  const subject = `database ${quote(path)}`;
  let database: DatabaseSync | undefined;
  try {
    database = new sqlite.DatabaseSync(path);
    await useWal(database, busyTimeoutMs);
    database.exec(`PRAGMA synchronous = ${synchronous}`);
    database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    database.exec(`PRAGMA busy_timeout = ${Math.min(MAX_BLOCKED_MS, busyTimeoutMs)}`);
    return new LocalDatabase(database, subject, busyTimeoutMs);
  } catch (error) {
    database?.close();
    const { explainOpening } = await import("./local-opening.ts");
    throw (await explainOpening(error, path)) ?? storageError(error, subject);
  }
}

function checkPath(path: string): void {
  const fault = pathFault(path);
  if (fault === undefined) return;
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot open a database: the path is ${fault}; give the path of a file, or ":memory:"`,
  );
}

function checkOptions(synchronous: string, busyTimeoutMs: number): void {
  if (!["FULL", "NORMAL"].includes(synchronous)) {
    throw new WrkflwError(
      "INVALID_ARGUMENT",
      `Cannot open a database with synchronous ${quote(String(synchronous))}: use "FULL" or "NORMAL"`,
    );
  }
  if (!Number.isInteger(busyTimeoutMs) || busyTimeoutMs < 0 || busyTimeoutMs >= 2 ** 31) {
    throw new WrkflwError(
      "INVALID_ARGUMENT",
      `Cannot open a database with busyTimeoutMs ${quote(String(busyTimeoutMs))}: use a whole number of milliseconds from 0`,
    );
  }
}

function pathFault(path: unknown): string | undefined {
  if (typeof path !== "string") return `of type ${typeof path}`;
  if (path === "") return "empty";
  if (path.includes("\0")) return `${quote(path)}, which has a NUL character`;
  return path.startsWith("file:") ? `the URL ${quote(path)}` : undefined;
}

async function loadSqlite(): Promise<typeof import("node:sqlite")> {
  try {
    return await import("node:sqlite");
  } catch (cause) {
    throw new WrkflwError(
      "STORAGE_UNAVAILABLE",
      "Cannot open a local database: this runtime has no node:sqlite; use Deno 2.2 or Node 22.16 or newer, or give the URL of a libSQL server",
      { cause },
    );
  }
}

/**
 * Changing to WAL needs the file for oneself for a moment, and SQLite refuses at once instead
 * of waiting when two processes try; so it is tried again here. A database that cannot be
 * written keeps the mode it has.
 */
async function useWal(database: DatabaseSync, timeoutMs: number): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += BUSY_RETRY_MS) {
    try {
      const mode = database.prepare("PRAGMA journal_mode").get()?.journal_mode;
      if (mode === "wal" || mode === "memory") return;
      // A file that has pages keeps their size.
      database.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
      database.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      const code = sqliteCodeOf(error);
      if (code === "READONLY") return;
      if (code !== "BUSY" || waitedMs >= timeoutMs) throw error;
      await pause(BUSY_RETRY_MS);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

interface Prepared {
  readonly statement: StatementSync;
  /** Names of the result's columns; none for a statement that returns no rows. */
  readonly columns: readonly string[];
}

class LocalDatabase implements LocalClient {
  readonly alwaysAnswers = true;
  readonly #database: DatabaseSync;
  readonly #subject: string;
  readonly #busyTimeoutMs: number;
  readonly #prepared = new LeastRecentlyUsed<Prepared>(KEPT_STATEMENTS);
  #isClosed = false;

  constructor(database: DatabaseSync, subject: string, busyTimeoutMs: number) {
    this.#database = database;
    this.#subject = subject;
    this.#busyTimeoutMs = busyTimeoutMs;
  }

  execute(statement: Statement): Promise<ResultSet> {
    return this.#use(() => this.#runAlone(statement));
  }

  batch(statements: readonly Statement[]): Promise<ResultSet[]> {
    return this.#use(() => {
      const [only] = statements;
      if (only === undefined) return [];
      return statements.length === 1 ? [this.#runAlone(only)] : this.#runTogether(statements);
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#prepared.clear();
    this.#database.close();
  }

  /** Does the work now, or once another connection gives up its lock; it must be all or nothing. */
  async #use<T>(work: () => T): Promise<T> {
    let givesUpAt: number | undefined;
    while (true) {
      try {
        if (this.#isClosed) throw this.#closedError();
        return work();
      } catch (error) {
        givesUpAt ??= performance.now() + this.#busyTimeoutMs - MAX_BLOCKED_MS;
        if (sqliteCodeOf(error) !== "BUSY" || performance.now() >= givesUpAt)
          throw storageError(error, this.#subject);
        await pause(BUSY_RETRY_MS);
      }
    }
  }

  /** One statement is a transaction by itself. */
  #runAlone(statement: Statement): ResultSet {
    const result = this.#run(statement);
    if (!this.#database.isTransaction) return result;
    this.#rollBack();
    throw new WrkflwError(
      "INVALID_ARGUMENT",
      `Cannot open a transaction on ${this.#subject} by a statement: give all that belongs together to batch(), without BEGIN`,
    );
  }

  #runTogether(statements: readonly Statement[]): ResultSet[] {
    this.#prepare("BEGIN IMMEDIATE").statement.run();
    try {
      const results = statements.map((statement) => this.#run(statement));
      this.#prepare("COMMIT").statement.run();
      return results;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  #run({ sql, args }: Statement): ResultSet {
    checkArguments(args);
    const { statement, columns } = this.#prepare(sql);
    if (columns.length > 0) return { columns, rows: statement.all(...args) };
    return { columns, rows: [], rowsAffected: Number(statement.run(...args).changes) };
  }

  #prepare(sql: string): Prepared {
    return this.#prepared.get(sql) ?? this.#prepareAnew(sql);
  }

  #prepareAnew(sql: string): Prepared {
    const prepared = prepare(this.#database, sql);
    if (!NAMES_NO_COLUMNS.test(sql)) this.#prepared.set(sql, prepared);
    return prepared;
  }

  #rollBack(): void {
    // Some errors, such as a full disk, make SQLite roll back by itself.
    if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
  }

  #closedError(): WrkflwError {
    return new WrkflwError(
      "STORAGE_UNAVAILABLE",
      `Cannot use ${this.#subject}: it was closed; open it again`,
    );
  }
}

function prepare(database: DatabaseSync, sql: string): Prepared {
  const statement = prepareOne(database, sql);
  const columns = statement.columns().map((column) => column.name);
  if (columns.length > 0) returnArrays(statement);
  return { statement, columns };
}

/** Rows as arrays are made quicker; older runtimes, and TypeScript's types, lack the switch. */
function returnArrays(statement: StatementSync): void {
  if (!("setReturnArrays" in statement)) return;
  if (typeof statement.setReturnArrays === "function") statement.setReturnArrays(true);
}

/**
 * SQLite prepares the first of several statements and drops the others without a word; of none
 * it makes a statement that Deno's `sourceSQL` does not survive.
 */
function prepareOne(database: DatabaseSync, sql: string): StatementSync {
  if (!isBlank(sql) && !sql.includes("\0")) {
    const statement = database.prepare(sql);
    if (isBlank(sql.slice(statement.sourceSQL.length))) return statement;
  }
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot run ${quote(sql)}: give exactly one statement; use batch() for several`,
  );
}

/** Whether SQL is nothing but white space, semicolons and comments. */
function isBlank(sql: string): boolean {
  return sql.replace(/--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[\s;]/g, "") === "";
}
