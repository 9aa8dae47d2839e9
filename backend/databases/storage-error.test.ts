import { assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { WrkflwError } from "../errors.ts";
import { remoteError } from "./remote-error.ts";
import { storageError } from "./storage-error.ts";

function thrown(message: string, properties: object = {}): Error {
  return Object.assign(new Error(message), properties);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof WrkflwError ? error.code : undefined;
}

Deno.test("SQLite's number, its name and its words lead to the same code", () => {
  const cases: [Error, string][] = [
    [thrown("x", { errcode: 5 }), "STORAGE_UNAVAILABLE"],
    [thrown("x", { errcode: 261 }), "STORAGE_UNAVAILABLE"], // SQLITE_BUSY_RECOVERY
    [thrown("x", { errcode: 13 }), "STORAGE_UNAVAILABLE"],
    [thrown("x", { errcode: 26 }), "STORAGE_CORRUPT"],
    [thrown("x", { code: "SQLITE_BUSY" }), "STORAGE_UNAVAILABLE"],
    [thrown("x", { code: "SQLITE_IOERR_READ" }), "STORAGE_UNAVAILABLE"],
    [thrown("x", { code: "SQLITE_CORRUPT" }), "STORAGE_CORRUPT"],
    [thrown("SQLITE_UNKNOWN: database disk image is malformed"), "STORAGE_CORRUPT"],
    [thrown("SQLite error: attempt to write a readonly database"), "STORAGE_UNAVAILABLE"],
    [thrown("database table is locked: items"), "STORAGE_UNAVAILABLE"],
  ];
  for (const [error, code] of cases) {
    const told = storageError(error, 'database "app.db"');
    assertEquals(codeOf(told), code);
    assertInstanceOf(told, WrkflwError);
    assertStrictEquals(told.cause, error);
    assertEquals(told.message.startsWith('Cannot use database "app.db": '), true);
  }
});

Deno.test("an error of the statement stays as it is, near and far", () => {
  const errors = [
    thrown("UNIQUE constraint failed: items.name", { code: "SQLITE_CONSTRAINT" }),
    thrown("no such table: items", { code: "SQLITE_UNKNOWN" }),
    thrown("SQL string could not be parsed", { code: "SQL_PARSE_ERROR" }),
    thrown("too many parameters", { code: "ARGS_INVALID" }),
    new RangeError("Received integer which is too large"),
    new WrkflwError("INVALID_ARGUMENT", "Cannot bind"),
  ];
  for (const error of errors) {
    assertStrictEquals(storageError(error, "x"), error);
    assertStrictEquals(remoteError(error, "x"), error);
  }
});

Deno.test("a local database's error of the statement stays as it is", () => {
  const error = thrown("UNIQUE constraint failed: items.name", { errcode: 2067 });
  assertStrictEquals(storageError(error, "x"), error);
});

Deno.test("whatever else a remote database's client throws means that it is not available", () => {
  const errors = [
    new TypeError("fetch failed", { cause: new Error("Connection refused") }),
    new SyntaxError("Unexpected token '<'"),
    thrown("SERVER_ERROR: Server returned HTTP status 502", { code: "SERVER_ERROR" }),
    "a string",
    undefined,
  ];
  for (const error of errors) {
    assertEquals(codeOf(remoteError(error, "the database")), "STORAGE_UNAVAILABLE");
  }
});

Deno.test("a refused token is told from a server that is down", () => {
  const cause = thrown("Server returned HTTP status 401", { status: 401 });
  const error = new Error("SERVER_ERROR: Server returned HTTP status 401", { cause });
  const told = remoteError(error, "the database");
  assertInstanceOf(told, WrkflwError);
  assertEquals(
    told.message,
    "Cannot use the database: the server refused access (status 401); check the access token",
  );
});
