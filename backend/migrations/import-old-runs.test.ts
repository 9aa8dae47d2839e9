import { assert, assertEquals, assertLess } from "@std/assert";
import { openLocal } from "../databases/local.ts";
import { migrate, migrateWorkflowRunsTable } from "../migrations.ts";
import type { SqlClient } from "../sql.ts";
import { closing } from "../testing/closing.ts";
import { forEachDatabase } from "../testing/databases.ts";
import {
  createOldTable,
  insertManyOldRows,
  insertOldRows,
  LAX_TABLE,
  makeOldDatabase,
  OLD_COLUMNS,
  type OldRow,
  run,
} from "../testing/old-database.ts";

/** A row of one odd value: what comes of it, and which columns are named as repaired. */
interface OddCase {
  readonly row: OldRow;
  readonly becomes: OldRow;
  readonly repaired: string;
}

const ODD_CASES: Readonly<Record<string, OddCase>> = {
  "no workflow": {
    row: { workflow_id: null },
    becomes: { workflow_id: "unknown" },
    repaired: "workflow_id",
  },
  "an empty workflow": {
    row: { workflow_id: "" },
    becomes: { workflow_id: "unknown" },
    repaired: "workflow_id",
  },
  "no status, with a result": {
    row: { status: null },
    becomes: { status: "success" },
    repaired: "status",
  },
  "no status, without a result": {
    row: { status: null, result: null },
    becomes: { status: "failed", result: null },
    repaired: "status",
  },
  "a status that never was": {
    row: { status: "Done!" },
    becomes: { status: "success" },
    repaired: "status",
  },
  "a status that never was and a malformed result": {
    row: { status: "Done!", result: "{" },
    becomes: { status: "failed", result: null },
    repaired: "status, result",
  },
  "a path that is no JSON": {
    row: { execution_path: "[0" },
    becomes: { execution_path: "[]" },
    repaired: "execution_path",
  },
  "a path that is no array": {
    row: { execution_path: "{}" },
    becomes: { execution_path: "[]" },
    repaired: "execution_path",
  },
  "no path": {
    row: { execution_path: null },
    becomes: { execution_path: "[]" },
    repaired: "execution_path",
  },
  "steps that are no JSON": {
    row: { step_results: "undefined" },
    becomes: { step_results: "{}" },
    repaired: "step_results",
  },
  "steps that are no object": {
    row: { step_results: "null" },
    becomes: { step_results: "{}" },
    repaired: "step_results",
  },
  "state, input and result that are no JSON": {
    row: { state: "'", input_data: "[object Object]", result: "" },
    becomes: { state: null, input_data: null, result: null },
    repaired: "state, input_data, result",
  },
  "no start": {
    row: { created_at: null },
    becomes: { created_at: 1_700_000_005 },
    repaired: "created_at",
  },
  "an update that is no time": {
    row: { updated_at: "yesterday" },
    becomes: { updated_at: 1_700_000_000 },
    repaired: "updated_at",
  },
  "a start that no date can hold": {
    row: { created_at: 9e18 },
    becomes: { created_at: 1_700_000_005 },
    repaired: "created_at",
  },
};

for (const [name, { row, becomes, repaired }] of Object.entries(ODD_CASES)) {
  Deno.test(`an old row with ${name} is imported, repaired, and kept as it was`, async () => {
    using client = closing(await openLocal(":memory:"));
    await run(client, LAX_TABLE);
    await insertOldRows(client, [{ run_id: "odd", ...row }, { run_id: "sound" }]);
    await migrate(client);
    const imported = await newRows(client);
    const [odd, sound] = imported;
    assertEquals(odd, { ...sound, run_id: "odd", ...becomes });
    const [kept, ...others] = await run(client, "SELECT * FROM wrkflw_set_aside");
    assertEquals(others, []);
    assertEquals(kept?.run_id, "odd");
    assertEquals(kept?.reason, `repaired ${repaired}`);
    const [old] = await run(client, "SELECT * FROM workflow_runs WHERE run_id = 'odd'");
    assertEquals(JSON.parse(String(kept?.raw)), { ...old });
  });
}

Deno.test("an old row without any time gets the present one", async () => {
  using client = closing(await openLocal(":memory:"));
  await makeOldDatabase(client, [{ run_id: "a", created_at: null, updated_at: null }]);
  await migrate(client);
  const [row] = await run(
    client,
    "SELECT unixepoch() - created_at AS age, created_at - updated_at AS gap FROM wrkflw_workflow_runs",
  );
  assertLess(Number(row?.age), 60);
  assertEquals(row?.gap, 0);
});

forEachDatabase("sound old rows are copied as they are", async (client) => {
  const rows: OldRow[] = [
    { run_id: "a", state: '{"n":0}' },
    { run_id: "running", status: "running", result: null, execution_path: "[]" },
    { run_id: "failed", status: "failed", result: null, error: "Boom: 'quoted' \"twice\"" },
    { run_id: "💥 naïve\n", created_at: 1_700_000_000.5 },
    { run_id: "x".repeat(500), workflow_id: "__proto__" },
  ];
  await makeOldDatabase(client, rows);
  await migrate(client);
  const columns = OLD_COLUMNS.join(", ");
  assertEquals(
    await newRows(client),
    (await run(client, `SELECT ${columns} FROM workflow_runs ORDER BY run_id`)).map((row) => ({
      ...row,
    })),
  );
  assertEquals(await run(client, "SELECT * FROM wrkflw_set_aside"), []);
  const due = await run(client, "SELECT 1 FROM wrkflw_workflow_runs WHERE due_at IS NOT NULL");
  assertEquals(due, []);
});

forEachDatabase("rows without a usable run id are set aside whole", async (client) => {
  await run(client, LAX_TABLE);
  await insertOldRows(client, [
    { run_id: null },
    { run_id: null },
    { run_id: "" },
    { run_id: "a" },
  ]);
  await run(client, "INSERT INTO workflow_runs (run_id, status) VALUES (x'00ff', x'01')");
  await run(client, "INSERT INTO workflow_runs (run_id) VALUES (12)");
  const result = await migrateWorkflowRunsTable(false, client);
  assertEquals(result.rowCount, 1);
  assertEquals(
    result.message,
    'Inserted 1 row from "workflow_runs" into "wrkflw_workflow_runs"; 5 rows without a run id were set aside in "wrkflw_set_aside". The old table was kept',
  );
  const aside = await run(client, "SELECT * FROM wrkflw_set_aside");
  const ids = aside.map(({ raw }) => JSON.parse(String(raw)).run_id);
  assertEquals(ids.map(String).sort(), ["", "12", "X'00FF'", "null"]);
  assertEquals(new Set(aside.map((row) => row.run_id)), new Set([null]));
});

Deno.test("an old row whose values are bytes is imported and kept as SQL literals", async () => {
  using client = closing(await openLocal(":memory:"));
  await run(client, LAX_TABLE);
  const bytes = OLD_COLUMNS.slice(1)
    .map(() => "x'5b5d'")
    .join(", ");
  await run(client, `INSERT INTO workflow_runs VALUES ('a', ${bytes})`);
  await migrate(client);
  const [row] = await newRows(client);
  assertEquals(row?.workflow_id, "unknown");
  assertEquals(row?.execution_path, "[]");
  assertEquals(row?.error, null);
  const [kept] = await run(client, "SELECT raw FROM wrkflw_set_aside");
  assertEquals(JSON.parse(String(kept?.raw)).status, "X'5B5D'");
});

Deno.test("of several old rows with one run id the latest is imported and all are kept", async () => {
  using client = closing(await openLocal(":memory:"));
  await run(client, LAX_TABLE);
  await insertOldRows(client, [
    { run_id: "a", status: "running" },
    { run_id: "a", updated_at: 1_700_000_009 },
    { run_id: "b" },
  ]);
  const result = await migrateWorkflowRunsTable(true, client);
  assertEquals(result.rowCount, 2);
  const rows = await newRows(client);
  assertEquals(
    rows.map((row) => row.updated_at),
    [1_700_000_009, 1_700_000_005],
  );
  const kept = await run(client, "SELECT run_id FROM wrkflw_set_aside");
  assertEquals(
    kept.map((row) => row.run_id),
    ["a", "a"],
  );
});

forEachDatabase("a run deleted after the import never comes back", async (client) => {
  await makeOldDatabase(client, [{ run_id: "a" }, { run_id: "b" }]);
  await migrate(client);
  await run(client, "DELETE FROM wrkflw_workflow_runs WHERE run_id = 'a'");
  await migrate(client);
  const result = await migrateWorkflowRunsTable(false, client);
  assertEquals(
    (await newRows(client)).map((row) => row.run_id),
    ["b"],
  );
  assertEquals(result, {
    migrated: true,
    rowCount: 0,
    message:
      'Inserted 0 rows from "workflow_runs" into "wrkflw_workflow_runs"; 1 row was already there; 1 row imported earlier was deleted since and left so. The old table was kept',
  });
});

forEachDatabase(
  "what the new table has is not overwritten, nor comes back when deleted",
  async (client) => {
    await run(client, createOldTable("wrkflw_workflow_runs"));
    await insertOldRows(client, [{ run_id: "a", workflow_id: "newer" }], "wrkflw_workflow_runs");
    await makeOldDatabase(client, [{ run_id: "a", workflow_id: "older" }]);
    await migrate(client);
    assertEquals(
      (await newRows(client)).map((row) => row.workflow_id),
      ["newer"],
    );
    await run(client, "DELETE FROM wrkflw_workflow_runs");
    await migrateWorkflowRunsTable(false, client);
    assertEquals(await newRows(client), []);
  },
);

forEachDatabase(
  "init looks at the old table once, an explicit call looks again",
  async (client) => {
    await makeOldDatabase(client, [{ run_id: "a" }]);
    await migrate(client);
    await insertOldRows(client, [{ run_id: "late" }]);
    await migrate(client);
    assertEquals((await newRows(client)).length, 1);
    const result = await migrateWorkflowRunsTable(false, client);
    assertEquals(result.rowCount, 1);
    assertEquals(
      (await newRows(client)).map((row) => row.run_id),
      ["a", "late"],
    );
  },
);

const HANDLED_TABLES: Readonly<Record<string, string>> = {
  "without a rowid": `${createOldTable()} WITHOUT ROWID`,
  "without any constraint": LAX_TABLE,
  "of another case": createOldTable("Workflow_Runs").replace("run_id", "RUN_ID"),
  "with further columns": createOldTable().replace("state TEXT", 'state TEXT, "my ""note" TEXT'),
  "whose ids know no case": createOldTable().replace("PRIMARY KEY", "COLLATE NOCASE PRIMARY KEY"),
};

for (const [name, table] of Object.entries(HANDLED_TABLES)) {
  Deno.test(`an old table ${name} is imported`, async () => {
    using client = closing(await openLocal(":memory:"));
    await run(client, table);
    const count = 5_003;
    await insertManyOldRows(client, count);
    await insertOldRows(client, [{ run_id: "Zed" }, { run_id: "abc" }]);
    const result = await migrateWorkflowRunsTable(false, client);
    assertEquals(result.rowCount, count + 2);
    assertEquals((await newRows(client)).length, count + 2);
  });
}

const UNRELATED: Readonly<Record<string, readonly [string, string]>> = {
  "a table of other columns": [
    "CREATE TABLE workflow_runs (id INTEGER PRIMARY KEY, run_id TEXT, status TEXT, name TEXT)",
    "it has no workflow_id, execution_path, step_results, state, input_data, result, error, created_at, updated_at",
  ],
  "a view": ["CREATE VIEW workflow_runs AS SELECT 1 AS run_id", "it is a view"],
};

for (const [name, [sql, reason]] of Object.entries(UNRELATED)) {
  forEachDatabase(`${name} that is called workflow_runs is left alone`, async (client) => {
    await run(client, sql);
    await migrate(client);
    for (const isDropped of [false, true]) {
      assertEquals(await migrateWorkflowRunsTable(isDropped, client), {
        migrated: false,
        rowCount: 0,
        message: `No migration: the table "workflow_runs" is not one of wrkflw's, for ${reason}; it was left alone`,
      });
    }
    const [left] = await run(client, "SELECT sql FROM sqlite_master WHERE name = 'workflow_runs'");
    assertEquals(left?.sql, sql);
  });
}

Deno.test("100,000 old rows are imported within seconds", async () => {
  const directory = await Deno.makeTempDir();
  try {
    using client = closing(await openLocal(`${directory}/a.db`, { synchronous: "NORMAL" }));
    await makeOldDatabase(client, [{ run_id: null }]);
    await insertManyOldRows(client, 100_000);
    await run(client, "UPDATE workflow_runs SET state = '{' WHERE run_id LIKE '%7'");
    const startMs = performance.now();
    const result = await migrateWorkflowRunsTable(false, client);
    const elapsedMs = performance.now() - startMs;
    assertEquals(result, {
      migrated: true,
      rowCount: 100_000,
      message:
        'Inserted 100000 rows from "workflow_runs" into "wrkflw_workflow_runs"; 10000 rows were repaired (the originals are in "wrkflw_set_aside"); 1 row without a run id was set aside in "wrkflw_set_aside". The old table was kept',
    });
    assert(elapsedMs < 30_000, `it took ${elapsedMs} ms`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

async function newRows(client: SqlClient): Promise<Record<string, unknown>[]> {
  const columns = OLD_COLUMNS.join(", ");
  const rows = await run(client, `SELECT ${columns} FROM wrkflw_workflow_runs ORDER BY run_id`);
  return rows.map((row) => ({ ...row }));
}
