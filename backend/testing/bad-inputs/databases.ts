/** Wrong databases, and wrong calls of the storage and of migrations. */
import { connect } from "../../databases/connect.ts";
import { openLocal } from "../../databases/local.ts";
import {
  generateMigrationSQL,
  migrate,
  migrateWorkflowRunsTable,
  runMigrations,
  verifySchema,
} from "../../migrations.ts";
import { WorkflowStorage } from "../../storage.ts";
import { type BadInput, type BadInputPlace, call, row } from "./bad-input.ts";

const CODE = "INVALID_ARGUMENT";
const door = {
  connect,
  openLocal,
  generateMigrationSQL,
  migrate,
  migrateWorkflowRunsTable,
  runMigrations,
  verifySchema,
};

function badUrl(name: string, url: unknown, message: string): BadInput {
  return row(`a database at ${name}`, () => call(door, "connect", { url }), CODE, message);
}

function badPath(name: string, args: unknown[], message: string): BadInput {
  return row(`openLocal() with ${name}`, () => call(door, "openLocal", ...args), CODE, message);
}

const URLS: readonly BadInput[] = [
  badUrl("a number", 7, "Cannot use a database URL of type number: write a text such as"),
  badUrl("null", null, "Cannot use a database URL of type object"),
  badUrl("nothing", "", "it has no known scheme; write"),
  badUrl("a bare path", "app.db", 'it has no known scheme; write "file:app.db" for a file'),
  badUrl("another scheme", "postgres://localhost/app", "it has no known scheme; write"),
  badUrl("a file with options", "file:app.db?mode=ro", "a file's URL takes no options"),
  badUrl("a file with a fragment", "file:app.db#main", "a file's URL takes no options"),
  badUrl("a file on a host", "file://server/app.db", 'it names the host "server"; write'),
  badUrl("a file of no path", "file:", 'it has no path; write "file:app.db"'),
  badUrl("a file with a broken code", "file:100%.db", "it has a % that begins no character code"),
  badUrl("a server of no name", "https://", "Cannot use"),
  row("a client of nothing", () => call(door, "connect", { client: {} }), CODE, "no execute() and"),
  row("a client of null", () => call(door, "connect", { client: null }), CODE, "no execute() and"),
  row(
    "a client without batch()",
    () => call(door, "connect", { client: { execute } }),
    CODE,
    "batch()",
  ),
  badPath("nothing", [], "the path is of type undefined; give the path of a file"),
  badPath("an empty path", [""], "the path is empty"),
  badPath("a URL", ["file:app.db"], 'the path is the URL "file:app.db"'),
  badPath("a NUL in its path", ["a\0b"], "which has a NUL character"),
  badPath("an unknown durability", [":memory:", { synchronous: "OFF" }], 'use "FULL" or "NORMAL"'),
  badPath("a negative patience", [":memory:", { busyTimeoutMs: -1 }], "use a whole number of"),
  badPath(
    "a patience of text",
    [":memory:", { busyTimeoutMs: "5; DROP" }],
    "use a whole number of",
  ),
];

function execute(): Promise<never> {
  return Promise.reject(new Error("not reached"));
}

function badStorage(name: string, options: unknown, message: string): BadInput {
  const ask = () => Reflect.construct(WorkflowStorage, [options]);
  return row(`storage made with ${name}`, ask, CODE, message);
}

function badStorageCall(name: string, method: string, args: unknown[], message: string): BadInput {
  const ask = ({ storage }: BadInputPlace) => call(storage, method, ...args);
  return row(`storage.${method}() with ${name}`, ask, CODE, message);
}

const SNAPSHOT = {
  runId: "r1",
  workflowId: "open",
  status: "success",
  executionPath: [],
  stepResults: {},
  state: {},
  inputData: 1,
  timestamp: 0,
};

const STORAGE: readonly BadInput[] = [
  badStorage(
    "a URL",
    "file:app.db",
    'Cannot open storage: pass { url: "file:app.db" } or { client }',
  ),
  badStorage("null", null, "Cannot open storage: pass { url:"),
  ...["loadSnapshot", "loadRun", "cancel", "deleteRun"].flatMap((method) => [
    badStorageCall("nothing", method, [], "its id must be a text: got undefined"),
    badStorageCall("a number", method, [7], "its id must be a text: got number"),
    badStorageCall("a NUL", method, ["a\0b"], "its id must be a text: got one with a NUL"),
  ]),
  badStorageCall(
    "an unknown status",
    "getRunsByStatus",
    ["nope"],
    '"nope" is no status; use one of',
  ),
  badStorageCall("nothing", "getRunsByStatus", [], '"undefined" is no status; use one of'),
  badStorageCall("a number as workflow", "listRuns", [7], "workflowId must be a text: got number"),
  badStorageCall("a NUL as workflow", "listRuns", ["\0"], "workflowId must be a text"),
  ...[0, -1, 1.5, 1001, Number.NaN, "10", null].map((limit) =>
    badStorageCall(
      `a limit of ${String(limit)} (${typeof limit})`,
      "listRuns",
      [undefined, { limit }],
      "limit must be a whole number from 1 to 1000",
    ),
  ),
  ...["", "x", "~", "x~r1", 7, null].map((cursor) =>
    badStorageCall(
      `a cursor of ${JSON.stringify(cursor)}`,
      "listRuns",
      [undefined, { cursor }],
      "is not a cursor of an earlier page",
    ),
  ),
  badStorageCall("null", "queryRuns", [null], "options must be an object, got null"),
  badStorageCall("a number as workflow", "countRuns", [7], "workflowId must be a text"),
  badStorageCall("nothing", "saveSnapshot", [], "Cannot save a snapshot: it must be an object"),
  badStorageCall("no run id", "saveSnapshot", [{ ...SNAPSHOT, runId: undefined }], "Run id"),
  badStorageCall(
    "no workflow",
    "saveSnapshot",
    [{ ...SNAPSHOT, workflowId: 7 }],
    "workflowId number is not a string",
  ),
  badStorageCall(
    "an unknown status",
    "saveSnapshot",
    [{ ...SNAPSHOT, status: "?" }],
    "is no status",
  ),
];

const MIGRATIONS: readonly BadInput[] = [
  ...["false", 1, null].map((drop) =>
    row(
      `migrateWorkflowRunsTable() with ${JSON.stringify(drop)}`,
      ({ world }) => call(door, "migrateWorkflowRunsTable", drop, world.client),
      CODE,
      `Cannot migrate: dropOldTable is ${JSON.stringify(drop)}; give true or false`,
    ),
  ),
  row(
    "migrateWorkflowRunsTable() with a client of nothing",
    () => call(door, "migrateWorkflowRunsTable", false, {}),
    CODE,
    "Cannot use this database client: it has no execute() and batch()",
  ),
  row(
    "runMigrations() with a text",
    ({ world }) => call(door, "runMigrations", { dropOldTables: "yes", client: world.client }),
    CODE,
    'Cannot migrate: dropOldTables is "yes"; give true or false',
  ),
  row(
    "runMigrations() with true instead of options",
    () => call(door, "runMigrations", true),
    CODE,
    "Cannot migrate: options must be an object, got boolean",
  ),
  row(
    "generateMigrationSQL() with a text",
    () => call(door, "generateMigrationSQL", "false"),
    CODE,
    'Cannot migrate: dropOldTable is "false"; give true or false',
  ),
  row(
    "verifySchema() with a URL",
    () => call(door, "verifySchema", "app.db"),
    CODE,
    "no execute()",
  ),
  ...[0, -5, 1.5, "100"].map((pageRows) =>
    row(
      `an import in pages of ${JSON.stringify(pageRows)}`,
      async () => {
        const client = await openLocal(":memory:");
        try {
          return await (call(door, "migrate", client, { pageRows }) as Promise<unknown>);
        } finally {
          client.close();
        }
      },
      CODE,
      `Cannot import old runs: pageRows is ${pageRows}; give a whole number from 1`,
    ),
  ),
];

/** Every wrong database and wrong call of the storage or a migration. */
export const BAD_DATABASES: readonly BadInput[] = [...URLS, ...STORAGE, ...MIGRATIONS];
