/** An app over runs and a workflow that hold a given text in every field. */
import { openLocal } from "../../backend/databases/local.ts";
import { ExecutionEngine, type StepRecord, WorkflowStorage } from "../../backend/index.ts";
import type { SqlClient } from "../../backend/sql.ts";
import { createApp } from "../app.tsx";
import type { Say } from "./hostile-fields.ts";
import { columnOf, NAMES } from "./hostile-names.ts";
import { initOf, type Visit } from "./hostile-visits.ts";
import { hostileWorkflow } from "./hostile-workflow.ts";
import { LOCAL, record, storeRun } from "./open-app.ts";

/** An app that was filled. */
export interface HostileSite extends AsyncDisposable {
  visit(visit: Visit): Promise<Response>;
}

/** Opens an app and fills every field as `say` says. */
export async function openHostileSite(say: Say): Promise<HostileSite> {
  const client = await openLocal(":memory:");
  const storage = new WorkflowStorage({ client });
  const engine = new ExecutionEngine(storage);
  const flow = hostileWorkflow(say);
  engine.register(flow, { name: say("example input"), count: 1 });
  await engine.init();
  await storeFailed(storage, say);
  await storeOthers(storage, say, flow.id);
  await storeOld(storage, client, say);
  await storeSchedule(client, say, flow.id);
  const onError = () => {};
  const app = createApp({ engine, token: "", onError });
  const closed = createApp({ engine, token: "a-long-secret-for-tests", onError });
  return {
    visit: async (visit) =>
      await (visit.isStranger ? closed : app).request(visit.path, initOf(visit), LOCAL),
    [Symbol.asyncDispose]: async () => {
      await storage.close();
      client.close();
    },
  };
}

async function storeFailed(storage: WorkflowStorage, say: Say): Promise<void> {
  const input = { [say("run input key")]: say("run input") };
  const given = {
    workflowId: columnOf(`gone ${say("workflow id that no engine knows")}`),
    tags: JSON.stringify([say("run tag")]),
    input: JSON.stringify(input),
  };
  const runId = columnOf(say("run id"));
  const { epoch } = await storeRun(storage, runId, recordsOf(say), given);
  const failure = {
    name: say("failure name"),
    message: say("failure message"),
    code: say("failure code"),
    step: `scope/${columnOf(say("step path within another"))}`,
    stack: `${say("failure stack")}\n    at x`,
    cause: { message: say("failure cause") },
  };
  await endRun(storage, runId, epoch, {
    status: "failed",
    error: columnOf(say("run error")),
    failure: JSON.stringify(failure),
  });
}

interface End {
  readonly status: "failed" | "success" | "suspended" | "blocked";
  readonly state?: string;
  readonly result?: string;
  readonly error?: string;
  readonly failure?: string;
  readonly waits?: string;
}

async function endRun(
  storage: WorkflowStorage,
  runId: string,
  epoch: number,
  end: End,
): Promise<void> {
  const nothing = { dueAt: null, waits: null, signals: 0, state: null, result: null };
  const whole = {
    ...nothing,
    error: null,
    failure: null,
    executionPath: "[]",
    recorded: 0,
    ...end,
  };
  await storage.commit(() => ({ runId, epoch, steps: [], reached: 0, position: null, end: whole }));
}

/** Records with the texts in every column. */
function recordsOf(say: Say): StepRecord[] {
  const inner = `scope/${columnOf(say("step path within another"))}`;
  const error = {
    name: say("step error name"),
    message: say("step error message"),
    code: say("step error code"),
    stack: `${say("step error stack")}\n    at x`,
    cause: { message: say("step error cause") },
  };
  const log = {
    at: 1,
    level: say("log level"),
    message: say("log message"),
    data: { [say("log data key")]: say("log data") },
  };
  const wait = {
    payload: { text: say("wait payload") },
    event: { name: say("wait event"), match: say("wait match") },
  };
  return [
    record({
      seq: 1,
      path: columnOf(say("step path")),
      kind: columnOf(`kind ${say("step kind")}`),
      output: JSON.stringify({ [say("step output key")]: say("step output") }),
      state: JSON.stringify({ b: say("step state") }),
    }),
    record({
      seq: 2,
      path: inner,
      status: "failed",
      error: JSON.stringify({ message: say("earlier error") }),
    }),
    record({
      seq: 3,
      path: inner,
      attempt: 2,
      status: "failed",
      input: JSON.stringify(say("step input")),
      error: JSON.stringify(error),
    }),
    record({ seq: 4, path: "log", inputFrom: 1, logs: JSON.stringify([log]) }),
    record({ seq: 5, path: "wait", status: "suspended", wait: JSON.stringify(wait) }),
    record({
      seq: 6,
      path: "resumed",
      status: "resumed",
      output: JSON.stringify(say("resume data")),
    }),
    record({ seq: 7, path: "resumed", attempt: 2 }),
    record({
      seq: 8,
      path: "raw",
      status: "failed",
      output: columnOf(`{${say("output that cannot be read")}`),
      error: columnOf(`{${say("error that cannot be read")}`),
    }),
  ];
}

async function storeOthers(storage: WorkflowStorage, say: Say, workflowId: string): Promise<void> {
  await storeRun(storage, NAMES.atWork, [], { position: JSON.stringify([say("place at work")]) });
  const well = await storeRun(storage, NAMES.well, []);
  const result = JSON.stringify({ a: say("run output") });
  const state = JSON.stringify({ a: say("run state") });
  await endRun(storage, NAMES.well, well.epoch, { status: "success", result, state });
  const blocked = await storeRun(storage, NAMES.blocked, []);
  await endRun(storage, NAMES.blocked, blocked.epoch, {
    status: "blocked",
    error: columnOf(say("reason of a block")),
    failure: JSON.stringify({ message: say("block"), step: say("step of a block") }),
  });
  const recent = columnOf(say("id of a recent run"));
  await storeRun(storage, `recent ${recent}`, [], { workflowId });
  const like = JSON.stringify({ name: say("input to start like") });
  await storeRun(storage, NAMES.like, [], { workflowId, input: like });
  await storeAsking(storage, say, workflowId);
}

async function storeAsking(storage: WorkflowStorage, say: Say, workflowId: string): Promise<void> {
  const ask = {
    path: columnOf(say("path that asks")),
    payload: { [say("question key")]: say("question"), more: 1 },
  };
  const hear = {
    path: "hears",
    event: { name: say("awaited event"), match: say("awaited match") },
  };
  const steps = [ask, hear].map(({ path, ...wait }, index) =>
    record({ seq: index + 1, path, status: "suspended", wait: JSON.stringify(wait) }),
  );
  const { epoch } = await storeRun(storage, NAMES.asking, steps, { workflowId });
  const waits = JSON.stringify([ask, hear]);
  await endRun(storage, NAMES.asking, epoch, { status: "suspended", waits });
}

/** Runs as the library's first version left them. */
async function storeOld(storage: WorkflowStorage, client: SqlClient, say: Say): Promise<void> {
  const error = new Error(say("old error"));
  error.stack = `${say("old error stack")}\n    at x`;
  const timestamp = 1_700_000_000_000;
  for (const runId of [NAMES.old, NAMES.oldOdd]) {
    await storage.saveSnapshot({
      runId,
      workflowId: "old-report",
      status: "failed",
      executionPath: [0, 1],
      stepResults: {
        [say("old step")]: { status: "success", output: say("old output"), timestamp },
        render: { status: "failed", error, timestamp },
      },
      state: { a: say("old state") },
      inputData: { a: say("old input") },
      error: columnOf(say("old run error")),
      timestamp: 0,
    });
  }
  const path = JSON.stringify([say("old execution path")]);
  const sql = "UPDATE wrkflw_workflow_runs SET execution_path = ? WHERE run_id = ?";
  await client.execute({ sql, args: [path, NAMES.oldOdd] });
}

async function storeSchedule(client: SqlClient, say: Say, workflowId: string): Promise<void> {
  const sql = `INSERT INTO wrkflw_schedules (workflow_id, pattern, fired_at, last_run_id)
               VALUES (?, '', 1700000000000, ?)`;
  await client.execute({ sql, args: [workflowId, columnOf(say("run of a schedule"))] });
}
