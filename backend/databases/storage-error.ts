/** What a driver throws, told as an error of this library that says what to do. */
import { type ErrorCode, WrkflwError } from "../errors.ts";

interface Fault {
  readonly code: ErrorCode;
  readonly advice: string;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  PERM: unavailable("access to it is denied; grant this process access to the file"),
  BUSY: unavailable(
    "another connection keeps it locked; end that connection's transaction and try again",
  ),
  LOCKED: unavailable("another statement keeps a table locked; try again"),
  NOMEM: unavailable("there is not enough memory; free some and try again"),
  READONLY: unavailable("it is read-only; make the file and its directory writable"),
  IOERR: unavailable("its disk failed to read or write; check the disk and try again"),
  CORRUPT: corrupt("its content is damaged; restore it from a backup"),
  FULL: unavailable("it is full; free some space on its disk or raise its size limit"),
  CANTOPEN: unavailable("its file cannot be opened; check the path and its permissions"),
  NOTADB: corrupt(
    "its file is not an SQLite database; choose another path or restore it from a backup",
  ),
};

/** SQLite's primary result codes, the low byte of each extended one. */
const NAMES_BY_NUMBER: Readonly<Record<number, string>> = {
  3: "PERM",
  5: "BUSY",
  6: "LOCKED",
  7: "NOMEM",
  8: "READONLY",
  10: "IOERR",
  11: "CORRUPT",
  13: "FULL",
  14: "CANTOPEN",
  26: "NOTADB",
};

/** SQLite's own words for the same codes, for drivers that hand on nothing but these. */
const NAMES_BY_WORDS: readonly (readonly [RegExp, string])[] = [
  [/database (?:table )?is locked/i, "BUSY"],
  [/readonly database/i, "READONLY"],
  [/disk I\/O error/i, "IOERR"],
  [/image is malformed/i, "CORRUPT"],
  [/database or disk is full/i, "FULL"],
  [/unable to open database/i, "CANTOPEN"],
  [/file is not a database/i, "NOTADB"],
];

/**
 * Turns an error of a database driver into one with code `STORAGE_UNAVAILABLE` or
 * `STORAGE_CORRUPT`, its `cause` kept. An error of the statement itself, such as a broken
 * constraint or a missing table, comes back as it is.
 *
 * @param subject Names the database in the message, such as `database "app.db"`.
 */
export function storageError(error: unknown, subject: string): unknown {
  if (error instanceof WrkflwError) return error;
  const fault = FAULTS[sqliteCodeOf(error) ?? ""];
  if (fault === undefined) return error;
  return new WrkflwError(fault.code, `Cannot use ${subject}: ${fault.advice}`, { cause: error });
}

/** SQLite's primary result code without its prefix, such as `BUSY`, or `undefined` when unknown. */
export function sqliteCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  if (typeof errcode === "number") return NAMES_BY_NUMBER[errcode & 0xff];
  const name = typeof code === "string" ? /^SQLITE_([A-Z]+)/.exec(code)?.[1] : undefined;
  if (name !== undefined && name in FAULTS) return name;
  return NAMES_BY_WORDS.find(([words]) => words.test(error.message))?.[1];
}

function unavailable(advice: string): Fault {
  return { code: "STORAGE_UNAVAILABLE", advice };
}

function corrupt(advice: string): Fault {
  return { code: "STORAGE_CORRUPT", advice };
}
