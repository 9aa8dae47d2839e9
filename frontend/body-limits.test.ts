/** How long a form may be, at every door of the pages that takes one. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type OpenApp, OWN_PAGE, openApp, record, storeRun } from "./testing/open-app.ts";

const MAX_BYTES = 2 * 1024 * 1024;
const FORM = { "Content-Type": "application/x-www-form-urlencoded", ...OWN_PAGE };
const RUN_ID = "waits";

/** A form of so many bytes that would start, resume, send, cancel, retry or delete. */
function formOf(bytes: number): string {
  const frame = "as=json&step=ask&json=%22%22";
  return frame.replace("%22%22", `%22${"x".repeat(bytes - frame.length)}%22`);
}

/** An app with one run that waits for an answer, and what is stored of everything. */
async function openWaiting(): Promise<OpenApp & { readonly stored: () => Promise<string> }> {
  const open = openApp();
  await storeRun(open.storage, RUN_ID, [
    record({ seq: 1, path: "ask", status: "suspended", wait: "{}" }),
  ]);
  const stored = async () => {
    const { runs } = await open.storage.queryRuns({});
    return JSON.stringify([runs, await open.storage.loadRun(RUN_ID)]);
  };
  return { ...open, stored };
}

Deno.test("a form of more than 2 MB is refused at every door, and changes nothing", async () => {
  await using open = await openWaiting();
  const before = await open.stored();
  const body = formOf(MAX_BYTES + 1);
  const actions = ["cancel", "resume", "event", "retry", "delete"];
  const doors = [
    "/workflows/greeting/start",
    "/logout",
    ...actions.map((action) => `/runs/${RUN_ID}/${action}`),
  ];
  for (const path of doors) {
    const bodies = { announced: body, streamed: new Blob([body]).stream() };
    for (const [name, each] of Object.entries(bodies)) {
      const init = { method: "POST", headers: FORM, body: each };
      const response = await open.request(path, init);
      const page = await response.text();
      assertEquals(response.status, 413, `${path}, ${name}`);
      assertStringIncludes(page, "The form that was sent is longer than any form of this app.");
    }
  }
  assertEquals(await open.stored(), before);
});

Deno.test("a form of just 2 MB is read, and its value refused by the limit of values", async () => {
  await using open = await openWaiting();
  const before = await open.stored();
  const init = { method: "POST", headers: FORM, body: formOf(MAX_BYTES) };
  const response = await open.request("/workflows/failing/start", init);
  assertEquals(response.status, 422);
  assertStringIncludes(await response.text(), "the limit is");
  assertEquals(await open.stored(), before);
});

Deno.test("the API beneath the pages answers what is too long as an API does", async () => {
  await using open = await openWaiting();
  const before = await open.stored();
  const body = JSON.stringify({ inputData: "x".repeat(MAX_BYTES) });
  const headers = { "Content-Type": "application/json" };
  const init = { method: "POST", headers, body };
  const response = await open.request("/api/workflows/failing/runs", init);
  const { error } = await response.json();
  assertEquals([response.status, error.code], [413, "PAYLOAD_TOO_LARGE"]);
  assertEquals(await open.stored(), before);
});
