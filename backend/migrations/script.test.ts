import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { type LocalClient, openLocal } from "../databases/local.ts";
import { generateMigrationSQL, migrate, migrateWorkflowRunsTable } from "../migrations.ts";
import { closing } from "../testing/closing.ts";
import {
  createOldTable,
  insertOldRows,
  LAX_TABLE,
  makeOldDatabase,
  OLD_COLUMNS,
  type OldRow,
  run,
} from "../testing/old-database.ts";
import { verifySchema } from "./verify-schema.ts";

const ROWS: readonly OldRow[] = [
  { run_id: "a" },
  { run_id: "odd", workflow_id: null, status: "?", state: "{" },
  { run_id: null },
  { run_id: "twice" },
  { run_id: "twice", status: "failed" },
];

const NEW_ROWS = `SELECT ${OLD_COLUMNS.join(", ")} FROM wrkflw_workflow_runs ORDER BY run_id`;
const SET_ASIDE = "SELECT raw, run_id, reason FROM wrkflw_set_aside ORDER BY raw";

for (const isDropped of [false, true]) {
  Deno.test(`the script does what the function does (drop: ${isDropped}), also twice`, async () => {
    await withFile(async (client, path) => {
      await run(client, LAX_TABLE);
      await insertOldRows(client, ROWS);
      const expected = await expectedRows();
      for (let time = 1; time <= 2; time++) {
        assertEquals(execute(path, generateMigrationSQL(isDropped)), []);
        assertEquals(await run(client, NEW_ROWS), expected.runs);
        assertEquals(await run(client, SET_ASIDE), expected.aside);
        assertEquals(await hasTable(client, "workflow_runs"), !isDropped);
      }
      await run(client, "DELETE FROM wrkflw_workflow_runs WHERE run_id = 'a'");
      await migrate(client);
      await verifySchema(client, { strict: true });
      assertEquals(await run(client, NEW_ROWS), expected.runs.slice(1));
      assertEquals(await run(client, SET_ASIDE), expected.aside);
      assertEquals(execute(path, generateMigrationSQL(isDropped)), []);
      assertEquals(await run(client, NEW_ROWS), expected.runs.slice(1));
    });
  });
}

Deno.test("the script drops the indexes with the old table", async () => {
  await withFile(async (client, path) => {
    await makeOldDatabase(client, [{ run_id: "a" }]);
    assertEquals(execute(path, generateMigrationSQL(true)), []);
    const left = await run(
      client,
      "SELECT name FROM sqlite_master WHERE name LIKE 'idx_workflow%'",
    );
    assertEquals(left, []);
  });
});

Deno.test("the statements that drop are active on request only", () => {
  assertNotMatch(generateMigrationSQL(), /^DROP/m);
  assertMatch(generateMigrationSQL(false), /^-- DROP TABLE workflow_runs;/m);
  assertMatch(generateMigrationSQL(true), /^DROP TABLE/m);
  assertMatch(generateMigrationSQL(true), /^DROP INDEX IF EXISTS idx_workflow_runs_status;/m);
});

const NOT_TO_DROP: Readonly<Record<string, string>> = {
  "an unrelated table": "CREATE TABLE workflow_runs (id INTEGER PRIMARY KEY, status TEXT)",
  "a view": "CREATE VIEW workflow_runs AS SELECT 1 AS run_id",
  "a table with further columns": createOldTable().replace("state TEXT", "state TEXT, note TEXT"),
};

for (const [name, sql] of Object.entries(NOT_TO_DROP)) {
  Deno.test(`a shell that goes on after errors does not drop ${name}`, async () => {
    await withFile(async (client, path) => {
      await run(client, sql);
      const catalogue = "SELECT name, sql FROM sqlite_master WHERE name = 'workflow_runs'";
      const before = await run(client, catalogue);
      assert(execute(path, generateMigrationSQL(true)).length > 0);
      assertEquals((await run(client, catalogue)).length, before.length);
      await run(client, "SELECT * FROM workflow_runs");
    });
  });
}

Deno.test("whatever statement of the script fails, no old row is lost", async () => {
  const statements = split(generateMigrationSQL(true));
  for (const failing of statements.keys()) {
    for (const failure of ["SELECT * FROM nowhere", "ROLLBACK"]) {
      await withFile(async (client, path) => {
        await makeOldDatabase(client, [{ run_id: "a" }, { run_id: null }]);
        const damaged = statements.map((sql, index) => (index === failing ? failure : sql));
        execute(path, damaged.join(";\n"));
        await migrate(client);
        const imported = await run(client, "SELECT run_id FROM wrkflw_workflow_runs");
        assertEquals(imported.length, 1, `${failure} instead of statement ${failing}`);
        const aside = await run(
          client,
          `${SET_ASIDE.replace("ORDER", "WHERE reason <> 'note' ORDER")}`,
        );
        assertEquals(aside.length, 1, `${failure} instead of statement ${failing}`);
      });
    }
  }
});

async function expectedRows() {
  using client = closing(await openLocal(":memory:"));
  await run(client, LAX_TABLE);
  await insertOldRows(client, ROWS);
  await migrateWorkflowRunsTable(false, client);
  return { runs: await run(client, NEW_ROWS), aside: await run(client, SET_ASIDE) };
}

/** Runs a script as the `sqlite3` shell does: statement by statement, and on after an error. */
function execute(path: string, script: string): string[] {
  const errors: string[] = [];
  using database = new DatabaseSync(path);
  for (const sql of split(script)) {
    try {
      database.exec(sql);
    } catch (error) {
      errors.push(String(error));
    }
  }
  return errors;
}

function split(script: string): string[] {
  return script.split(/;\s*(?:\n|$)/).filter((sql) => sql.replaceAll(/--.*$/gm, "").trim() !== "");
}

async function hasTable(client: LocalClient, name: string): Promise<boolean> {
  return (await run(client, "SELECT 1 FROM sqlite_master WHERE name = ?", name)).length > 0;
}

async function withFile(test: (client: LocalClient, path: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "wrkflw-test-" });
  try {
    using client = closing(await openLocal(`${directory}/a.db`, { synchronous: "NORMAL" }));
    await test(client, `${directory}/a.db`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
