import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { ExecutionEngine } from "../engine.ts";
import { WrkflwError } from "../errors.ts";
import type { Node } from "../node.ts";
import { WorkflowStorage } from "../storage.ts";
import { misbehavingServer } from "../testing/misbehaving-server.ts";
import { World } from "../testing/world.ts";
import type { Workflow } from "../workflow.ts";
import { createWorkflow } from "../workflow-builder.ts";
import { getStep, httpGet, httpPost } from "./get-and-post.ts";

const anything = { inputSchema: z.any(), outputSchema: z.any() } as const;
const LOCAL = { allowPrivateAddresses: true, allowHosts: ["127.0.0.1"] } as const;

function flowOf<In>(step: Node<In, unknown>): Workflow<string, unknown, unknown> {
  return createWorkflow({ ...anything, id: "flow" })
    .map(({ inputData }) => inputData as In)
    .then(step)
    .commit();
}

/** Runs a request step against a real server, in real time. */
async function ask<In>(step: Node<In, unknown>, inputData: In) {
  const storage = new WorkflowStorage({ url: ":memory:" });
  const run = await new ExecutionEngine(storage).createRun(flowOf(step), "r");
  const result = await run.safeStart({ inputData });
  const stored = await storage.loadRun("r");
  await storage.close();
  return { result, stored };
}

Deno.test("httpGet asks with its parameters and headers", async () => {
  await using server = misbehavingServer();
  const { result } = await ask(httpGet(LOCAL), {
    url: `${server.url}/json?a=1`,
    queryParams: { b: "2 & 3" },
    headers: { "X-Mine": "yes" },
  });
  assert(result.status === "success");
  assertEquals(server.seen[0]?.path, "/json?a=1&b=2+%26+3");
  assertEquals(server.seen[0]?.headers["x-mine"], "yes");
});

Deno.test("httpPost sends JSON, or a text as it is, under the step's idempotency key", async () => {
  await using server = misbehavingServer();
  const url = `${server.url}/echo`;
  const cases: readonly [object, type: string | undefined, body: string][] = [
    [{ body: { a: [1, null] } }, "application/json", '{"a":[1,null]}'],
    [{ body: "text" }, "application/json", '"text"'],
    [{ body: "<a/>", headers: { "Content-Type": "text/xml" } }, "text/xml", "<a/>"],
    [{ body: null }, "application/json", "null"],
    [{}, undefined, ""],
  ];
  for (const [given, type, body] of cases) {
    server.seen.length = 0;
    const { result } = await ask(httpPost(LOCAL), { url, ...given });
    assertEquals(result.status, "success");
    const [seen] = server.seen;
    assertEquals([seen?.method, seen?.headers["content-type"], seen?.body], ["POST", type, body]);
    assertEquals(seen?.headers["idempotency-key"], "r/http-post");
  }
  await ask(httpPost(LOCAL), { url, headers: { "Idempotency-Key": "mine" } });
  assertEquals(server.seen.at(-1)?.headers["idempotency-key"], "mine");
});

Deno.test("an answer that takes too long is a failed attempt", async () => {
  await using server = misbehavingServer();
  const step = httpGet({ ...LOCAL, timeoutMs: 20 });
  const { result } = await ask(step, { url: `${server.url}/slow` });
  assert(result.status === "failed");
  assertEquals(result.error.message, 'Step "http-get" took longer than 20 ms');
});

Deno.test("the pause that a server asks for is kept, and what will not change is not asked again", async () => {
  await using world = await World.create();
  const answers = [
    new Response("later", { status: 429, headers: { "retry-after": "3600" } }),
    new Response("gone", { status: 410 }),
  ];
  let asked = 0;
  world.effects.fetch = () => Promise.resolve(answers[asked++] ?? new Response("never"));
  const resolve = () => Promise.resolve(["93.184.216.34"]);
  const step = getStep("get", { retry: { attempts: 9 } }, resolve);
  const flow = flowOf(step);
  const run = await world.engine().createRun(flow, "r");
  const inputData = { url: "https://a.example.com/x" };
  const first = await world.effects.until(run.safeStart({ inputData }));
  assert(first.status === "waiting");
  assertEquals(first.waits[0]?.until, world.effects.now() + 3_600_000);
  world.effects.advance(3_600_000);
  await world.settle(world.engine({ workflows: [flow] }));
  const snapshot = await run.getSnapshot();
  assertEquals(
    [snapshot?.status, snapshot?.error],
    ["failed", "GET https://a.example.com/x answered 410"],
  );
  assertEquals(asked, 2);
});

Deno.test("secrets that a step is made with are sent, and stored nowhere", async () => {
  await using server = misbehavingServer();
  let calls = 0;
  const step = httpGet({
    ...LOCAL,
    headers: {
      authorization: () => {
        calls++;
        return Promise.resolve("Bearer hunter2");
      },
      "x-api-key": "hunter3",
    },
  });
  for (const path of ["/cookie", "/status?code=500", "/status?code=400", "/bad-json"]) {
    const { stored } = await ask(step, { url: server.url + path });
    assertEquals(server.seen.at(-1)?.headers.authorization, "Bearer hunter2");
    assertEquals(server.seen.at(-1)?.headers["x-api-key"], "hunter3");
    const text = JSON.stringify(stored);
    assert(!text.includes("hunter2") && !text.includes("hunter3"), text);
  }
  assertEquals(calls, 4);
});

Deno.test("private networks are not asked unless the step says so", async () => {
  await using server = misbehavingServer();
  const { result } = await ask(httpGet, { url: `${server.url}/json` });
  assert(result.status === "failed");
  assertEquals(result.error.name, "NonRetryableError");
  assertEquals(server.seen, []);
  const named = await ask(httpGet, { url: "http://localhost/json" });
  assert(named.result.status === "failed");
});

Deno.test("an option that there is not, and a host that is none, are refused", () => {
  const misspelt = { id: "get", allowHost: ["a.example"] };
  assertThrows(
    () => httpGet(misspelt),
    WrkflwError,
    'Step "get": it has no option "allowHost"; use id, allowHosts,',
  );
  assertThrows(() => httpPost(misspelt), WrkflwError, 'it has no option "allowHost"');
  for (const host of [
    "https://api.example.com",
    "api.example.com/",
    "api.example.com/v1",
    "api.example.com:",
    "api.example.com:https",
    "user@api.example.com",
    "a.*.example.com",
    "::1",
    "",
  ]) {
    assertThrows(
      () => httpGet({ id: "get", allowHosts: ["fine.example", host] }),
      WrkflwError,
      `Step "get": "${host}" in allowHosts is no host; write it as`,
    );
  }
  for (const odd of ["a.example", [undefined], [7]]) {
    assertThrows(() => httpGet({ allowHosts: odd as never }), WrkflwError, "allowHosts");
  }
  const allowHosts = ["a.example", "*.a.example", "A.example:8443", "127.0.0.1:80", "[::1]:80"];
  assertEquals(httpGet({ id: "get", allowHosts }).id, "get");
});

Deno.test("what a request step cannot be made with, or be given, is refused", async () => {
  assertThrows(
    () => httpGet({ id: "get", headers: { authorization: "x" } }),
    WrkflwError,
    'Step "get": headers need allowHosts, so that they go to no other host',
  );
  for (const options of [
    { maxBytes: 0 },
    { maxRedirects: -1 },
    { timeoutMs: 0 },
    { retry: { attempts: 0 } },
  ]) {
    assertThrows(() => httpGet(options), WrkflwError);
  }
  for (const given of [
    {},
    { url: 7 },
    { url: "x", headers: { a: 1 } },
    { url: "x", queryParams: [] },
    null,
  ]) {
    const { result } = await ask(httpGet as Node<unknown, unknown>, given);
    assert(result.status === "failed");
    assert(result.error.message.includes("was given invalid input"), result.error.message);
  }
});
