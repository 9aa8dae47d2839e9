/** The API within other apps, behind proxies and on real servers. */

import { Hono } from "npm:hono@4.13.19";
import { assert, assertEquals } from "@std/assert";
import { createApiServer, WorkflowStorage } from "../index.ts";
import { FakeEffects, turns } from "../testing/fake-effects.ts";
import { answerOf, greet, LOCAL, type OpenApi, openApi } from "../testing/open-api.ts";
import { listenOnNode } from "./listen.ts";

const TOKEN = "a-long-secret-for-tests";
const HEADERS = { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" };
const START = { method: "POST", headers: HEADERS, body: '{"inputData":{"name":"Ada"}}' };

/** Starts a run at an address, and follows the answer's Location to it. */
async function startAt(app: Hono, base: string): Promise<unknown[]> {
  const url = `${base}/workflows/greet/runs?wait=5`;
  const response = await app.request(url, START, LOCAL);
  await response.body?.cancel();
  const there = new URL(response.headers.get("Location") ?? "", url);
  const run = await answerOf(await app.request(there.href, { headers: HEADERS }, LOCAL));
  return [response.status, there.pathname.replace(/[^/]+$/, ""), run.status, run.at("status")];
}

Deno.test("the API works under any path of another app", async () => {
  await using open = await openApi({ token: TOKEN });
  for (const path of ["/", "/api", "/deep/down/flows/api"]) {
    const app = new Hono().route(path, open.api);
    const base = `http://localhost${path === "/" ? "" : path}`;
    const runs = `${path === "/" ? "" : path}/runs/`;
    assertEquals(await startAt(app, base), [200, runs, 200, "success"]);
    const unknown = await answerOf(await app.request(`${base}/none`, { headers: HEADERS }, LOCAL));
    assertEquals([unknown.status, unknown.at("error", "code")], [404, "NOT_FOUND"]);
    const other = await app.request(`${base}/tick`, { headers: HEADERS }, LOCAL);
    await other.body?.cancel();
    assertEquals([other.status, other.headers.get("Allow")], [405, "POST"]);
  }
});

Deno.test("errors of the app around it stay that app's own", async () => {
  await using open = await openApi({ token: TOKEN });
  const app = new Hono().route("/api", open.api).get("/own", () => {
    throw new Error("theirs");
  });
  app.onError((error, c) => c.text(`own: ${error.message}`, 500));
  app.notFound((c) => c.text("own 404", 404));
  assertEquals(await (await app.request("/own")).text(), "own: theirs");
  assertEquals(await (await app.request("/elsewhere")).text(), "own 404");
  const ours = await app.request("/api/runs/none", { headers: HEADERS }, LOCAL);
  assertEquals((await answerOf(ours)).at("error", "code"), "RUN_NOT_FOUND");
});

Deno.test("behind a proxy that is trusted, the own page is where the proxy is", async () => {
  await using trusting = await openApi({ token: TOKEN, trustProxy: true });
  await using wary = await openApi({ token: TOKEN });
  const tick = async (open: OpenApi) => {
    const headers = {
      ...HEADERS,
      Origin: "https://flows.example",
      "X-Forwarded-Host": "flows.example",
      "X-Forwarded-Proto": "https",
    };
    const response = await open.api.request("/tick", { method: "POST", headers }, LOCAL);
    await response.body?.cancel();
    return [response.status, response.headers.get("Access-Control-Allow-Origin")];
  };
  assertEquals(await tick(trusting), [200, "https://flows.example"]);
  assertEquals(await tick(wary), [403, "http://localhost"]);
});

/** A clock that the test moves, and how many sleep on it. */
class CountingEffects extends FakeEffects {
  asleep = 0;
  #tell = () => {};

  /** Resolves when the last sleeper wakes up. */
  allAwake(): Promise<void> {
    return new Promise((resolve) => {
      this.#tell = resolve;
    });
  }

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.asleep++;
    await super.sleep(ms, signal);
    if (--this.asleep === 0) this.#tell();
  }
}

Deno.test("on a real server a stream's client that goes away leaves nothing behind", async () => {
  const effects = new CountingEffects();
  await using open = await openApi({ watchMs: 2, effects });
  const waiting = { inputData: "o1", runId: "r" };
  await open.ask("POST", "/workflows/pay/runs?wait=5", waiting);
  const { storage } = open.engine;
  const runVersion = storage.runVersion.bind(storage);
  let looks = 0;
  storage.runVersion = (runId) => {
    looks++;
    return runVersion(runId);
  };
  const options = { port: 0, hostname: "127.0.0.1", onListen: () => {} };
  await using server = Deno.serve(options, open.api.fetch);
  const leaving = new AbortController();
  const response = await fetch(`http://127.0.0.1:${server.addr.port}/runs/r/events`, {
    headers: { Accept: "text/event-stream" },
    signal: leaving.signal,
  });
  const reader = response.body?.getReader();
  await reader?.read();
  await turns(30);
  const before = looks;
  for (let look = 0; look < 3; look++) {
    effects.advance(2);
    await turns(30);
  }
  assertEquals([looks - before, effects.asleep], [3, 2], "it looks, and keeps the line alive");
  const left = effects.allAwake();
  leaving.abort();
  await reader?.read().catch(() => {});
  await left;
  effects.advance(3_600_000);
  await turns(30);
  assertEquals([looks - before, effects.asleep], [3, 0]);
});

Deno.test("a server that is shut down ends its streams, and can be started again", async () => {
  const storage = new WorkflowStorage({ url: ":memory:" });
  const server = createApiServer(storage, { token: TOKEN, onListen: () => {} });
  server.registerWorkflow(greet, { name: "Ada" });
  const later = await server.engine.createRun(greet, "later");
  await later.enqueue({ inputData: { name: "Ada" }, delayMs: 3_600_000 });
  for (let round = 0; round < 2; round++) {
    const listening = await server.serve(0);
    const url = `http://127.0.0.1:${listening.addr.port}/api/runs/later/events`;
    const response = await fetch(url, { headers: { ...HEADERS, Accept: "text/event-stream" } });
    const stream = response.text();
    await listening.shutdown();
    assert((await stream).includes("event: run"));
    await listening.finished;
  }
  await storage.close();
});

Deno.test("the API is served by Hono's server for Node where there is no Deno", async () => {
  await using open = await openApi();
  const server = await listenOnNode((request, env) => open.api.fetch(request, Object(env)), {
    port: 0,
    hostname: "127.0.0.1",
  });
  const { hostname, port } = server.addr;
  const response = await fetch(`http://${hostname}:${port}/health`);
  assertEquals(await response.json(), { status: "ok" }, "this machine is known by its address");
  const taken = await listenOnNode(() => new Response(), { port, hostname }).catch(
    ({ code }: { code: string }) => code,
  );
  assertEquals(taken, "EADDRINUSE");
  await server.shutdown();
  await server.finished;
});
