/** Every database that storage must work on, each fresh and empty for every test. */
import { type ConnectedClient, connect } from "../databases/connect.ts";
import { openLibsql } from "../databases/libsql.ts";
import { openLocal } from "../databases/local.ts";
import { fromValTown } from "../databases/val-town.ts";
import { rowsOf, type SqlClient, textOf } from "../sql.ts";
import { isSqldInstalled, SQLD_HINT, type Sqld, sqldAvailable, startSqld } from "./sqld.ts";
import { type RowForm, valTownStandIn } from "./val-town-stand-in.ts";

/** An empty database for one test. */
export interface TestDatabase {
  readonly client: SqlClient;
  /** Opens one more client of the same database, as another process would. */
  connectAgain(): Promise<SqlClient>;
  /** Closes every client and deletes the database. */
  close(): void | Promise<void>;
}

/** A kind of database. */
export interface DatabaseKind {
  readonly name: string;
  /** Whether the kind cannot be had here. */
  readonly isMissing: boolean;
  open(): Promise<TestDatabase>;
}

/** All kinds. */
export const DATABASE_KINDS: readonly DatabaseKind[] = [
  { name: "local file", isMissing: false, open: openFile },
  { name: "memory", isMissing: false, open: openMemory },
  { name: "sqld", isMissing: !sqldAvailable(), open: openServer },
  { name: "val town, rows as arrays", isMissing: false, open: () => openValTown("arrays") },
  { name: "val town, rows as objects", isMissing: false, open: () => openValTown("objects") },
];

/**
 * Registers one test for each kind of database. The test is given an empty one, which is closed
 * and deleted afterwards.
 */
export function forEachDatabase(
  name: string,
  test: (client: SqlClient, database: TestDatabase) => Promise<void> | void,
): void {
  for (const kind of DATABASE_KINDS) {
    Deno.test({
      name: `${name} [${kind.name}]`,
      ignore: kind.isMissing,
      fn: async () => {
        const database = await kind.open();
        try {
          await test(database.client, database);
        } finally {
          await database.close();
        }
      },
    });
  }
}

async function openFile(): Promise<TestDatabase> {
  const directory = await Deno.makeTempDir({ prefix: "wrkflw-test-" });
  // A loss of power is not what these tests are about.
  const open = () => openLocal(`${directory}/test.db`, { synchronous: "NORMAL" });
  return await tracked(open, () => Deno.remove(directory, { recursive: true }));
}

async function openMemory(): Promise<TestDatabase> {
  const client = await openLocal(":memory:");
  return { client, connectAgain: () => Promise.resolve(client), close: () => client.close() };
}

async function openValTown(form: RowForm): Promise<TestDatabase> {
  const database = await openLocal(":memory:");
  const sqlite = valTownStandIn(database, form);
  return {
    client: fromValTown(sqlite),
    connectAgain: () => connect({ client: fromValTown(sqlite) }),
    close: () => database.close(),
  };
}

/** Opens clients and remembers them, to close all in the end. */
async function tracked(
  open: () => Promise<ConnectedClient>,
  discard: () => Promise<void>,
): Promise<TestDatabase> {
  const clients: ConnectedClient[] = [];
  async function connectAgain(): Promise<SqlClient> {
    const client = await open();
    clients.push(client);
    return client;
  }
  async function close(): Promise<void> {
    for (const client of clients) client.close();
    await discard();
  }
  return { client: await connectAgain(), connectAgain, close };
}

let server: Sqld | undefined;

if (isSqldInstalled()) {
  // One server serves all tests of a file: starting one takes longer than most tests.
  Deno.test.beforeAll(async () => {
    server = await startSqld();
  });
  Deno.test.afterAll(async () => {
    await server?.stop();
  });
}

async function openServer(): Promise<TestDatabase> {
  if (server === undefined) throw new Error(SQLD_HINT);
  const { url } = server;
  const database = await tracked(
    () => openLibsql(url),
    () => Promise.resolve(),
  );
  await dropAll(database.client);
  return database;
}

async function dropAll(client: SqlClient): Promise<void> {
  const sql =
    "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'libsql_%'";
  const rows = rowsOf(await client.execute({ sql, args: [] }));
  const drops = rows.map((row) => `DROP ${textOf(row, "type")} "${textOf(row, "name")}"`);
  await client.batch(
    drops.map((drop) => ({ sql: drop, args: [] })),
    "write",
  );
}
