import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { openLocal } from "../databases/local.ts";
import { WrkflwError } from "../errors.ts";
import { migrate, migrateWorkflowRunsTable, runMigrations } from "../migrations.ts";
import type { SqlClient } from "../sql.ts";
import { closing } from "../testing/closing.ts";
import { forEachDatabase } from "../testing/databases.ts";
import {
  createOldTable,
  insertManyOldRows,
  insertOldRows,
  makeOldDatabase,
  run,
} from "../testing/old-database.ts";
import { moveOldRuns } from "./move-old-runs.ts";

const effects = { random: () => 0.5, sleep: () => Promise.resolve() };

forEachDatabase("without an old table there is nothing to migrate", async (client) => {
  assertEquals(await migrateWorkflowRunsTable(false, client), {
    migrated: false,
    rowCount: 0,
    message: 'No migration needed: there is no table "workflow_runs"',
  });
  assertEquals(
    (await runMigrations({ client })).map(({ migrated }) => migrated),
    [false],
  );
});

forEachDatabase("an empty old table is nothing to migrate, yet can be dropped", async (client) => {
  await makeOldDatabase(client, []);
  assertEquals(await migrateWorkflowRunsTable(false, client), {
    migrated: false,
    rowCount: 0,
    message: 'No migration needed: the table "workflow_runs" is empty. The old table was kept',
  });
  const [result] = await runMigrations({ client, dropOldTables: true });
  assertStringIncludes(result?.message ?? "", "The old table was dropped");
  assertEquals(await oldObjects(client), []);
});

forEachDatabase("the old table and its indexes are dropped on request only", async (client) => {
  await makeOldDatabase(client, [{ run_id: "a" }, { run_id: null }, { run_id: "b", status: "?" }]);
  const kept = await migrateWorkflowRunsTable(false, client);
  assertEquals([kept.migrated, kept.rowCount], [true, 2]);
  assertEquals((await oldObjects(client)).length, 3);
  assertEquals(await migrateWorkflowRunsTable(true, client), {
    migrated: true,
    rowCount: 0,
    message:
      'Inserted 0 rows from "workflow_runs" into "wrkflw_workflow_runs"; 2 rows were already there; 1 row without a run id was set aside in "wrkflw_set_aside". The old table was dropped',
  });
  assertEquals(await oldObjects(client), []);
  assertEquals((await run(client, "SELECT * FROM wrkflw_workflow_runs")).length, 2);
  assertEquals((await run(client, "SELECT * FROM wrkflw_set_aside")).length, 2);
  assertEquals((await migrateWorkflowRunsTable(true, client)).migrated, false);
});

forEachDatabase("a row that comes in before the drop stops it", async (client) => {
  for (const run_id of ["late", null]) {
    await makeOldDatabase(client, []).catch(() => {});
    await insertOldRows(client, [{ run_id: `early-${run_id}` }]);
    const busy: SqlClient = {
      execute: (statement) => client.execute(statement),
      async batch(statements, mode) {
        const isDrop = statements.some(({ sql }) => sql.startsWith("DROP TABLE workflow_runs"));
        if (isDrop) await insertOldRows(client, [{ run_id }]);
        return await client.batch(statements, mode);
      },
    };
    const error = await assertRejects(() => moveOldRuns(busy, true, { effects }), WrkflwError);
    assertEquals(error.code, "MIGRATION_REFUSED");
    assertEquals(
      error.message,
      'Cannot drop the table "workflow_runs": 1 row is not imported yet; stop what still writes there and call this again; it was left in place',
    );
    assertEquals((await oldObjects(client)).length, 3);
  }
  const result = await migrateWorkflowRunsTable(true, client);
  assertStringIncludes(result.message, "1 row without a run id was set aside");
  assertEquals((await run(client, "SELECT * FROM wrkflw_workflow_runs")).length, 3);
});

forEachDatabase("a table with columns that nothing copies is not dropped", async (client) => {
  await run(client, createOldTable().replace("state TEXT", "state TEXT, note TEXT, Extra INTEGER"));
  await insertOldRows(client, [{ run_id: "a" }]);
  const error = await assertRejects(() => migrateWorkflowRunsTable(true, client), WrkflwError);
  assertEquals(error.code, "MIGRATION_REFUSED");
  assertStringIncludes(error.message, 'columns that wrkflw does not copy: "note", "extra"');
  assertEquals((await oldObjects(client)).length, 1);
  assertEquals((await run(client, "SELECT * FROM wrkflw_workflow_runs")).length, 1);
});

Deno.test("what is not a boolean drops nothing", async () => {
  using client = closing(await openLocal(":memory:"));
  await makeOldDatabase(client, [{ run_id: "a" }]);
  for (const value of ["false", 1, null, {}]) {
    const given = value as unknown as boolean;
    const error = await assertRejects(() => migrateWorkflowRunsTable(given, client), WrkflwError);
    assertEquals(error.code, "INVALID_ARGUMENT");
    assertStringIncludes(error.message, `dropOldTable is ${JSON.stringify(value)}`);
  }
  const options = { client, dropOldTables: "yes" as unknown as boolean };
  await assertRejects(() => runMigrations(options), WrkflwError, 'dropOldTables is "yes"');
  assertEquals((await oldObjects(client)).length, 3);
});

Deno.test("a page of no rows is refused", async () => {
  using client = closing(await openLocal(":memory:"));
  await makeOldDatabase(client, [{ run_id: "a" }]);
  for (const pageRows of [0, -1, 1.5, Number.NaN]) {
    await assertRejects(
      () => migrate(client, { pageRows }),
      WrkflwError,
      `pageRows is ${pageRows}`,
    );
  }
});

Deno.test("pages that a database refuses are tried in smaller ones", async () => {
  using client = closing(await openLocal(":memory:"));
  await makeOldDatabase(client, [{ run_id: "a" }]);
  await insertManyOldRows(client, 900);
  let pages = 0;
  const slow: SqlClient = {
    execute: (statement) => client.execute(statement),
    async batch(statements, mode) {
      const results = await client.batch(statements.slice(0, 1), mode);
      const [first] = results[0]?.rows ?? [];
      if (Array.isArray(first) && Number(first[1]) > 500)
        throw new Error("transaction took too long");
      pages++;
      return await client.batch(statements, mode);
    },
  };
  const result = await moveOldRuns(slow, false, { effects });
  assertEquals(result.rowCount, 901);
  assert(pages > 2);
});

Deno.test("without a client the default database is used", async () => {
  const directory = await Deno.makeTempDir({ prefix: "wrkflw-test-" });
  try {
    using client = closing(await openLocal(`${directory}/default.db`));
    await makeOldDatabase(client, [{ run_id: "a" }]);
    const door = new URL("../migrations.ts", import.meta.url);
    const program = `import { migrateWorkflowRunsTable, runMigrations, verifySchema } from "${door}";
      console.log((await migrateWorkflowRunsTable()).rowCount);
      console.log((await runMigrations())[0]?.rowCount);
      console.log((await verifySchema()).ok);`;
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", program],
      env: { WRKFLW_DATABASE_URL: `file:${directory}/default.db` },
    }).output();
    assertEquals(new TextDecoder().decode(stdout).split("\n"), ["1", "0", "true", ""]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

async function oldObjects(client: SqlClient): Promise<unknown[]> {
  return await run(
    client,
    "SELECT name FROM sqlite_master WHERE tbl_name = 'workflow_runs' AND name NOT LIKE 'sqlite%'",
  );
}
