import { assertEquals, assertStringIncludes } from "@std/assert";
import { openLocal } from "../databases/local.ts";
import { migrate, verifySchema } from "../migrations.ts";
import type { SqlClient } from "../sql.ts";
import { closing } from "../testing/closing.ts";
import {
  createOldTable,
  dump,
  insertManyOldRows,
  insertOldRows,
  makeOldDatabase,
  run,
} from "../testing/old-database.ts";

const ROWS = 1_000;
const MANY_ROWS = 100_000;
const RUN_COLUMNS = "run_id, status, input_data, result, step_results, created_at";
/** What a digest is made of, by table. */
const CONTENT: Readonly<Record<string, string>> = {
  workflow_runs: RUN_COLUMNS,
  wrkflw_workflow_runs: RUN_COLUMNS,
  wrkflw_imported_runs: "run_id",
};

Deno.test("three processes that migrate one file at once end as one does", async () => {
  await withOldFile(async (path, expected) => {
    const outputs = await Promise.all([1, 2, 3].map(() => spawn(path).output()));
    for (const output of outputs) {
      assertStringIncludes(new TextDecoder().decode(output.stdout), "migrated");
    }
    assertEquals(await dumpFile(path), expected);
  });
});

Deno.test("a process that is killed while it migrates loses nothing", async () => {
  for (const lines of [1, 5, 6, 9, 14, 21, 28]) {
    await withOldFile(async (path, expected) => {
      await killAfter(spawn(path), lines);
      using client = closing(await openLocal(path));
      await migrate(client);
      assertEquals(await dump(client), expected, `killed after ${lines} lines`);
    });
  }
});

Deno.test("100,000 rows survive three processes, of which two are killed, and the first version at work", async () => {
  await withOldFile(async (path, expected) => {
    using firstVersion = closing(await openLocal(path));
    const save = async (runId: string) => {
      const table = createOldTable("wrkflw_workflow_runs");
      await firstVersion.batch([{ sql: table, args: [] }], "write");
      await insertOldRows(firstVersion, [{ run_id: runId }], "wrkflw_workflow_runs");
    };
    const all = [spawn(path, 5_000), spawn(path, 5_000), spawn(path, 5_000)] as const;
    const finished = all[0].output();
    await Promise.all([killAfter(all[1], 9), killAfter(all[2], 17), save("fresh-1")]);
    await save("fresh-2");
    assertStringIncludes(new TextDecoder().decode((await finished).stdout), "migrated");
    const sql = "DELETE FROM wrkflw_workflow_runs WHERE run_id LIKE 'fresh-%' RETURNING run_id";
    const fresh = (await run(firstVersion, sql)).map(({ run_id }) => run_id);
    assertEquals(fresh.toSorted(), ["fresh-1", "fresh-2"]);
    assertEquals(await summary(firstVersion), expected);
  }, MANY_ROWS);
});

/** What 100,000 rows come to: of each table their number and a digest of what they hold. */
async function summary(client: SqlClient): Promise<string> {
  const counts = [];
  for (const [table, columns] of Object.entries(CONTENT)) {
    const sql = `SELECT COUNT(*) AS runs, GROUP_CONCAT(line, char(10)) AS lines FROM (
      SELECT concat_ws('|', ${columns}) AS line
      FROM ${table} ORDER BY run_id)`;
    const [row] = await run(client, sql);
    counts.push([table, row?.runs, await digest(String(row?.lines))]);
  }
  counts.push(...(await run(client, "SELECT raw, reason FROM wrkflw_set_aside ORDER BY raw")));
  const { ok } = await verifySchema(client);
  return JSON.stringify([ok, counts]);
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(bytes).toHex();
}

async function withOldFile(
  test: (path: string, expected: string) => Promise<void>,
  rows: number = ROWS,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "wrkflw-test-" });
  try {
    for (const name of ["expected", "actual"]) {
      using client = closing(await openLocal(`${directory}/${name}.db`));
      await makeOldDatabase(client, [{ run_id: "odd", status: "?" }, { run_id: null }]);
      await insertManyOldRows(client, rows);
      if (name === "expected") await migrate(client);
    }
    using migrated = closing(await openLocal(`${directory}/expected.db`));
    await test(`${directory}/actual.db`, await (rows === ROWS ? dump : summary)(migrated));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function dumpFile(path: string): Promise<string> {
  using client = closing(await openLocal(path));
  return await dump(client);
}

function spawn(path: string, pageRows = 100): Deno.ChildProcess {
  const script = new URL("../testing/migrating-process.ts", import.meta.url).pathname;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script, path, String(pageRows)],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

async function killAfter(process: Deno.ChildProcess, lines: number): Promise<void> {
  let seen = 0;
  for await (const chunk of process.stdout) {
    seen += new TextDecoder().decode(chunk).split("\n").length - 1;
    if (seen >= lines) break;
  }
  process.kill("SIGKILL");
  await process.status;
}
