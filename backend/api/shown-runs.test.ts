/** What the API says of runs that are not like others. */
import { z } from "npm:zod@4.6.7";
import { assertEquals } from "@std/assert";
import { createStep } from "../step.ts";
import { gated, openApi, start } from "../testing/open-api.ts";
import { createWorkflow } from "../workflow-builder.ts";

Deno.test("values that JSON has no word for are sent as the JSON that says them best", async () => {
  await using open = await openApi();
  const runId = await start(open, "rich", null);
  const { at } = await open.ask("GET", `/runs/${runId}`);
  const plain = { at: "1970-01-01T00:00:00.000Z", big: "5", tags: ["a"], none: null };
  assertEquals(at("result"), plain);
  assertEquals(at("stepResults", "make", "output"), plain);
});

Deno.test("a run whose stored texts are damaged is shown as far as it can be read", async () => {
  await using open = await openApi();
  const runId = await start(open, "greet", { name: "Ada" });
  const sql = `UPDATE wrkflw_workflow_runs SET result = '{"te', waits = '[', position = 'x',
    tags = '{', failure = '7', step_results = '[1]', execution_path = '"a"' WHERE run_id = ?`;
  await open.client.execute({ sql, args: [runId] });
  const { status, at } = await open.ask("GET", `/runs/${runId}`);
  assertEquals(status, 200);
  const { result, waits, position, tags, failure } = Object(at());
  assertEquals(
    { result, waits, position, tags, failure },
    {
      result: '{"te',
      waits: [],
      position: [],
      tags: [],
      failure: { name: "Error", message: "The error was not stored" },
    },
  );
  assertEquals((await open.ask("GET", "/runs")).status, 200);
});

Deno.test("a run that goes on after a wait is shown as far as it has come", async () => {
  await using open = await openApi();
  const slow = gated();
  const Any = z.unknown();
  const resumed = createStep({
    id: "ask",
    inputSchema: Any,
    outputSchema: z.number(),
    execute: ({ resumeData, suspend }) => (resumeData === undefined ? suspend({}) : 1),
  });
  const workflow = createWorkflow({ id: "asks", inputSchema: Any, outputSchema: z.number() })
    .then(resumed)
    .then(slow.workflow)
    .commit();
  open.engine.register(workflow);
  const runId = await start(open, "asks", 0);
  const pathOf = async () => (await open.ask("GET", `/runs/${runId}`)).at("executionPath");
  assertEquals(await pathOf(), [0]);
  await open.ask("POST", `/runs/${runId}/resume`, { resumeData: true });
  await slow.begun;
  const path = await pathOf();
  const snapshot = await open.engine.storage.loadSnapshot(runId);
  slow.open();
  await open.settled();
  assertEquals(
    [path, snapshot?.executionPath],
    [
      [0, 1],
      [0, 1],
    ],
  );
  assertEquals(await pathOf(), [0, 1]);
});

Deno.test("a run of the first version is shown with what was kept of it", async () => {
  await using open = await openApi();
  await open.engine.init();
  const stored = {
    fetch: { status: "success", output: { n: 1 }, timestamp: 5 },
    send: { status: "failed", error: {} },
  };
  const sql = `INSERT INTO wrkflw_workflow_runs (run_id, workflow_id, status, execution_path,
    step_results, input_data, error, created_at, updated_at)
    VALUES ('old', 'campaign', 'failed', '[0,1]', ?, '{"a":1}', 'No such user', 1700000000, 1700000001)`;
  await open.client.execute({ sql, args: [JSON.stringify(stored)] });
  const { status, at } = await open.ask("GET", "/runs/old");
  assertEquals(status, 200);
  assertEquals(at("stepResults"), {
    fetch: { status: "success", output: { n: 1 }, timestamp: 5 },
    send: {
      status: "failed",
      timestamp: 1_700_000_000_000,
      error: { name: "Error", message: "No such user" },
    },
  });
  assertEquals(at("executionPath"), [0, 1]);
});
