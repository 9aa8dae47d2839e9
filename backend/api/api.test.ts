/** The routes one by one, as a program uses them. */

import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ExecutionEngine } from "../engine.ts";
import { FakeEffects } from "../testing/fake-effects.ts";
import { gated, greet, openApi, start } from "../testing/open-api.ts";
import { createWorkflow } from "../workflow-builder.ts";

Deno.test("workflows are listed with their steps and an example to try", async () => {
  await using open = await openApi();
  const { status, at, list } = await open.ask("GET", "/workflows");
  assertEquals(status, 200);
  const ids = list("workflows").map(({ id }) => id);
  assertEquals(ids, ["greet", "fragile", "approve", "pay", "rich"]);
  assertEquals(at("workflows", 0), {
    id: "greet",
    description: "Greets somebody",
    steps: [{ id: "compose", kind: "step", description: "Finds the words" }],
    exampleInput: { name: "Ada" },
  });
});

Deno.test("a workflow is described with the schemas of all its nodes", async () => {
  await using open = await openApi();
  const { at } = await open.ask("GET", "/workflows/approve");
  assertEquals(at("children", 0, "schemas", "resume", "properties"), { ok: { type: "boolean" } });
  const greet = await open.ask("GET", "/workflows/greet");
  assertEquals(greet.at("schemas", "input", "required"), ["name"]);
  const unknown = await open.ask("GET", "/workflows/none");
  assertEquals([unknown.status, unknown.at("error", "code")], [404, "WORKFLOW_NOT_FOUND"]);
});

Deno.test("a workflow says when it starts by itself, and what became of its slots", async () => {
  await using open = await openApi();
  const Count = z.number();
  const hourly = createWorkflow({
    id: "hourly",
    inputSchema: Count,
    outputSchema: Count,
    schedule: { cron: "0 * * * *", timezone: "Europe/Berlin", inputData: 1 },
  }).commit();
  open.engine.register(hourly);
  const schedule = { cron: "0 * * * *", timezone: "Europe/Berlin", overlap: "skip" };
  const nothing = { nextAt: null, firedAt: null, runId: null, skippedAt: null };
  const before = await open.ask("GET", "/workflows/hourly");
  assertEquals(before.at("schedule"), { ...schedule, catchUp: "latest", ...nothing });
  await open.engine.tick();
  const { at } = await open.ask("GET", "/workflows/hourly");
  const nextInMs = Number(at("schedule", "nextAt")) - Date.now();
  assert(nextInMs > -60_000 && nextInMs <= 3_600_000, `The next slot is in ${nextInMs} ms`);
  const listed = (await open.ask("GET", "/workflows")).list("workflows");
  assertEquals(listed.find(({ id }) => id === "hourly")?.schedule, at("schedule"));
  assertEquals(listed.find(({ id }) => id === "greet")?.schedule, undefined);
});

Deno.test("starting a run answers 202 once it is recorded, and the run goes on by itself", async () => {
  await using open = await openApi();
  const started = await open.ask("POST", "/workflows/greet/runs", {
    inputData: { name: "Ada" },
    tags: ["urgent"],
    initialState: { seen: 1 },
  });
  assertEquals(started.status, 202);
  const runId = started.at("runId");
  assertEquals(started.headers.get("Location"), `../../runs/${runId}`);
  const location = new URL(
    started.headers.get("Location") ?? "",
    "https://host/flows/api/workflows/greet/runs",
  );
  assertEquals(location.pathname, `/flows/api/runs/${runId}`);
  await open.settled();
  const { status, at } = await open.ask("GET", `/runs/${runId}`);
  assertEquals(status, 200);
  const { inputData, result, state, tags, executionPath, explanation } = Object(at());
  assertEquals(
    { status: at("status"), inputData, result, state, tags, executionPath },
    {
      status: "success",
      inputData: { name: "Ada", times: 1 },
      result: { text: "Hello Ada" },
      state: { seen: 1, polite: true },
      tags: ["urgent"],
      executionPath: [0],
    },
  );
  assertMatch(String(explanation), /^Succeeded/);
  const { status: ended, output } = Object(at("stepResults", "compose"));
  assertEquals([ended, output], ["success", { text: "Hello Ada" }]);
  assertEquals(
    [at("steps", 0, "path"), at("steps", 0, "logs", 0, "message")],
    ["compose", "composing"],
  );
});

Deno.test("who asks for it is told the outcome at once", async () => {
  await using open = await openApi();
  const path = "/workflows/greet/runs?wait=10";
  const done = await open.ask("POST", path, { inputData: { name: "Ada" } });
  assertEquals([done.status, done.at("status")], [200, "success"]);
  const waiting = await open.ask("POST", "/workflows/pay/runs?wait=10", { inputData: "o1" });
  assertEquals([waiting.status, waiting.at("status")], [200, "waiting"]);
  assertEquals(waiting.at("waits", 0, "event"), { name: "paid", match: "o1" });
});

Deno.test("who waits for a run that another process has is told when it is over", async () => {
  const effects = new FakeEffects();
  await using open = await openApi({ watchMs: 2, effects });
  const slow = gated();
  open.engine.register(slow.workflow);
  const elsewhere = new ExecutionEngine(open.engine.storage, { workflows: [slow.workflow] });
  const run = await elsewhere.createRun(slow.workflow, "slow-run");
  const running = run.start({ inputData: 1 });
  await slow.begun;
  const start = { inputData: 1, runId: "slow-run" };
  const asked = open.ask("POST", "/workflows/slow/runs?wait=20", start);
  const impatient = await open.ask("POST", "/workflows/slow/runs", start);
  assertEquals([impatient.status, impatient.at("status")], [202, "running"]);
  slow.open();
  const answer = await effects.until(asked);
  assertEquals([answer.status, answer.at("result")], [200, 2]);
  await running;
});

Deno.test("a start with the same Idempotency-Key is the same run, and another input is refused", async () => {
  await using open = await openApi();
  const path = "/workflows/greet/runs?wait=10";
  const key = { "Idempotency-Key": "order-7" };
  const first = await open.ask("POST", path, { inputData: { name: "Ada" } }, key);
  const second = await open.ask("POST", path, { inputData: { name: "Ada" } }, key);
  assertEquals([second.status, second.at("runId")], [200, first.at("runId")]);
  const other = await open.ask("POST", path, { inputData: { name: "Bob" } }, key);
  assertEquals([other.status, other.at("error", "code")], [409, "RUN_CONFLICT"]);
  const named = await open.ask("POST", path, { inputData: { name: "Ada" }, runId: "my-run" });
  assertEquals(named.at("runId"), "my-run");
});

Deno.test("a delayed start is recorded and not driven before its time", async () => {
  await using open = await openApi();
  const body = { inputData: 1, delayMs: 60_000 };
  const { status, at: run } = await open.ask("POST", "/workflows/fragile/runs?wait=10", body);
  assertEquals([status, run("status")], [202, "pending"]);
});

Deno.test("a failed run says why, without places in the server's code, and can be retried", async () => {
  await using open = await openApi();
  open.trouble.isOn = true;
  const runId = await start(open, "fragile", 1);
  const { at } = await open.ask("GET", `/runs/${runId}`);
  assertEquals([at("status"), at("error")], ["failed", "broken"]);
  assertEquals(at("failure"), {
    name: "RangeError",
    message: "broken",
    step: "break",
    cause: { name: "Error", message: "inner" },
  });
  assertEquals(JSON.stringify(at()).includes(".ts:"), false, "a stack trace");
  open.trouble.isOn = false;
  const retried = await open.ask("POST", `/runs/${runId}/retry?wait=10`);
  assertEquals([retried.status, retried.at("result")], [200, 2]);
  const again = await open.ask("POST", `/runs/${runId}/retry`);
  assertEquals([again.status, again.at("error", "code")], [409, "NOT_FAILED"]);
});

Deno.test("a suspended step is resumed with data that fits", async () => {
  await using open = await openApi();
  const runId = await start(open, "approve", null);
  const asked = await open.ask("GET", `/runs/${runId}`);
  assertEquals(asked.at("waits"), [{ path: "ask", payload: { question: "Is it right?" } }]);
  const bad = await open.ask("POST", `/runs/${runId}/resume`, { resumeData: { ok: "yes" } });
  assertEquals([bad.status, bad.at("error", "code")], [422, "VALIDATION_FAILED"]);
  assertEquals(bad.at("error", "issues", 0, "path"), ["ok"]);
  const good = { step: "ask", resumeData: { ok: true } };
  const done = await open.ask("POST", `/runs/${runId}/resume?wait=10`, good);
  assertEquals([done.status, done.at("result")], [200, { ok: true }]);
  const late = await open.ask("POST", `/runs/${runId}/resume`, good);
  assertEquals([late.status, late.at("error", "code")], [409, "NOT_SUSPENDED"]);
});

Deno.test("an event goes to the run that waits for it, which goes on", async () => {
  await using open = await openApi();
  const runId = await start(open, "pay", "o1");
  const bad = await open.ask("POST", "/events/paid", { payload: { amount: "5" }, match: "o1" });
  assertEquals([bad.status, bad.at("error", "code")], [422, "VALIDATION_FAILED"]);
  const event = { payload: { amount: 5 }, match: "o1", eventId: "e1" };
  const sent = await open.ask("POST", "/events/paid", event);
  assertEquals([sent.status, sent.body], [202, { eventId: "e1", runId, path: "waitForEvent" }]);
  await open.settled();
  assertEquals((await open.ask("GET", `/runs/${runId}`)).at("result"), { amount: 5 });
  const kept = await open.ask("POST", "/events/paid", { payload: { amount: 5 }, match: "o2" });
  assertEquals([kept.status, kept.at("runId")], [202, undefined]);
  const bare = await open.ask("POST", "/events/rung");
  assertEquals(bare.status, 202);
});

Deno.test("a run is canceled once, and deleted when it is over", async () => {
  await using open = await openApi();
  const runId = await start(open, "pay", "o1");
  const early = await open.ask("DELETE", `/runs/${runId}`);
  assertEquals([early.status, early.at("error", "code")], [409, "RUN_IN_PROGRESS"]);
  const first = await open.ask("POST", `/runs/${runId}/cancel`);
  assertEquals([first.status, first.body], [200, { runId, status: "canceled", wasCanceled: true }]);
  const second = await open.ask("POST", `/runs/${runId}/cancel`, {});
  assertEquals(second.at("wasCanceled"), false);
  const gone = await open.ask("DELETE", `/runs/${runId}`);
  assertEquals([gone.status, gone.body], [204, null]);
  const unknown = await open.ask("GET", `/runs/${runId}`);
  assertEquals([unknown.status, unknown.at("error", "code")], [404, "RUN_NOT_FOUND"]);
});

Deno.test("a tick drives what is due and says when the next is", async () => {
  await using open = await openApi();
  const run = await open.engine.createRun(greet, "due");
  await run.enqueue({ inputData: { name: "Ada" } });
  const { status, at } = await open.ask("POST", "/tick");
  assertEquals(status, 200);
  assertEquals(at(), {
    runs: [{ runId: "due", workflowId: "greet", status: "success" }],
    nextDueInMs: null,
  });
  const none = await open.ask("POST", "/tick", { budgetMs: 1_000, limit: 5, concurrency: 2 });
  assertEquals(none.at("runs"), []);
});

Deno.test("a tick says how many runs it deleted, where old ones go", async () => {
  await using open = await openApi();
  const storage = open.engine.storage;
  const engine = new ExecutionEngine(storage, { workflows: [greet], retention: { maxRuns: 0 } });
  await using sweeping = await openApi({ engine });
  await (await engine.createRun(greet, "due")).start({ inputData: { name: "Ada" } });
  const { status, at } = await sweeping.ask("POST", "/tick");
  assertEquals([status, at()], [200, { runs: [], nextDueInMs: null, deleted: 1 }]);
});

Deno.test("runs are listed by everything that a list can be filtered by", async () => {
  await using open = await openApi();
  open.trouble.isOn = true;
  const failed = await start(open, "fragile", 1, { tags: ["urgent"] });
  open.trouble.isOn = false;
  const good = await start(open, "fragile", 1);
  const greeted = await start(open, "greet", { name: "Ada" }, { tags: ["urgent", "x"] });
  const ids = async (query: string, path = "/runs") => {
    const { status, at, list } = await open.ask("GET", `${path}${query}`);
    assertEquals(status, 200, JSON.stringify(at()));
    return list("runs").map(({ runId }) => runId);
  };
  assertEquals(await ids(""), [greeted, good, failed]);
  assertEquals(await ids("?workflow=fragile"), [good, failed]);
  assertEquals(await ids("", "/workflows/fragile/runs"), [good, failed]);
  assertEquals(await ids("?status=failed"), [failed]);
  assertEquals(await ids("?status=failed,success&workflow=fragile"), [good, failed]);
  assertEquals(await ids("?status=failed&status=canceled"), [failed]);
  assertEquals(await ids("?tag=urgent"), [greeted, failed]);
  assertEquals(await ids("?text=BROKEN"), [failed]);
  assertEquals(await ids("?from=2999-01-01T00:00:00Z"), []);
  assertEquals(await ids("?to=2999-01-01&from=0"), [greeted, good, failed]);
  const page = await open.ask("GET", "/runs?limit=2");
  const cursor = encodeURIComponent(String(page.at("nextCursor")));
  assertEquals(await ids(`?limit=2&cursor=${cursor}`), [failed]);
  assertEquals(page.at("runs", 0, "inputData"), undefined);
});

Deno.test("what has not changed is not sent again", async () => {
  await using open = await openApi();
  const runId = await start(open, "pay", "o1");
  for (const path of [`/runs/${runId}`, "/runs", `/runs/${runId}/events`, "/runs?status=waiting"]) {
    const first = await open.ask("GET", path);
    const etag = first.headers.get("ETag") ?? "";
    assertMatch(etag, /^W\/"[\w-]{22}"$/);
    const known = { "If-None-Match": `"other", ${etag}` };
    const second = await open.ask("GET", path, undefined, known);
    assertEquals([second.status, second.body], [304, null], path);
  }
  const { headers } = await open.ask("GET", `/runs/${runId}`);
  await open.ask("POST", "/events/paid", { payload: { amount: 1 }, match: "o1" });
  await open.settled();
  const known = { "If-None-Match": headers.get("ETag") ?? "" };
  assertEquals((await open.ask("GET", `/runs/${runId}`, undefined, known)).status, 200);
});

Deno.test("health tells whether the database answers", async () => {
  await using open = await openApi();
  assertEquals((await open.ask("GET", "/health")).body, { status: "ok" });
  open.engine.storage.runVersion = () => Promise.reject(new Error("secret detail"));
  const sick = await open.ask("GET", "/health");
  assertEquals([sick.status, sick.at("error", "code")], [500, "INTERNAL"]);
  assertEquals(JSON.stringify(sick.body).includes("secret"), false);
  assertStringIncludes(open.errors[0]?.message ?? "", "secret detail");
});

Deno.test("the API says what it can do wherever it is mounted", async () => {
  await using open = await openApi();
  const { at } = await open.ask("GET", "/openapi.json");
  const paths = Object.entries(Object(at("paths"))).flatMap(([path, methods]) =>
    Object.keys(Object(methods)).map((method) => `${method.toUpperCase()} ${path}`),
  );
  assertEquals(paths.sort(), [
    "DELETE /runs/{runId}",
    "GET /health",
    "GET /runs",
    "GET /runs/{runId}",
    "GET /runs/{runId}/events",
    "GET /workflows",
    "GET /workflows/{id}",
    "GET /workflows/{id}/runs",
    "POST /events/{name}",
    "POST /runs/{runId}/cancel",
    "POST /runs/{runId}/resume",
    "POST /runs/{runId}/retry",
    "POST /tick",
    "POST /workflows/{id}/runs",
  ]);
  assertEquals(at("servers"), [{ url: "." }]);
  assert("Run" in Object(at("components", "schemas")));
});
