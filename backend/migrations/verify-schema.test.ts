import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { openLocal } from "../databases/local.ts";
import { WrkflwError } from "../errors.ts";
import { migrate, type SchemaProblem, verifySchema } from "../migrations.ts";
import type { SqlClient } from "../sql.ts";
import { closing } from "../testing/closing.ts";
import { forEachDatabase } from "../testing/databases.ts";
import {
  createOldTable,
  dump,
  insertOldRows,
  makeOldDatabase,
  run,
} from "../testing/old-database.ts";
import { MIGRATIONS, NEWEST_VERSION } from "./migration-list.ts";
import {
  CLAIM_COLUMN,
  createIndex,
  INDEXES,
  JOURNAL_COLUMNS,
  OPTIONAL_INDEXES,
  TABLES,
} from "./tables.ts";

forEachDatabase("an empty database lacks everything, and the fixes make it all", async (client) => {
  const { ok, problems } = await verifySchema(client);
  assertEquals(ok, false);
  const objects = problems.map(({ object }) => object);
  for (const { name } of [...TABLES, ...INDEXES]) assert(objects.includes(name), name);
  assertEquals(await dump(client), "");
  await mend(client, problems);
  assertEquals(await verifySchema(client), { ok: true, problems: [] });
  await migrate(client);
});

Deno.test("a database of the first version lacks each added column", async () => {
  using client = closing(await openLocal(":memory:"));
  await run(client, createOldTable("wrkflw_workflow_runs"));
  await insertOldRows(client, [{ run_id: "a" }], "wrkflw_workflow_runs");
  await makeOldDatabase(client, [{ run_id: "b" }]);
  const { problems } = await verifySchema(client);
  const columns = [...JOURNAL_COLUMNS, CLAIM_COLUMN].map(
    (text) => `wrkflw_workflow_runs.${text.split(" ")[0]}`,
  );
  const missing = problems.filter(({ problem }) => problem === "The column is missing");
  assertEquals(
    missing.map(({ object }) => object),
    columns,
  );
  await mend(client, problems);
  await verifySchema(client, { strict: true });
  await migrate(client);
  assertEquals((await run(client, "SELECT * FROM wrkflw_workflow_runs")).length, 2);
});

for (const { name } of TABLES) {
  Deno.test(`a missing ${name} is found and mended`, async () => {
    using client = closing(await migrated());
    await run(client, `DROP TABLE ${name}`);
    const { problems } = await verifySchema(client);
    assertEquals(problems[0]?.object, name);
    assertEquals(problems[0]?.problem, "The table is missing");
    await mend(client, problems);
    await verifySchema(client, { strict: true });
    await migrate(client);
  });
}

for (const { name } of INDEXES) {
  Deno.test(`a missing or other ${name} is found and mended`, async () => {
    using client = closing(await migrated());
    await run(client, `DROP INDEX ${name}`);
    assertEquals(await objectsAndMend(client), [`${name}: The index is missing`]);
    await run(client, `DROP INDEX ${name}`);
    await run(client, `CREATE INDEX ${name} ON wrkflw_workflow_runs (tags)`);
    const other = `The index is another one: CREATE INDEX ${name} ON wrkflw_workflow_runs (tags)`;
    assertEquals(await objectsAndMend(client), [`${name}: ${other}`]);
    assertEquals((await verifySchema(client)).ok, true);
  });
}

for (const { name } of OPTIONAL_INDEXES) {
  Deno.test(`${name} may be missing, but not be another one`, async () => {
    using client = closing(await migrated());
    await verifySchema(client, { strict: true });
    await run(client, `CREATE INDEX ${name} ON wrkflw_workflow_runs (tags)`);
    const other = `The index is another one: CREATE INDEX ${name} ON wrkflw_workflow_runs (tags)`;
    assertEquals(await objectsAndMend(client), [`${name}: ${other}`]);
    await verifySchema(client, { strict: true });
  });
}

/** What was changed in the runs table's columns, and what is said about it. */
const ODDITIES: Readonly<Record<string, readonly [string, string, string]>> = {
  "a type": [
    "status TEXT NOT NULL",
    "status BLOB NOT NULL",
    "status has type BLOB instead of TEXT",
  ],
  "no type": ["failure TEXT", "failure", "failure has type none instead of TEXT"],
  "a lost constraint": ["workflow_id TEXT NOT NULL", "workflow_id TEXT", "workflow_id may be NULL"],
  "an added constraint": ["state TEXT", "state TEXT NOT NULL", "state must not be NULL"],
  "another default": [
    "reached INTEGER NOT NULL DEFAULT -1",
    "reached INTEGER NOT NULL DEFAULT 0",
    "reached has default 0 instead of -1",
  ],
  "a lost default": [
    "created_at INTEGER DEFAULT (unixepoch())",
    "created_at INTEGER",
    "created_at has default NULL instead of (unixepoch())",
  ],
  "no primary key": ["run_id TEXT PRIMARY KEY", "run_id TEXT", "run_id is not in the primary key"],
  "a missing column that cannot be added": ["status TEXT NOT NULL,", "", "status is missing"],
  "a column of somebody else's that must be filled": [
    "state TEXT",
    'state TEXT, "my note" TEXT NOT NULL',
    "my note is not wrkflw's and must not be NULL",
  ],
};

for (const [name, [from, to, problem]] of Object.entries(ODDITIES)) {
  Deno.test(`a table with ${name} is found and mended, its rows kept`, async () => {
    using client = closing(await migrated());
    const [table] = await run(
      client,
      "SELECT sql FROM sqlite_master WHERE name = 'wrkflw_workflow_runs'",
    );
    const odd = String(table?.sql).replace(from, to);
    assert(odd !== table?.sql);
    await run(client, "DROP TABLE wrkflw_workflow_runs");
    await run(client, odd);
    await run(client, insertFor(odd));
    const { problems } = await verifySchema(client);
    const found = problems.find(({ object }) => object === "wrkflw_workflow_runs");
    assertEquals(found?.problem, `Its columns are not as they should be: ${problem}`);
    await mend(client, problems);
    assertEquals((await verifySchema(client)).problems, []);
    const rows = await run(client, "SELECT run_id, state FROM wrkflw_workflow_runs");
    assertEquals(
      rows.map((row) => ({ ...row })),
      [{ run_id: "kept", state: "{}" }],
    );
  });
}

Deno.test("a table that is made anew can have its optional indexes made anew", async () => {
  using client = closing(await migrated());
  await run(client, "ALTER TABLE wrkflw_workflow_runs DROP COLUMN failure");
  await run(client, "ALTER TABLE wrkflw_workflow_runs ADD COLUMN failure BLOB");
  for (const index of OPTIONAL_INDEXES) await run(client, createIndex(index));
  await mend(client, (await verifySchema(client)).problems);
  for (const index of OPTIONAL_INDEXES) {
    await run(client, createIndex(index));
    const sql = `SELECT tbl_name FROM sqlite_master WHERE name = '${index.name}'`;
    assertEquals((await run(client, sql))[0]?.tbl_name, "wrkflw_workflow_runs");
  }
  await verifySchema(client, { strict: true });
});

Deno.test("a view in a table's place is found and mended", async () => {
  using client = closing(await migrated());
  await run(client, "DROP TABLE wrkflw_steps");
  await run(client, "CREATE VIEW wrkflw_steps AS SELECT 1 AS run_id");
  assertEquals(await objectsAndMend(client), ["wrkflw_steps: It is a view instead of a table"]);
  await verifySchema(client, { strict: true });
});

Deno.test("lost records of migrations are found and mended", async () => {
  using client = closing(await migrated());
  await run(client, "DELETE FROM wrkflw_migrations");
  const ofSchema = MIGRATIONS.filter(({ name }) => name !== "import");
  assertEquals(
    await objectsAndMend(client),
    ofSchema.map(
      ({ version, name }) => `wrkflw_migrations: Migration ${version} "${name}" is not recorded`,
    ),
  );
  await migrate(client);
});

Deno.test("strict verification throws and names every problem", async () => {
  using client = closing(await migrated());
  await run(client, "DROP INDEX idx_wrkflw_workflow_runs_due");
  await run(client, "DROP TABLE wrkflw_steps");
  const error = await assertRejects(() => verifySchema(client, { strict: true }), WrkflwError);
  assertEquals(error.code, "SCHEMA_INVALID");
  assertStringIncludes(
    error.message,
    "2 problems: wrkflw_steps: The table is missing; idx_wrkflw_workflow_runs_due: The index is missing",
  );
});

Deno.test("what is not wrkflw's does not matter", async () => {
  using client = closing(await migrated());
  await run(client, "CREATE TABLE workflow_runs (id)");
  await run(client, "CREATE TABLE wrkflwish (id)");
  await run(client, "ALTER TABLE wrkflw_workflow_runs ADD COLUMN note TEXT");
  await run(client, "CREATE INDEX mine ON wrkflw_workflow_runs (note)");
  await verifySchema(client, { strict: true });
});

Deno.test("verification refuses a newer schema", async () => {
  using client = closing(await migrated());
  await run(client, `INSERT INTO wrkflw_migrations VALUES (${NEWEST_VERSION + 1}, 'later', 0)`);
  const error = await assertRejects(() => verifySchema(client), WrkflwError);
  assertEquals(error.code, "SCHEMA_TOO_NEW");
});

async function migrated() {
  const client = await openLocal(":memory:");
  await migrate(client);
  return client;
}

async function objectsAndMend(client: SqlClient): Promise<string[]> {
  const { problems } = await verifySchema(client);
  await mend(client, problems);
  return problems.map(({ object, problem }) => `${object}: ${problem}`);
}

async function mend(client: SqlClient, problems: readonly SchemaProblem[]): Promise<void> {
  const statements = problems.flatMap(({ fix }) => fix.split(/;\n/));
  await client.batch(
    statements.map((sql) => ({ sql, args: [] })),
    "write",
  );
}

/** Fills what a changed table asks for. */
function insertFor(table: string): string {
  const note = table.includes("my note");
  const status = table.includes("status ");
  return `INSERT INTO wrkflw_workflow_runs (run_id, workflow_id, state${status ? ", status" : ""}${note ? ', "my note"' : ""})
    VALUES ('kept', 'w', '{}'${status ? ", 'success'" : ""}${note ? ", 'n'" : ""})`;
}
