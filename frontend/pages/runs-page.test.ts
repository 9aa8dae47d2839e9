import { assert, assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import { openLocal } from "../../backend/databases/local.ts";
import { ExecutionEngine, WorkflowStorage } from "../../backend/index.ts";
import { closing } from "../../backend/testing/closing.ts";
import { manyRuns } from "../../backend/testing/many-runs.ts";
import { createApp } from "../app.tsx";
import { fail, greet, greeting, LOCAL, openApp, storeRun } from "../testing/open-app.ts";

/** The ids of the runs on a page, in order. */
function idsIn(page: string): string[] {
  return [...page.matchAll(/<th scope="row"[^>]*><a href="\.\/runs\/([^"]+)"/g)].map(
    ([, id = ""]) => id,
  );
}

function linkNamed(page: string, name: string): string | undefined {
  const link = new RegExp(`<a href="([^"]+)"[^>]*>${name}</a>`).exec(page)?.[1];
  return link?.replace("./", "/").replaceAll("&amp;", "&");
}

Deno.test("the list is newest first and is filtered by status and workflow", async () => {
  await using open = openApp();
  const first = await greet(open.engine, "Ada");
  const second = await fail(open.engine, "x");
  const third = await greet(open.engine, "Bob");
  assertEquals(idsIn(await open.page("/runs")), [third, second, first]);
  assertEquals(idsIn(await open.page("/runs?status=failed")), [second]);
  assertEquals(idsIn(await open.page("/runs?workflow=greeting")), [third, first]);
  assertEquals(idsIn(await open.page("/runs?workflow=greeting&status=failed")), []);
  assertEquals(idsIn(await open.page("/runs?status=&workflow=&cursor=")), [third, second, first]);
});

Deno.test("chips count the runs of the chosen workflow, mark the chosen status and keep the workflow", async () => {
  await using open = openApp();
  await greet(open.engine, "Ada");
  await fail(open.engine, "x");
  const page = await open.page("/runs?workflow=greeting&status=success");
  assertStringIncludes(page, 'href="./runs?status=failed&amp;workflow=greeting"');
  assertMatch(
    page,
    /status=success&amp;workflow=greeting" aria-current="page">.*?success<span class="count">1</,
  );
  assertMatch(page, /failed<span class="count">0</);
  assertStringIncludes(page, '<option value="greeting" selected="">greeting</option>');
  assertStringIncludes(page, '<input type="hidden" name="status" value="success"/>');
});

Deno.test("the list shows when runs were created, also those that never started", async () => {
  await using open = openApp();
  const run = await open.engine.createRun(greeting, "later");
  await run.enqueue({ inputData: { name: "Ada" }, delayMs: 60_000 });
  const page = await open.page("/runs");
  assertMatch(page, /class="col-created">Created</);
  assertMatch(page, /<td class="col-created"><time /);
});

Deno.test("a filter that fits nothing says so and shows the way out", async () => {
  await using open = openApp();
  await greet(open.engine, "Ada");
  const page = await open.page("/runs?workflow=unknown&status=failed");
  assertStringIncludes(page, "No run with status failed of workflow <bdi>unknown</bdi>.");
  assertEquals(linkNamed(page, "Show all runs"), "/runs");
});

Deno.test("paging goes to the last run and back, and keeps the filters", async () => {
  await using open = openApp();
  const stored: string[] = [];
  for (let n = 0; n < 120; n++) stored.push(`run-${n}`);
  for (const id of stored) await storeRun(open.storage, id, [], { workflowId: "many" });
  await greet(open.engine, "Ada");
  const pages = ["/runs?status=running&workflow=many"];
  const found: string[] = [];
  for (const path of pages) {
    const page = await open.page(path);
    found.push(...idsIn(page));
    assertStringIncludes(path, "status=running&workflow=many");
    const older = linkNamed(page, "Older →");
    if (older !== undefined) pages.push(older);
  }
  assertEquals([pages.length, found.length], [3, 120]);
  assertEquals(new Set(found), new Set(stored));
  const last = await open.page(pages[2] ?? "");
  assertEquals(linkNamed(last, "← Newer"), pages[1]);
  assertEquals(linkNamed(last, "Newest"), pages[0]);
  assertEquals(linkNamed(await open.page(pages[1] ?? ""), "← Newer"), pages[0]);
});

Deno.test("a run whose process stopped is told from one that is at work", async () => {
  const later = Date.now() + 5 * 60_000;
  await using open = openApp({ now: () => later });
  await storeRun(open.storage, "at-work", [], { position: '["fetch","parse"]' });
  assertStringIncludes(
    await open.page("/runs"),
    'Its process died in "fetch", "parse": goes on at the next tick'.replaceAll('"', "&quot;"),
  );
});

Deno.test("of 100,000 runs a page shows fifty, and costs what it does with few", async () => {
  using client = closing(await openLocal(":memory:"));
  const storage = new WorkflowStorage({ client });
  await storage.init();
  await manyRuns(client, 100_000);
  const app = createApp({ engine: new ExecutionEngine(storage), token: "" });
  const page = async (path: string) => await (await app.request(path, {}, LOCAL)).text();
  for (const [path, shown] of [
    ["/runs", 50],
    ["/runs?status=failed", 50],
    ["/runs?workflow=flow-3&status=failed", 50],
    ["/runs?tag=rare", 4],
    ["/runs?q=run-0009999", 10],
  ] as const) {
    await page(path);
    const begin = performance.now();
    const found = idsIn(await page(path)).length;
    // Some milliseconds where nothing else is at work.
    assertLess(performance.now() - begin, 1_000, path);
    assertEquals(found, shown, path);
  }
  assertStringIncludes(await page("/runs"), '<span class="count">20,000+</span>');
  assert(linkNamed(await page("/runs?status=success"), "Older →") !== undefined);
});
