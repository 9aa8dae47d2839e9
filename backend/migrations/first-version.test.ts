import { assertEquals } from "@std/assert";
import { migrate } from "../migrations.ts";
import type { SqlClient } from "../sql.ts";
import { WorkflowStorage } from "../storage.ts";
import { forEachDatabase } from "../testing/databases.ts";
import { makeOldDatabase, run } from "../testing/old-database.ts";

/** What the first version reads and writes of a run. */
const SAVED = "workflow_id, status, execution_path, step_results, state, input_data, result, error";
const READ = `SELECT run_id, ${SAVED}, updated_at FROM wrkflw_workflow_runs`;

/** Saves as the first version does: the times are the database's, conflicts replace what a run may change. */
const SAVE = `INSERT INTO wrkflw_workflow_runs (run_id, ${SAVED}, updated_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, unixepoch())
  ON CONFLICT (run_id) DO UPDATE SET status = excluded.status,
    execution_path = excluded.execution_path, step_results = excluded.step_results,
    state = excluded.state, result = excluded.result, error = excluded.error,
    updated_at = unixepoch()`;

forEachDatabase("the first version's statements work on rows of both ages", async (client) => {
  await makeOldDatabase(client, [{ run_id: "old" }, { run_id: "running", status: "running" }]);
  const storage = new WorkflowStorage({ client });
  await storage.init();
  await storage.saveSnapshot(snapshot("new"));
  await save(client, "fresh", "running");
  await save(client, "old", "failed");
  await save(client, "new", "failed");

  assertEquals(await ids(client, `${READ} ORDER BY updated_at DESC`), [
    "fresh",
    "new",
    "old",
    "running",
  ]);
  assertEquals(await ids(client, `${READ} WHERE workflow_id = ?`, "greet"), [
    "fresh",
    "new",
    "old",
    "running",
  ]);
  assertEquals(await ids(client, `${READ} WHERE status = ?`, "running"), ["fresh", "running"]);
  for (const id of ["old", "new", "fresh"]) {
    const [row] = await run(client, `${READ} WHERE run_id = ?`, id);
    assertEquals(JSON.parse(String(row?.step_results)), { hello: { status: "success" } });
    assertEquals(JSON.parse(String(row?.execution_path)), [0]);
    assertEquals(row?.error, "saved by the first version");
    assertEquals(Math.abs(Number(row?.updated_at) - Date.now() / 1000) < 60, true);
  }
  await run(client, "DELETE FROM wrkflw_workflow_runs WHERE run_id = ?", "old");
  await migrate(client);
  assertEquals(await ids(client, READ), ["fresh", "new", "running"]);
  await storage.close();
});

forEachDatabase("runs of the first version are listed and loaded like new ones", async (client) => {
  await makeOldDatabase(client, [
    { run_id: "imported", updated_at: 1_600_000_000, created_at: 1_600_000_000 },
  ]);
  const storage = new WorkflowStorage({ client });
  await storage.init();
  await save(client, "written", "running");
  await storage.saveSnapshot(snapshot("new"));
  const runs = await storage.listRuns();
  assertEquals(runs.map(({ runId }) => runId).sort(), ["imported", "new", "written"]);
  assertEquals(runs.at(-1)?.runId, "imported");
  const loaded = await storage.loadSnapshot("imported");
  assertEquals(loaded?.status, "success");
  assertEquals(loaded?.inputData, { name: "Ann" });
  assertEquals(loaded?.result, { text: "hi" });
  assertEquals(loaded?.executionPath, [0]);
  assertEquals(loaded?.timestamp, 1_600_000_000_000);
  const running = await storage.getRunsByStatus("running");
  assertEquals(
    running.map(({ runId }) => runId),
    ["written"],
  );
  await storage.close();
});

function snapshot(runId: string) {
  return {
    runId,
    workflowId: "greet",
    status: "success",
    executionPath: [0],
    stepResults: { hello: { status: "success", output: 1, timestamp: 1 } },
    state: {},
    inputData: { name: "Bo" },
    result: { text: "hi" },
    timestamp: Date.now(),
  } as const;
}

async function save(client: SqlClient, runId: string, status: string): Promise<void> {
  const steps = '{"hello":{"status":"success"}}';
  const texts = [runId, "greet", status, "[0]", steps, "{}", '{"name":"Cy"}', null];
  await run(client, SAVE, ...texts, "saved by the first version");
}

async function ids(client: SqlClient, sql: string, ...args: string[]): Promise<unknown[]> {
  const rows = await run(client, sql, ...args);
  return rows.map((row) => row.run_id).sort();
}
