import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import { createStep, createWorkflow } from "../../backend/index.ts";
import { race } from "../../backend/testing/race.ts";
import { addOne, Count } from "../../backend/testing/samples.ts";
import { fail, greet, greeting, OWN_PAGE, openApp, record, storeRun } from "../testing/open-app.ts";

/** The text of a page without its markup. */
function textOf(page: string): string {
  return page
    .replace(/<[^>]*>/g, "")
    .replaceAll("&quot;", '"')
    .replaceAll("&gt;", ">")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
}

/** The names of the steps on a page's timeline, in order. */
function stepsIn(page: string): string[] {
  return [...page.matchAll(/<span class="step-name"><bdi>(.*?)<\/bdi>/g)].map(([, html = ""]) =>
    textOf(html),
  );
}

Deno.test("a run's page shows its input, output, state, tags and steps with theirs", async () => {
  await using open = openApp();
  const runId = await greet(open.engine, "Ada", ["morning", "vip"]);
  const page = await open.page(`/runs/${runId}`);
  const text = textOf(page);
  for (const part of [
    "greeting",
    runId,
    "morning",
    "vip",
    '"name": "Ada"',
    '"text": "Hello Ada!"',
  ]) {
    assertStringIncludes(text, part);
  }
  assertStringIncludes(text, '"polite": true');
  assertEquals(stepsIn(page), ["compose", "polish", "polish/exclaim"]);
  const step = textOf(await open.page(`/runs/${runId}?step=compose`));
  assertStringIncludes(step, 'Composing{ "for": "Ada" }');
});

Deno.test("a step's input is shown though it is stored only where it was put out", async () => {
  await using open = openApp();
  const runId = await greet(open.engine, "Ada");
  const input = async (step: string) => textOf(await open.page(`/runs/${runId}?step=${step}`));
  assertStringIncludes(await input("compose"), "Input the run&#39;s inputDownload");
  assertStringIncludes(await input("polish"), "Input from composeDownload");
  assertStringIncludes(await input("polish%2Fexclaim"), "Input the input of polishDownload");
  const { steps } = (await open.storage.loadRun(runId)) ?? { steps: [] };
  const nested = steps.find(({ path }) => path === "polish");
  assertEquals([nested?.input, typeof nested?.inputFrom], [null, "number"]);
});

Deno.test("a construct that the pages have never heard of is shown with its children", async () => {
  await using open = openApp();
  const config = { inputSchema: Count, outputSchema: Count } as const;
  const flow = createWorkflow({ ...config, id: "flow" })
    .then(race("race", [addOne("tortoise", []), addOne("hare", [])]))
    .commit();
  const run = await open.engine.createRun(flow);
  await run.start({ inputData: { n: 0 } });
  const page = await open.page(`/runs/${run.runId}`);
  assertEquals(stepsIn(page).sort(), ["hare", "race", "tortoise"]);
  assertStringIncludes(page, '<section class="flow-box status-success " aria-label="race race">');
});

Deno.test("a failed run says in which step, why, what caused it, and shows that step", async () => {
  await using open = openApp();
  const runId = await fail(open.engine, "No paper left");
  const page = await open.page(`/runs/${runId}`);
  assertStringIncludes(page, `Failed in <a href="../runs/${runId}?step=break#step">`);
  assertMatch(
    page,
    /<a class="row status-failed" href="[^"]*step=break#step" aria-current="true">/,
  );
  assertMatch(page, /<section class="card step" id="step"[^>]*>.*?<bdi>break<\/bdi>/);
  const text = textOf(page);
  assertStringIncludes(text, "RangeError: No paper left");
  assertStringIncludes(text, "Caused byTypeError: cause of No paper left");
  assertMatch(text, /StackRangeError: No paper left\n {4}at /);
});

Deno.test("attempts are gathered at their place, each with its error", async () => {
  await using open = openApp();
  const error = (n: number) => JSON.stringify({ name: "Error", message: `try ${n} broke` });
  await storeRun(open.storage, "r", [
    record({ seq: 1, path: "fetch", attempt: 1, status: "suspended", error: error(1) }),
    record({ seq: 2, path: "other" }),
    record({ seq: 3, path: "fetch", attempt: 2, status: "suspended", error: error(2) }),
    record({ seq: 4, path: "fetch", attempt: 3, output: '"got it"' }),
  ]);
  const page = await open.page("/runs/r?step=fetch");
  assertEquals(stepsIn(page), ["fetch", "other"]);
  assertEquals([...page.matchAll(/<line class="retry"/g)].length, 2);
  const text = textOf(page);
  for (const part of ["3 attempts", "try 1 broke", "try 2 broke", '"got it"', "Before that"]) {
    assertStringIncludes(text, part);
  }
});

Deno.test("a run at work shows the steps at work and can be canceled, once", async () => {
  await using open = openApp();
  await storeRun(open.storage, "r/1", [record({ seq: 1 })], { position: '["fetch"]' });
  const page = await open.page("/runs/r%2F1");
  assertMatch(page, /<a class="row status-running" href="[^"]*step=fetch#step">/);
  assertStringIncludes(page, '<form method="post" action="../runs/r%2F1/cancel">');
  const cancel = () => open.request("/runs/r%2F1/cancel", { method: "POST", headers: OWN_PAGE });
  const first = await cancel();
  assertEquals(
    [first.status, first.headers.get("Location")],
    [303, "../../runs/r%2F1?notice=canceled"],
  );
  assertEquals((await cancel()).headers.get("Location"), "../../runs/r%2F1?notice=over");
  const after = await open.page("/runs/r%2F1?notice=canceled");
  assertStringIncludes(after, "The run was canceled.");
  assertEquals(after.includes("/cancel"), false);
});

Deno.test("a notice is one of the app's own sentences, whatever the address says", async () => {
  await using open = openApp();
  const runId = await greet(open.engine, "Ada");
  for (const notice of ["Pay%20here", "toString", "__proto__", "constructor"]) {
    const page = await open.page(`/runs/${runId}?notice=${notice}`);
    assertEquals(page.includes('class="notice"'), false, notice);
  }
});

Deno.test("what waits is told in words, with the moment at which it goes on", async () => {
  const now = Date.now();
  await using open = openApp({ now: () => now });
  const { epoch } = await storeRun(open.storage, "r", []);
  const until = now + 3 * 3_600_000;
  await open.storage.commit(() => ({
    runId: "r",
    epoch,
    steps: [record({ seq: 1, path: "nap", status: "suspended", wait: JSON.stringify({ until }) })],
    reached: 0,
    position: null,
    end: {
      status: "waiting",
      dueAt: until,
      signals: 0,
      waits: JSON.stringify([{ path: "nap", until }, { path: "ask" }]),
      state: "{}",
      result: null,
      error: null,
      failure: null,
      executionPath: "[0]",
      recorded: 0,
    },
  }));
  for (const path of ["/runs/r", "/runs"]) {
    const text = textOf(await open.page(path));
    assertMatch(
      text,
      /Sleeps for 3 h more \(until [^)]+ UTC\); Waits for somebody to resume "ask"/,
    );
  }
});

Deno.test("runs of the first version are drawn, with the little that was kept of them", async () => {
  await using open = openApp();
  await open.storage.saveSnapshot({
    runId: "old",
    workflowId: "report",
    status: "failed",
    executionPath: [0, 1],
    stepResults: {
      fetch: { status: "success", output: { rows: 3 }, timestamp: 1_700_000_000_000 },
      render: { status: "failed", error: new Error(""), timestamp: 1_700_000_001_000 },
    },
    state: { a: 1 },
    inputData: undefined,
    error: "Template not found",
    timestamp: 0,
  });
  const page = await open.page("/runs/old?step=fetch");
  assertEquals(stepsIn(page), ["fetch", "render"]);
  for (const part of ['"rows": 3', "Template not found", '"a": 1']) {
    assertStringIncludes(textOf(page), part);
  }
  assertStringIncludes(page, 'title="2023-11-14 22:13:20.000 UTC"');
  assertStringIncludes(textOf(page), "The engine has no workflow with this id");
});

Deno.test("stored text that nobody can read is shown as it is", async () => {
  await using open = openApp();
  await storeRun(open.storage, "r", [
    record({ seq: 1, output: "{broken", error: "not json", logs: "[1", wait: "{", state: "nope" }),
  ]);
  const response = await open.request("/runs/r?step=step-1");
  const text = textOf(await response.text());
  assertEquals(response.status, 200);
  for (const part of ["{broken", "not json", "nope"]) assertStringIncludes(text, part);
});

Deno.test("long values are folded, longer ones cut, and the whole is one click away", async () => {
  await using open = openApp();
  const long = "é".repeat(30_000);
  const run = await open.engine.createRun(greeting);
  await run.start({ inputData: { name: long } });
  const page = await open.page(`/runs/${run.runId}`);
  assertLess(page.length, 150_000);
  assertStringIncludes(page, "Open the whole value");
  const whole = await open.request(`/runs/${run.runId}/values/input`);
  assertMatch(whole.headers.get("Content-Type") ?? "", /^text\/plain; ?charset=UTF-8$/);
  assertStringIncludes(await whole.text(), long);
});

Deno.test("each value of a run and of its steps has an address; other names have none", async () => {
  await using open = openApp();
  const runId = await greet(open.engine, "Ada");
  const value = async (path: string) => {
    const response = await open.request(`/runs/${runId}/values/${path}`);
    return response.status === 200 ? await response.text() : response.status;
  };
  assertEquals(await value("output"), '{\n  "text": "Hello Ada!"\n}');
  assertEquals(await value("state"), '{\n  "polite": true\n}');
  assertEquals(await value("1.1/input"), '{\n  "name": "Ada"\n}');
  assertEquals(await value("1.1/output"), '{\n  "text": "Hello Ada"\n}');
  assertStringIncludes(String(await value("1.1/logs")), "Composing");
  for (const path of [
    "nope",
    "constructor",
    "1.1/nope",
    "1.2/output",
    "1/output",
    "99.1/output",
    "x/output",
    "1.1/error",
    "1.1/payload",
    "1.1/__proto__",
  ]) {
    assertEquals(await value(path), 404, path);
  }
});

Deno.test("a run with 1,000 steps is paged, and its failure leads to the right page", async () => {
  await using open = openApp();
  const steps = Array.from({ length: 1_000 }, (_, index) =>
    record({ seq: index + 1, output: "1" }),
  );
  const { epoch } = await storeRun(open.storage, "r", steps);
  await open.storage.commit(() => ({
    runId: "r",
    epoch,
    steps: [],
    reached: 0,
    position: null,
    end: {
      status: "failed",
      dueAt: null,
      signals: 0,
      waits: null,
      state: "{}",
      result: null,
      error: "late",
      failure: '{"name":"Error","message":"late","step":"step-999"}',
      executionPath: "[0]",
      recorded: 0,
    },
  }));
  const begin = performance.now();
  const first = await open.page("/runs/r");
  // A tenth of a second where nothing else is at work.
  assertLess(performance.now() - begin, 5_000);
  // The step that failed is shown, and the page that it is on.
  const last = stepsIn(first);
  assertEquals([last.length, last.at(-1)], [100, "step-1000"]);
  assertStringIncludes(first, 'href="../runs/r?step=step-999#step"');
  assertLess(first.length, 400_000);
  const others = stepsIn(await open.page("/runs/r?page=1"));
  assertEquals([others.length, others[0]], [100, "step-1"]);
  assertEquals(stepsIn(await open.page("/runs/r?page=77")), last);
});

Deno.test("a run id that no database takes gets a 4xx page", async () => {
  await using open = openApp();
  for (const path of ["/runs/%00", "/runs/a%00b/values/input", "/runs?workflow=%00", "/runs/%ff"]) {
    const { status } = await open.request(path);
    assert(status >= 400 && status < 500, `${path}: ${status}`);
  }
});

Deno.test("any run id has a page", async () => {
  await using open = openApp();
  for (const runId of [
    "a/b",
    "a%2Fb",
    "a?b#c",
    "100%",
    "ä ö",
    "..%2F",
    "a\\b",
    "a+b&c=d",
    "'\"<>",
  ]) {
    await storeRun(open.storage, runId, []);
    const list = await open.page("/runs");
    const href = `runs/${encodeURIComponent(runId).replaceAll("'", "&#39;")}`;
    assert(list.includes(`href="./${href}"`), runId);
    assertEquals((await open.request(`/runs/${encodeURIComponent(runId)}`)).status, 200, runId);
  }
});

Deno.test("an answer that was typed as JSON and refused comes back as it was typed", async () => {
  await using open = openApp();
  const answerSchema = z.object({ isFine: z.boolean() });
  const ask = createStep({
    id: "ask",
    inputSchema: z.string(),
    outputSchema: z.string(),
    resumeSchema: answerSchema,
    execute: ({ inputData, resumeData, suspend }) => (resumeData ? inputData : suspend({})),
  });
  const asking = createWorkflow({ id: "asking", inputSchema: z.string(), outputSchema: z.string() })
    .then(ask)
    .commit();
  const run = await open.engine.createRun(asking, "r");
  await run.safeStart({ inputData: "x" });
  for (const json of ["{isFine: yes}", '{"isFine":"perhaps"}']) {
    const headers = { "Content-Type": "application/x-www-form-urlencoded", ...OWN_PAGE };
    const body = String(new URLSearchParams({ as: "json", step: "ask", json }));
    const response = await open.request("/runs/r/resume", { method: "POST", headers, body });
    const page = await response.text();
    assertEquals(response.status, 422);
    assertMatch(page, /<textarea id="wait-0-json" name="json"/);
    assertStringIncludes(textOf(page), json);
  }
});
