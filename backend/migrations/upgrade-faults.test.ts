/** Databases of every earlier schema, of every kind, brought up to date while things go wrong. */
import { assert, assertEquals, assertGreater } from "@std/assert";
import { openLocal } from "../databases/local.ts";
import { migrate, verifySchema } from "../migrations.ts";
import type { SqlClient } from "../sql.ts";
import { closing } from "../testing/closing.ts";
import { forEachDatabase } from "../testing/databases.ts";
import { type FaultMode, FaultyClient } from "../testing/faulty-client.ts";
import {
  faulty,
  interleaved,
  killedAtStatement,
  HURRIED as options,
} from "../testing/migration-faults.ts";
import {
  dump,
  insertManyOldRows,
  insertOldRows,
  makeOldDatabase,
  run,
} from "../testing/old-database.ts";
import { recordVersion } from "./migrate.ts";
import { MIGRATIONS, NEWEST_VERSION } from "./migration-list.ts";
import { createTable, MIGRATIONS_TABLE } from "./tables.ts";

/** The schema from which on a record says with which its place began. */
const IN_ORDER = 11;

/** A database as a library that knew so many migrations left it, with a run of its time. */
async function atVersion(version: number): Promise<SqlClient & Disposable> {
  const client = closing(await openLocal(":memory:"));
  const known = MIGRATIONS.filter((migration) => migration.version <= version);
  const statements = known.flatMap((migration) => [
    ...migration.statements,
    recordVersion(migration),
  ]);
  for (const sql of [createTable(MIGRATIONS_TABLE), ...statements]) await run(client, sql);
  await insertOldRows(client, [{ run_id: "a" }, { run_id: "b" }], "wrkflw_workflow_runs");
  if (version >= 2) await insertRecords(client, version >= IN_ORDER);
  await run(client, "UPDATE wrkflw_migrations SET applied_at = 1");
  return client;
}

/** Records of two places of each run, of which the first to begin was over last. */
async function insertRecords(client: SqlClient, isInOrder: boolean): Promise<void> {
  const records = "(VALUES ('z', 1, 1, 1), ('a', 1, 2, 2), ('z', 2, 3, 1))";
  const [column, value] = isInOrder ? [", first_seq", ", column4"] : ["", ""];
  await run(
    client,
    `INSERT INTO wrkflw_steps (run_id, path, attempt, seq, kind, status, started_at, ended_at${column})
     SELECT run_id, column1, column2, column3, 'step', 'success', 1, 2${value}
     FROM wrkflw_workflow_runs, ${records}`,
  );
}

/** The end state of a migration that nothing disturbs. */
async function undisturbed(version: number): Promise<string> {
  using client = await atVersion(version);
  await migrate(client, options);
  await verifySchema(client, { strict: true });
  return await dump(client);
}

Deno.test("the places of a journal come to lie in the order in which they began", async () => {
  using client = await atVersion(IN_ORDER - 1);
  await migrate(client, options);
  const rows = await run(client, "SELECT run_id, first_seq, path, attempt, seq FROM wrkflw_steps");
  assertEquals(
    rows.map((row) => Object.values(row)),
    ["a", "b"].flatMap((id) => [
      [id, 1, "z", 1, 1],
      [id, 1, "z", 2, 3],
      [id, 2, "a", 1, 2],
    ]),
  );
});

for (let version = 1; version < NEWEST_VERSION; version++) {
  Deno.test(`a database of schema ${version} survives a kill at any statement of its upgrade`, async () => {
    const expected = await undisturbed(version);
    let kills = 0;
    for (let isHit = true; isHit; kills++) {
      using client = await atVersion(version);
      const dying = killedAtStatement(client, kills);
      await migrate(dying, options).catch(() => {});
      await migrate(client, options);
      assertEquals(await dump(client), expected, `killed at statement ${kills}`);
      isHit = dying.isHit;
    }
    assertGreater(kills, 2);
  });

  Deno.test(`a database of schema ${version} survives lost answers and late requests`, async () => {
    const expected = await undisturbed(version);
    for (const fault of ["lost before", "lost after", "killed after", "applied twice"] as const) {
      for (let call = 1; ; call++) {
        using client = await atVersion(version);
        const failing = faulty(client, call, fault);
        await migrate(failing, options).catch(() => {});
        await migrate(client, options);
        assertEquals(await dump(client), expected, `${fault} at call ${call}`);
        if (!failing.isHit) break;
      }
    }
  });
}

Deno.test("a migrator that dies at any statement beside one or two others leaves what one does", async () => {
  const begin = async (client: SqlClient) => {
    await makeOldDatabase(client, [
      { run_id: "a" },
      { run_id: null },
      { run_id: "odd", status: "?" },
    ]);
    await insertManyOldRows(client, 7);
  };
  using reference = closing(await openLocal(":memory:"));
  await begin(reference);
  await migrate(reference, options);
  const expected = await dump(reference);
  for (const others of [1, 2]) {
    let kills = 0;
    for (let isHit = true; isHit; kills++) {
      using client = closing(await openLocal(":memory:"));
      await begin(client);
      const turns = interleaved(client, kills + 1);
      const dying = killedAtStatement(turns, kills);
      const rest = Array.from({ length: others }, () => migrate(turns, options));
      await Promise.all([migrate(dying, options).catch(() => {}), ...rest]);
      assertEquals(await dump(client), expected, `${others} beside one killed at ${kills}`);
      isHit = dying.isHit;
    }
    assertGreater(kills, 8);
  }
});

const MODES: readonly FaultMode[] = ["killBefore", "killAfter", "errBefore", "errAfter", "dup"];

forEachDatabase(
  "whatever becomes of a call, the next migration ends what this one began",
  async (client) => {
    for (const mode of MODES) {
      for (let call = 1; ; call++) {
        await dropAll(client);
        await makeOldDatabase(client, [{ run_id: "a" }, { run_id: "odd", status: "?" }]);
        const failing = new FaultyClient(client, { call, mode });
        const migrated = migrate(failing, options).catch(() => {});
        await Promise.race([migrated, failing.killed]);
        await migrate(client, options);
        assert((await verifySchema(client)).ok, `${mode} at call ${call}`);
        const rows = await run(client, "SELECT run_id FROM wrkflw_workflow_runs ORDER BY run_id");
        assertEquals(rows, [{ run_id: "a" }, { run_id: "odd" }], `${mode} at call ${call}`);
        if (failing.calls < call) break;
      }
    }
  },
);

async function dropAll(client: SqlClient): Promise<void> {
  const tables = await run(
    client,
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%workflow_runs' OR name LIKE 'wrkflw_%' AND type = 'table'",
  );
  for (const { name } of tables) await run(client, `DROP TABLE "${name}"`);
}
