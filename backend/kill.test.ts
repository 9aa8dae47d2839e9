/** Real processes, really killed. The many-kill suites are tasks of their own. */
import { assert, assertEquals } from "@std/assert";
import { openLibsql } from "./databases/libsql.ts";
import { openLocal } from "./databases/local.ts";
import { ExecutionEngine } from "./engine.ts";
import { rowsOf, type SqlClient, textOf } from "./sql.ts";
import { WorkflowStorage } from "./storage.ts";
import { slowWorkflow } from "./testing/killable-worker.ts";
import { sqldAvailable, startSqld } from "./testing/sqld.ts";

const WORKER = new URL("./testing/killable-worker.ts", import.meta.url);
const POLL_MS = 5;
const DEADLINE_MS = 30_000;

interface Place {
  readonly url: string;
  readonly client: SqlClient;
  readonly folder: string;
}

/** Starts a worker, kills it once `steps` of its steps have begun, and finishes its run here. */
async function killAndFinish({ url, client, folder }: Place, steps: number): Promise<void> {
  const runId = `killed-after-${steps}`;
  const file = `${folder}/${runId}.txt`;
  await Deno.writeTextFile(file, "");
  const worker = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", WORKER.href, url, file, runId],
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  try {
    await untilTrue(async () => (await linesOf(file)).length >= steps);
  } finally {
    worker.kill("SIGKILL");
  }
  const { signal } = await worker.status;
  assertEquals(signal, "SIGKILL", "The worker ended before it was killed");
  const executedAtDeath = await linesOf(file);
  const recorded = await recordedKeys(client, runId);
  // What the lease's end does, without waiting for it.
  await client.execute({
    sql: "UPDATE wrkflw_workflow_runs SET due_at = 0 WHERE run_id = ?",
    args: [runId],
  });

  const engine = new ExecutionEngine(new WorkflowStorage({ client }), {
    workflows: [slowWorkflow(file)],
  });
  await untilTrue(async () => {
    await engine.tick();
    return (await engine.loadSnapshot(runId))?.status === "success";
  });
  assertEquals((await engine.loadSnapshot(runId))?.result, { n: 10 });
  const again = (await linesOf(file)).slice(executedAtDeath.length);
  assertEquals(
    again.filter((key) => recorded.includes(key)),
    [],
    "A recorded step was executed again",
  );
  const all = await linesOf(file);
  assertEquals(new Set(all).size, 10);
  assert(all.length <= 11, `One death repeated ${all.length - 10} steps`);
}

async function linesOf(file: string): Promise<string[]> {
  const text = await Deno.readTextFile(file);
  return text.split("\n").filter((line) => line !== "");
}

async function recordedKeys(client: SqlClient, runId: string): Promise<string[]> {
  const sql = "SELECT path FROM wrkflw_steps WHERE run_id = ? AND status = 'success'";
  const rows = rowsOf(await client.execute({ sql, args: [runId] }));
  return rows.map((row) => `${runId}/${textOf(row, "path")}`);
}

async function untilTrue(condition: () => Promise<boolean>): Promise<void> {
  const begun = Date.now();
  while (!(await condition())) {
    assert(Date.now() - begun < DEADLINE_MS, "It did not happen in time");
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

for (const steps of [1, 4, 10]) {
  Deno.test(`a process killed in its step ${steps} is finished by another: local file`, async () => {
    const folder = await Deno.makeTempDir();
    const url = `file:${folder}/kill.db`;
    const client = await openLocal(`${folder}/kill.db`);
    try {
      await new WorkflowStorage({ client }).init();
      await killAndFinish({ url, client, folder }, steps);
    } finally {
      client.close();
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test({
  name: "a process killed in its step 4 is finished by another: libSQL server",
  ignore: !sqldAvailable(),
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const server = await startSqld();
    const client = await openLibsql(server.url);
    try {
      await new WorkflowStorage({ client }).init();
      await killAndFinish({ url: server.url, client, folder }, 4);
    } finally {
      client.close();
      await server.stop();
      await Deno.remove(folder, { recursive: true });
    }
  },
});
