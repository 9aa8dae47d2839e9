/** What is deleted of runs that are over, on every database: only that, all of it, bit by bit. */
import { assert, assertEquals } from "@std/assert";
import type { RunStatus } from "../records.ts";
import { rowsOf, type SqlClient, type Statement } from "../sql.ts";
import { WorkflowStorage } from "../storage.ts";
import { forEachDatabase } from "../testing/databases.ts";
import { FAKE_START_MS, FakeEffects } from "../testing/fake-effects.ts";
import { exceededStatement, type RetentionLimit, retentionStatements } from "./retention.ts";

const HOUR_MS = 3_600_000;

interface StoredRun {
  readonly runId: string;
  readonly workflowId?: string;
  readonly status?: RunStatus;
  /** Hours before now at which it changed last. */
  readonly hoursAgo?: number;
  readonly recorded?: number;
}

async function storageOn(client: SqlClient): Promise<WorkflowStorage> {
  const effects = new FakeEffects();
  const storage = new WorkflowStorage({ client, effects, now: () => String(effects.now()) });
  await storage.init();
  return storage;
}

/** Stores runs as they stand, each with a row in every table that can have one. */
async function store(client: SqlClient, runs: readonly StoredRun[]): Promise<void> {
  for (let first = 0; first < runs.length; first += 50) {
    await client.batch(runs.slice(first, first + 50).flatMap(statementsOf), "write");
  }
}

function statementsOf(run: StoredRun): { sql: string; args: (string | number)[] }[] {
  const { runId, workflowId = "flow", status = "success", hoursAgo = 0, recorded = 1 } = run;
  const at = (FAKE_START_MS - hoursAgo * HOUR_MS) / 1_000;
  return [
    {
      sql: `INSERT INTO wrkflw_workflow_runs (run_id, workflow_id, status, updated_at, recorded)
            VALUES (?, ?, ?, ?, ?)`,
      args: [runId, workflowId, status, at, recorded],
    },
    {
      sql: `INSERT INTO wrkflw_steps (run_id, first_seq, path, attempt, seq, kind, status, started_at, ended_at)
            VALUES (?, 1, 'a', 1, 1, 'step', 'success', 1, 2)`,
      args: [runId],
    },
    {
      sql: `INSERT INTO wrkflw_events (name, match_key, event_id, payload, sent_at, run_id, path)
            VALUES ('paid', ?, ?, '1', 1, ?, 'b')`,
      args: [runId, runId, runId],
    },
    {
      sql: "INSERT INTO wrkflw_run_tags (tag, created_at, run_id) VALUES ('t', 1, ?)",
      args: [runId],
    },
    {
      sql: "INSERT INTO wrkflw_run_tags (tag, created_at, run_id) VALUES ('t', ?, ?)",
      args: [at, runId],
    },
    {
      sql: "INSERT INTO wrkflw_event_waits (run_id, path, name, match_key, since) VALUES (?, 'c', 'x', 'y', 1)",
      args: [runId],
    },
  ];
}

/** The runs that a table has rows of. */
async function runsIn(client: SqlClient, table: string): Promise<string[]> {
  const sql = `SELECT DISTINCT run_id FROM ${table} WHERE run_id IS NOT NULL ORDER BY run_id`;
  return rowsOf(await client.execute({ sql, args: [] })).map((row) => String(row.run_id));
}

/** Every table in which a run can have rows, but for the notes on what was once imported. */
async function tablesOfRuns(client: SqlClient): Promise<string[]> {
  const sql = `SELECT DISTINCT tables.name AS name
    FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns
    WHERE tables.type = 'table' AND columns.name = 'run_id'
      AND tables.name NOT IN ('wrkflw_imported_runs', 'wrkflw_set_aside')`;
  return rowsOf(await client.execute({ sql, args: [] })).map((row) => String(row.name));
}

async function assertLeft(client: SqlClient, runIds: readonly string[]): Promise<void> {
  const tables = await tablesOfRuns(client);
  assert(tables.length >= 4);
  for (const table of tables) assertEquals(await runsIn(client, table), runIds, table);
}

function limit(by: "age" | "count", most: number): RetentionLimit {
  return { workflowId: "flow", status: "success", by, most };
}

forEachDatabase("runs beyond an age are deleted with all their rows", async (client) => {
  const storage = await storageOn(client);
  const hours = [1, 2, 3, 4].map((hoursAgo) => ({ runId: `r${hoursAgo}`, hoursAgo }));
  await store(client, hours);
  assertEquals(await storage.deleteExceeding([limit("age", 2 * HOUR_MS)]), 2);
  await assertLeft(client, ["r1", "r2"]);
  assertEquals(await storage.deleteExceeding([limit("age", 2 * HOUR_MS)]), 0);
});

forEachDatabase("of runs beyond a number the first to end are deleted", async (client) => {
  const storage = await storageOn(client);
  // Three of them ended in one moment: the number is kept to the run all the same.
  await store(client, [
    { runId: "a", hoursAgo: 1 },
    { runId: "d", hoursAgo: 3 },
    { runId: "b", hoursAgo: 2 },
    { runId: "c1", hoursAgo: 2 },
    { runId: "c2", hoursAgo: 2 },
  ]);
  assertEquals(await storage.deleteExceeding([limit("count", 5)]), 0);
  assertEquals(await storage.deleteExceeding([limit("count", 3)]), 2);
  await assertLeft(client, ["a", "c1", "c2"]);
  assertEquals(await storage.deleteExceeding([limit("count", 0)]), 3);
  await assertLeft(client, []);
});

forEachDatabase("a limit is for one workflow and one status", async (client) => {
  const storage = await storageOn(client);
  await store(client, [
    { runId: "failed", status: "failed", hoursAgo: 9 },
    { runId: "canceled", status: "canceled", hoursAgo: 9 },
    { runId: "foreign", workflowId: "other", hoursAgo: 9 },
    { runId: "ours", hoursAgo: 9 },
  ]);
  assertEquals(await storage.deleteExceeding([limit("age", HOUR_MS), limit("count", 0)]), 1);
  await assertLeft(client, ["canceled", "failed", "foreign"]);
});

forEachDatabase("a run that is not over is never deleted, however old it is", async (client) => {
  const storage = await storageOn(client);
  const open: RunStatus[] = ["blocked", "pending", "running", "suspended", "waiting"];
  await store(
    client,
    open.map((status) => ({ runId: status, status, hoursAgo: 1_000 })),
  );
  for (const status of ["success", "failed", "canceled"] as const) {
    const limits = [
      { ...limit("age", 0), status },
      { ...limit("count", 0), status },
    ];
    assertEquals(await storage.deleteExceeding(limits), 0);
  }
  await assertLeft(client, open);
});

forEachDatabase("a batch deletes a bounded number of runs and records", async (client) => {
  const storage = await storageOn(client);
  const many = Array.from({ length: 230 }, (_, index) => ({
    runId: `many-${String(index).padStart(3, "0")}`,
    hoursAgo: 500 - index,
  }));
  await store(client, many);
  const counts = [];
  for (let pass = 0; pass < 4; pass++) {
    counts.push(await storage.deleteExceeding([limit("count", 10)]));
  }
  assertEquals(counts, [100, 100, 20, 0]);
  await assertLeft(
    client,
    many.slice(220).map(({ runId }) => runId),
  );

  await store(client, [
    { runId: "wide-1", hoursAgo: 900, recorded: 50_000 },
    { runId: "wide-2", hoursAgo: 800, recorded: 1_500 },
    { runId: "wide-3", hoursAgo: 700, recorded: 400 },
    { runId: "wide-4", hoursAgo: 600, recorded: 200 },
  ]);
  assertEquals(await storage.deleteExceeding([limit("age", 550 * HOUR_MS)]), 1);
  assertEquals(await storage.deleteExceeding([limit("age", 550 * HOUR_MS)]), 2);
  assertEquals(await storage.deleteExceeding([limit("age", 550 * HOUR_MS)]), 1);
});

forEachDatabase("many limits are looked at in few statements", async (client) => {
  let reads = 0;
  const counting: SqlClient = {
    execute: (statement) => {
      if (statement.sql.includes("exceeded")) reads++;
      return client.execute(statement);
    },
    batch: (statements, mode) => client.batch(statements, mode),
  };
  const storage = await storageOn(counting);
  const limits = Array.from({ length: 120 }, (_, index) => ({
    ...limit("count", 0),
    workflowId: `flow-${index}`,
  }));
  await store(client, [
    { runId: "first", workflowId: "flow-0" },
    { runId: "last", workflowId: "flow-119" },
  ]);
  assertEquals(await storage.deleteExceeding(limits), 2);
  assertEquals(reads, 3);
});

forEachDatabase("a deletion sent twice deletes only what exceeds the limit", async (client) => {
  await storageOn(client);
  await store(client, [
    { runId: "a", hoursAgo: 1 },
    { runId: "b", hoursAgo: 2 },
    { runId: "c", hoursAgo: 3 },
  ]);
  const statements = retentionStatements(limit("count", 2), String(FAKE_START_MS)).map(plain);
  await client.batch(statements, "write");
  await client.batch(statements, "write");
  await assertLeft(client, ["a", "b"]);
});

forEachDatabase("looking for runs to delete reads an index, not the runs", async (client) => {
  const storage = await storageOn(client);
  await storage.deleteExceeding([limit("age", 5)]);
  const limits = [limit("age", 5), limit("count", 5)];
  const now = String(FAKE_START_MS);
  const deletions = limits.flatMap((each) => retentionStatements(each, now));
  for (const statement of [exceededStatement(limits, now), ...deletions]) {
    const { sql, args } = plain(statement);
    const rows = rowsOf(await client.execute({ sql: `EXPLAIN QUERY PLAN ${sql}`, args }));
    const plan = rows.map((row) => String(row.detail));
    assertEquals(
      plan.filter((line) => /^SCAN wrkflw_/.test(line)),
      [],
    );
    const onRuns = plan.filter((line) => line.startsWith("SEARCH wrkflw_workflow_runs"));
    assert(
      onRuns.some((line) => line.includes("idx_wrkflw_workflow_runs_over (workflow_id=? AND")),
    );
  }
});

async function hasIndex(client: SqlClient): Promise<boolean> {
  const sql = "SELECT 1 FROM sqlite_master WHERE name = 'idx_wrkflw_workflow_runs_over'";
  return (await client.execute({ sql, args: [] })).rows.length === 1;
}

forEachDatabase("who deletes nothing pays for no index of what is over", async (client) => {
  const storage = await storageOn(client);
  await storage.deleteExceeding([]);
  assertEquals(await hasIndex(client), false);
  await storage.deleteExceeding([limit("age", 5)]);
  assertEquals(await hasIndex(client), true);
});

forEachDatabase(
  "a process asks for the index once, deletes without it where it cannot be made, and asks no more",
  async (client) => {
    const sent: string[] = [];
    let isFull = true;
    const counting: SqlClient = {
      execute: (statement) => {
        sent.push("read");
        return client.execute(statement);
      },
      batch: (statements, mode) => {
        const isIndex = statements.some(({ sql }) => sql.startsWith("CREATE INDEX"));
        sent.push(isIndex ? "index" : "delete");
        if (isIndex && isFull) throw new Error("database or disk is full");
        return client.batch(statements, mode);
      },
    };
    await storageOn(client);
    await store(client, [{ runId: "a" }, { runId: "b", hoursAgo: 1 }, { runId: "c", hoursAgo: 2 }]);
    const deleted = async (storage: WorkflowStorage, most: number) => {
      sent.length = 0;
      return [await storage.deleteExceeding([limit("count", most)]), ...sent];
    };
    const first = await storageOn(counting);
    assertEquals(await deleted(first, 2), [1, "read", "index", "delete"]);
    assertEquals(await deleted(first, 1), [1, "read", "delete"]);
    isFull = false;
    const second = await storageOn(counting);
    assertEquals(await deleted(second, 1), [0, "read", "index"]);
    assertEquals(await hasIndex(client), true);
    const third = await storageOn(counting);
    assertEquals(await deleted(third, 0), [1, "read", "delete"]);
  },
);

function plain(statement: Statement | undefined) {
  return { sql: statement?.sql ?? "", args: [...(statement?.args ?? [])] };
}
