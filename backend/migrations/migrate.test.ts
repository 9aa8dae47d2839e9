import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { openLocal } from "../databases/local.ts";
import { WrkflwError } from "../errors.ts";
import type { SqlClient } from "../sql.ts";
import { closing } from "../testing/closing.ts";
import { forEachDatabase } from "../testing/databases.ts";
import { createOldTable, dump, insertOldRows, run } from "../testing/old-database.ts";
import { migrate, recordVersion } from "./migrate.ts";
import { MIGRATIONS, NEWEST_VERSION } from "./migration-list.ts";
import { createTable, MIGRATIONS_TABLE } from "./tables.ts";
import { verifySchema } from "./verify-schema.ts";

const effects = { random: () => 0.5, sleep: () => Promise.resolve() };

/** Counts calls, and fails those for which `fault` says so. */
function watched(client: SqlClient, fault: (call: number) => Error | undefined = () => undefined) {
  let calls = 0;
  const check = () => {
    const error = fault(++calls);
    if (error !== undefined) throw error;
  };
  return {
    calls: () => calls,
    async execute(...args: Parameters<SqlClient["execute"]>) {
      check();
      return await client.execute(...args);
    },
    async batch(...args: Parameters<SqlClient["batch"]>) {
      check();
      return await client.batch(...args);
    },
  };
}

forEachDatabase("an empty database gets the whole schema, once", async (client) => {
  await migrate(client);
  assertEquals(await verifySchema(client, { strict: true }), { ok: true, problems: [] });
  const versions = await run(client, "SELECT version, name FROM wrkflw_migrations");
  assertEquals(
    versions.map((row) => `${row.version} ${row.name}`),
    MIGRATIONS.map(({ version, name }) => `${version} ${name}`),
  );
  const before = await dump(client);
  await migrate(client);
  assertEquals(await dump(client), before);
});

forEachDatabase(
  "an empty database gets what it would get migration by migration",
  async (client) => {
    for (const migration of MIGRATIONS) {
      for (const sql of [
        createTable(MIGRATIONS_TABLE),
        recordVersion(migration),
        ...migration.statements,
      ])
        await run(client, sql);
    }
    using atOnce = closing(await openLocal(":memory:"));
    await migrate(atOnce);
    assertEquals(await dump(atOnce), await dump(client));
  },
);

forEachDatabase("an empty database costs two round trips, of which one writes", async (client) => {
  const counted = watched(client);
  let batches = 0;
  const batch: SqlClient["batch"] = (...args) => {
    batches++;
    return counted.batch(...args);
  };
  await migrate({ execute: counted.execute, batch });
  assertEquals([counted.calls(), batches], [2, 1]);
  assertEquals(await verifySchema(client, { strict: true }), { ok: true, problems: [] });
});

forEachDatabase("a migrated database costs one round trip", async (client) => {
  await migrate(client);
  const counted = watched(client);
  await migrate(counted);
  assertEquals(counted.calls(), 1);
});

forEachDatabase("the table that the first version made itself is extended", async (client) => {
  await run(client, createOldTable("wrkflw_workflow_runs"));
  await insertOldRows(
    client,
    [{ run_id: "a" }, { run_id: "b", status: "running" }],
    "wrkflw_workflow_runs",
  );
  await migrate(client);
  await verifySchema(client, { strict: true });
  const rows = await run(
    client,
    "SELECT run_id, status, epoch, due_at, recorded, reached FROM wrkflw_workflow_runs ORDER BY run_id",
  );
  const added = { epoch: 0, due_at: null, recorded: 0, reached: -1 };
  assertEquals(
    rows.map((row) => ({ ...row })),
    [
      { run_id: "a", status: "success", ...added },
      { run_id: "b", status: "running", ...added },
    ],
  );
});

forEachDatabase("a newer schema is refused and nothing is written", async (client) => {
  await migrate(client);
  await run(client, `INSERT INTO wrkflw_migrations VALUES (${NEWEST_VERSION + 1}, 'later', 0)`);
  await run(client, "DELETE FROM wrkflw_migrations WHERE version = 3");
  const before = await dump(client);
  const error = await assertRejects(() => migrate(client), WrkflwError);
  assertEquals(error.code, "SCHEMA_TOO_NEW");
  for (const part of [
    `version ${NEWEST_VERSION + 1}`,
    `up to ${NEWEST_VERSION}`,
    "upgrade wrkflw",
  ]) {
    assertStringIncludes(error.message, part);
  }
  assertEquals(await dump(client), before);
});

Deno.test("a schema that becomes too new while it is migrated is refused", async () => {
  using client = closing(await openLocal(":memory:"));
  const newer = watched(client, () => undefined);
  const racing: SqlClient = {
    execute: newer.execute,
    async batch(statements, mode) {
      if (newer.calls() === 1) {
        await migrate(client);
        await run(client, "INSERT INTO wrkflw_migrations VALUES (99, 'later', 0)");
      }
      return await newer.batch(statements, mode);
    },
  };
  const error = await assertRejects(() => migrate(racing, { effects }), WrkflwError);
  assertEquals(error.code, "SCHEMA_TOO_NEW");
});

Deno.test("a read-only database that is up to date can be used", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/a.db`;
  const writable = await openLocal(path);
  await migrate(writable);
  writable.close();
  const readOnly: SqlClient = {
    execute: async (statement) => {
      using client = closing(await openLocal(path));
      await run(client, "PRAGMA query_only = 1");
      return await client.execute(statement);
    },
    batch: () => Promise.reject(new Error("attempt to write a readonly database")),
  };
  await migrate(readOnly);
  assertEquals((await verifySchema(readOnly)).ok, true);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("a database that does not answer is asked again, and never taken for an empty one", async () => {
  using client = closing(await openLocal(":memory:"));
  await migrate(client);
  const effects = { random: () => 0.5, sleep: () => Promise.resolve() };
  const offline = new Error("offline");
  for (const bad of [1, 2]) {
    await migrate(
      watched(client, (call) => (call <= bad ? offline : undefined)),
      { effects },
    );
  }
  const always = watched(client, () => offline);
  const error = await assertRejects(
    () => migrate(always, { effects }),
    WrkflwError,
    "Cannot read the schema version after 5 tries: offline",
  );
  assert(error.cause === offline);
});

Deno.test("a migration that fails time after time is given up with the cause", async () => {
  using client = closing(await openLocal(":memory:"));
  const pauses: number[] = [];
  const locked = new Error("database is locked");
  const broken: SqlClient = {
    execute: (statement) => client.execute(statement),
    batch: () => Promise.reject(locked),
  };
  const sleep = (ms: number) => {
    pauses.push(ms);
    return Promise.resolve();
  };
  const error = await assertRejects(
    () => migrate(broken, { effects: { random: () => 0.5, sleep } }),
    WrkflwError,
    'Cannot apply migration 1 "base" after 5 tries: database is locked',
  );
  assertEquals(error.code, "STORAGE_UNAVAILABLE");
  assert(error.cause === locked);
  assertEquals(pauses, [50, 100, 200, 400]);
  assertEquals(await dump(client), "");
  await migrate(client);
});

Deno.test("a damaged database is not tried again", async () => {
  using client = closing(await openLocal(":memory:"));
  const damaged = new WrkflwError("STORAGE_CORRUPT", "Cannot use it");
  let tries = 0;
  const broken: SqlClient = {
    execute: (statement) => client.execute(statement),
    batch: () => {
      tries++;
      return Promise.reject(damaged);
    },
  };
  assert((await assertRejects(() => migrate(broken, { effects }))) === damaged);
  assertEquals(tries, 1);
});
