import { Hono } from "npm:hono@4.13.19";
import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createWorkflow } from "../backend/index.ts";
import { createApp } from "./app.tsx";
import { fail, greet, LOCAL, OWN_PAGE, openApp } from "./testing/open-app.ts";

Deno.test("the list shows each run with its status, workflow, times and error", async () => {
  await using open = openApp();
  const runId = await greet(open.engine, "Ada");
  await fail(open.engine, "No paper left");
  const page = await open.page("/runs");
  assertStringIncludes(page, `href="./runs/${runId}"`);
  assertStringIncludes(page, `title="${runId}"`);
  assertStringIncludes(page, "greeting");
  assertStringIncludes(page, "No paper left");
  assertMatch(page, /<time datetime="\d{4}-\d\d-\d\dT[^"]+Z" title="[^"]+ UTC">just now<\/time>/);
  assertStringIncludes(page, `<th scope="col" class="col-status">`);
});

Deno.test("the pages of workflows say when one starts by itself", async () => {
  await using open = openApp();
  const hourly = createWorkflow({
    id: "hourly",
    inputSchema: z.number(),
    outputSchema: z.number(),
    schedule: { cron: "0 * * * *", inputData: 1 },
  }).commit();
  open.engine.register(hourly);
  await open.engine.tick();
  for (const path of ["/workflows", "/workflows/hourly"]) {
    const page = await open.page(path);
    assertMatch(page, /Starts by itself: <code>0 \* \* \* \*<\/code> UTC, (next|due) <time/);
  }
  assert(!(await open.page("/workflows/greeting")).includes("Starts by itself"));
});

Deno.test("an empty list says how to start a run", async () => {
  await using open = openApp();
  const page = await open.page("/runs");
  assertStringIncludes(page, "No runs yet");
  assertStringIncludes(page, "engine.createRun(workflow)");
  assertStringIncludes(page, "2 workflows");
});

Deno.test("the root leads to the list, wherever the app is mounted", async () => {
  await using open = openApp();
  const outer = new Hono().route("/flows", open.app);
  const cases = [
    [open.app, "/", "./runs"],
    [outer, "/flows", "./flows/runs"],
    [outer, "/flows/", "./runs"],
  ] as const;
  for (const [app, path, location] of cases) {
    const response = await app.request(path, {}, LOCAL);
    assertEquals([response.status, response.headers.get("Location")], [302, location], path);
  }
});

const MOUNTS = [
  { name: "at the root", prefix: "", mount: (app: Hono) => app },
  { name: "by route()", prefix: "/flows", mount: (app: Hono) => new Hono().route("/flows", app) },
  { name: "by mount()", prefix: "/a/b", mount: (app: Hono) => new Hono().mount("/a/b", app.fetch) },
];

for (const { name, prefix, mount } of MOUNTS) {
  Deno.test(`every link, form and asset works where the app is mounted ${name}`, async () => {
    await using open = openApp();
    const runId = await greet(open.engine, "Ada");
    const outer = mount(open.app);
    const seen = new Set<string>();
    const failedId = await fail(open.engine, "x");
    const pages = ["runs", "runs?status=success", `runs/${runId}`, `runs/${failedId}`];
    const queue = pages.map((path) => `${prefix}/${path}`);
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const response = await outer.request(path, {}, LOCAL);
      // Forms are sent, not opened; their addresses lead back to the page that they are on.
      const isForm = /\/(cancel|delete|retry|start)$/.test(path);
      assertEquals(response.status, isForm ? 302 : 200, path);
      assert(path.startsWith(`${prefix}/`), path);
      if (!response.headers.get("Content-Type")?.startsWith("text/html")) continue;
      queue.push(...linksIn(await response.text(), path));
    }
    const expected = [
      "assets/style.css",
      "assets/script.js",
      "assets/icon.svg",
      "runs",
      `runs/${runId}`,
      `runs/${runId}/values/input`,
      "workflows",
      "workflows/greeting",
    ];
    const paths = [...seen].map((path) => path.replace(/\?.*/, ""));
    for (const path of expected) assert(paths.includes(`${prefix}/${path}`), path);
  });
}

function linksIn(page: string, path: string): string[] {
  return [...page.matchAll(/ (?:href|src|action)="([^"]*)"/g)].map(([, link = ""]) => {
    const url = new URL(link.replaceAll("&amp;", "&"), `http://localhost${path}`);
    assertEquals(url.origin, "http://localhost");
    return url.pathname + url.search;
  });
}

Deno.test("basePath makes links absolute for proxies that cut the path off", async () => {
  await using open = openApp({ basePath: "/flows/" });
  await greet(open.engine, "Ada");
  const page = await open.page("/runs");
  assertStringIncludes(page, `href="/flows/runs"`);
  assertEquals((await open.request("/")).headers.get("Location"), "/flows/runs");
});

Deno.test("createApp() refuses a basePath that is no path", async () => {
  await using open = openApp();
  for (const basePath of ["flows", "//evil.example", "/a b", "https://a.example/", "/a//b"]) {
    let message = "";
    try {
      createApp({ engine: open.engine, basePath });
    } catch (error) {
      message = String(error);
    }
    assertStringIncludes(message, 'basePath must be a path such as "/flows"', basePath);
  }
});

Deno.test("an address without a page gets a 404 page in the layout", async () => {
  await using open = openApp();
  for (const path of [
    "/nothing",
    "/runs/",
    "/runs/a/b/c/d/e",
    "/assets/other.css",
    "/runs/x/values",
  ]) {
    const response = await open.request(path);
    assertEquals(response.status, 404, path);
    assertStringIncludes(await response.text(), "<h1>Nothing here</h1>", path);
  }
});

Deno.test("an unknown run gets a 404 page that names it", async () => {
  await using open = openApp();
  for (const path of ["/runs/nope", "/runs/nope/values/input", "/runs/nope/values/1/output"]) {
    const response = await open.request(path);
    assertEquals(response.status, 404);
    assertStringIncludes(await response.text(), "Cannot find run &quot;nope&quot;");
  }
  const canceled = await open.request("/runs/nope/cancel", { method: "POST", headers: OWN_PAGE });
  assertEquals(canceled.status, 404);
});

Deno.test("an address that asks for nonsense gets a page that says what to ask for", async () => {
  await using open = openApp();
  const runId = await greet(open.engine, "Ada");
  const cases = [
    ["/runs?status=nope", "choose one of running, pending"],
    ["/runs?cursor=nope", "not a cursor"],
    ["/runs?cursor=%00~x", "NUL character"],
    [`/runs/${runId}?page=x`, "whole number from 1 up"],
    [`/runs/${runId}?page=-1`, "whole number from 1 up"],
  ] as const;
  for (const [path, expected] of cases) {
    const response = await open.request(path);
    assertEquals(response.status, 400, path);
    assertStringIncludes(await response.text(), expected, path);
  }
});

Deno.test("what the database throws is told to onError, and pages say no more than they may", async () => {
  const errors: Error[] = [];
  await using open = openApp({ onError: (error) => errors.push(error) });
  open.storage.queryRuns = () => Promise.reject(new Error("secret detail"));
  const response = await open.request("/runs");
  const page = await response.text();
  assertEquals(
    [response.status, page.includes("secret"), page.includes("    at ")],
    [500, false, false],
  );
  assertEquals(
    errors.map(({ message }) => message),
    ["secret detail"],
  );
});

Deno.test("every answer carries the headers that keep other sites out", async () => {
  await using open = openApp({ onError: () => {} });
  const runId = await greet(open.engine, "Ada");
  const requests = [
    ["/", {}],
    ["/runs", {}],
    [`/runs/${runId}`, {}],
    ["/assets/style.css", {}],
    ["/login", {}],
    ["/nothing", {}],
    ["/runs?status=x", {}],
    [`/runs/${runId}/values/input`, {}],
    [`/runs/${runId}/cancel`, { method: "POST" }],
    ["/runs", { method: "DELETE" }],
    ["/runs", { headers: { host: "evil.example" } }],
    ["/runs", { method: "HEAD" }],
  ] as const;
  for (const [path, init] of requests) {
    const { headers } = await open.request(path, init);
    assertEquals(headers.get("X-Content-Type-Options"), "nosniff", path);
    assertEquals(headers.get("Referrer-Policy"), "same-origin", path);
    assertStringIncludes(
      headers.get("Content-Security-Policy") ?? "",
      "default-src 'none'; style-src 'self'; script-src 'self'",
    );
    assertMatch(
      headers.get("Access-Control-Allow-Origin") ?? "",
      /^http:\/\/(localhost|evil\.example)$/,
    );
    const cache = path.startsWith("/assets") ? "public, max-age=31536000, immutable" : "no-store";
    assertEquals(headers.get("Cache-Control"), cache, path);
  }
});

Deno.test("pages have no inline style and no script but their own", async () => {
  await using open = openApp();
  const runId = await fail(open.engine, "x");
  for (const path of ["/runs", `/runs/${runId}`, "/workflows/failing", "/nothing"]) {
    const page = (await open.page(path)).replace(
      /<script src="[^"]*assets\/script\.js[^"]*" defer="">/,
      "",
    );
    assertEquals(/<script|<style| style=| on\w+=/i.test(page), false, path);
  }
});

Deno.test("a real server hands on where a request came from", async () => {
  await using open = openApp();
  const options = { port: 0, hostname: "127.0.0.1", onListen: () => {} };
  await using server = Deno.serve(options, open.app.fetch);
  const { port } = server.addr;
  const response = await fetch(`http://localhost:${port}/`);
  assertEquals([response.status, response.url], [200, `http://localhost:${port}/runs`]);
  assertStringIncludes(await response.text(), "No runs yet");
  const forwarded = { "X-Forwarded-For": "10.0.0.5" };
  const refused = await fetch(`http://127.0.0.1:${port}/runs`, { headers: forwarded });
  assertEquals(refused.status, 403);
  await refused.body?.cancel();
});
