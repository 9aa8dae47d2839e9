/** The API against its own document: every answer that it names, and requests made by chance from it. */

import fc from "npm:fast-check@4.10.2";
import { assert, assertEquals } from "@std/assert";
import { answerOf, FRIEND, LOCAL, type OpenApi, openApi } from "../testing/open-api.ts";
import { type KnownIds, requestsFor } from "../testing/requests.ts";

/** Runs in every state, each named for it. */
async function runsOfAllKinds(open: OpenApi): Promise<KnownIds> {
  const start = (workflow: string, runId: string, inputData: unknown, more = {}) =>
    open.ask("POST", `/workflows/${workflow}/runs?wait=5`, { inputData, runId, ...more });
  await start("greet", "good", { name: "Ada" }, { tags: ["urgent"] });
  await start("approve", "asking", null);
  await start("pay", "unpaid", "o1");
  await start("rich", "rich", { deep: [1, { a: null }] });
  await start("fragile", "later", 1, { delayMs: 3_600_000 });
  open.trouble.isOn = true;
  await start("fragile", "bad", 1);
  open.trouble.isOn = false;
  await start("pay", "stopped", "o2");
  await open.ask("POST", "/runs/stopped/cancel");
  return {
    id: ["greet", "fragile", "approve", "pay", "rich"],
    runId: ["good", "asking", "unpaid", "rich", "later", "bad", "stopped"],
    name: ["paid", "rung"],
  };
}

Deno.test("every success that the document names is met, and is as it says", async () => {
  await using open = await openApi();
  await runsOfAllKinds(open);
  await open.ask("GET", "/workflows");
  await open.ask("GET", "/workflows/approve");
  await open.ask("GET", "/health");
  await open.ask("POST", "/workflows/greet/runs", { inputData: { name: "Ada" } });
  for (const path of ["/runs", "/workflows/pay/runs", "/runs/good", "/runs/unpaid/events"]) {
    const { headers } = await open.ask("GET", path);
    await open.ask("GET", path, undefined, { "If-None-Match": headers.get("ETag") ?? "" });
  }
  await open.ask("POST", "/runs/bad/retry");
  await open.settled();
  open.trouble.isOn = true;
  await open.ask("POST", "/workflows/fragile/runs?wait=5", { inputData: 1, runId: "bad-2" });
  await open.ask("POST", "/runs/bad-2/retry?wait=5");
  await open.ask("POST", "/runs/asking/resume", { resumeData: { ok: true } });
  await open.settled();
  await open.ask("POST", "/workflows/approve/runs?wait=5", { inputData: 1, runId: "asking-2" });
  await open.ask("POST", "/runs/asking-2/resume?wait=5", { resumeData: { ok: true } });
  await open.ask("POST", "/events/paid", { payload: { amount: 1 }, match: "o1" });
  await open.ask("POST", "/tick", {});
  await open.ask("DELETE", "/runs/good");
  const { headers } = await open.ask("GET", "/runs/bad/events");
  const over = { Accept: "text/event-stream", "Last-Event-ID": headers.get("ETag") ?? "" };
  await open.ask("GET", "/runs/bad/events", undefined, over);
  const named = open.document.operations.flatMap(({ method, path, statuses }) =>
    statuses.filter((status) => status < "400").map((status) => `${method} ${path} ${status}`),
  );
  assertEquals(
    named.filter((name) => !open.seen.has(name)),
    [],
  );
});

Deno.test("no request that the document can be read to allow, or nearly, breaks the server", async () => {
  await using open = await openApi();
  const known = await runsOfAllKinds(open);
  const statuses = new Set<number>();
  for (const operation of open.document.operations) {
    const requests = requestsFor(open.document, operation, known);
    const property = fc.asyncProperty(requests, async ({ method, url, headers, body }) => {
      const sent = { method, headers: { ...headers, Origin: FRIEND } };
      const init = body === undefined || method === "GET" ? sent : { ...sent, body };
      const response = await open.api.request(url, init, LOCAL);
      const answer = await answerOf(response);
      assert(response.status < 500, JSON.stringify(answer.body));
      assertEquals(open.document.judge(method, url, response, answer.body).faults, []);
      statuses.add(response.status);
    });
    await fc.assert(property, { numRuns: 60, seed: 7 });
  }
  await open.settled();
  assertEquals(open.errors, []);
  for (const status of [200, 202, 204, 400, 404, 409, 422])
    assert(statuses.has(status), `no request was answered with ${status}`);
});
