import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { RunEnd, StepRecord } from "../backend/index.ts";
import { HOSTILE_TEXTS } from "./testing/hostile-texts.ts";
import { openApp, record, storeRun } from "./testing/open-app.ts";

/** The tags of a page with the names of their attributes, as a browser would find them. */
function structureOf(page: string): string[] {
  return [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, "="));
}

/** An error with the text in all its parts. */
function errorOf(text: string): string {
  const cause = { name: text, message: text };
  const stack = `${text}\n    at ${text}`;
  return JSON.stringify({ name: text, message: text, code: text, step: `${text}!`, stack, cause });
}

/** Records with the text in every column. */
function recordsOf(text: string, column: string): StepRecord[] {
  const output = JSON.stringify({ [text]: text });
  const logs = JSON.stringify([{ at: 1, level: text, message: text, data: text }]);
  const wait = JSON.stringify({ payload: text });
  const error = errorOf(text);
  return [
    record({ seq: 1, path: column, kind: column, output, state: JSON.stringify(text) }),
    record({ seq: 2, path: `scope/${column}`, inputFrom: 1, status: "failed", error }),
    record({ seq: 3, path: "log", logs }),
    record({ seq: 4, path: "wait", status: "suspended", wait }),
    record({ seq: 5, path: "raw", output: column, error: column }),
  ];
}

/** How a run fails with the text in every column. */
function endOf(text: string, column: string): RunEnd {
  const json = JSON.stringify(text);
  return {
    status: "failed",
    dueAt: null,
    waits: JSON.stringify([{ path: text }]),
    signals: 0,
    state: json,
    result: json,
    error: column,
    failure: errorOf(text),
    executionPath: "[]",
  };
}

/** Every page of a run that has the text in every place that a workflow can fill. */
async function pagesWith(text: string): Promise<string[]> {
  await using open = openApp();
  // A column cannot hold every text; JSON in a column can.
  const runId = text.toWellFormed().replaceAll("\0", "");
  const listed = JSON.stringify([text]);
  const { epoch } = await storeRun(open.storage, runId, recordsOf(text, runId), {
    workflowId: runId,
    tags: listed,
    position: listed,
  });
  const path = `/runs/${encodeURIComponent(runId)}`;
  const search = encodeURIComponent(runId);
  const atWork = [await open.page(path), await open.page("/runs")];
  await open.storage.commit(() => ({
    runId,
    epoch,
    steps: [],
    reached: 0,
    position: null,
    end: endOf(text, runId),
  }));
  const addresses = [
    path,
    `${path}?step=${search}`,
    `${path}?step=${encodeURIComponent(`scope/${runId}`)}`,
    `${path}?step=wait`,
    `${path}?step=log&notice=${search}`,
    "/runs",
    `/runs?workflow=${search}`,
    `/runs?status=${search}`,
    `/runs/missing-${search}`,
  ];
  for (const address of addresses) atWork.push(await open.page(address));
  return atWork;
}

Deno.test("nothing that a workflow writes becomes markup, on any page", async () => {
  const harmless = (await pagesWith("harmless")).map(structureOf);
  assert(harmless.every((tags) => tags.length > 20));
  for (const text of HOSTILE_TEXTS) {
    const pages = await pagesWith(text);
    for (const [index, page] of pages.entries()) {
      const name = `${JSON.stringify(text)} on page ${index}`;
      assertEquals(new Set(structureOf(page)), new Set(harmless[index]), name);
      assertLinksStay(page, name);
      assertEquals(/[\p{Cf}\u2028]|[^\P{Cc}\n]/u.test(withoutChoices(page)), false, name);
    }
  }
});

/** The page without what a form sends back, or a button copies, as it is. */
function withoutChoices(page: string): string {
  return page.replace(/ (?:value|data-copy|data-key)="[^"]*"/g, "");
}

function assertLinksStay(page: string, name: string): void {
  for (const [, attribute = "", link = ""] of page.matchAll(/ ([\w-]+)="([^"]*)"/g)) {
    if (!["href", "src", "action", "data-copy-from"].includes(attribute)) continue;
    assert(/^(\.\/|(\.\.\/)+|#)/.test(link), `${name}: ${link}`);
    const url = new URL(link.replaceAll("&amp;", "&"), "http://localhost/base/runs/x");
    assert(url.href.startsWith("http://localhost/base/"), `${name}: ${url.href}`);
  }
}

Deno.test("characters that hide or turn text are shown as codes", async () => {
  const [, listed = ""] = await pagesWith("\u202eevil\u200b");
  assertStringIncludes(listed, "\\u202eevil\\u200b");
});

Deno.test("a whole value is plain text that no browser runs", async () => {
  await using open = openApp();
  await storeRun(open.storage, "r", [record({ seq: 1, output: '"<script>alert(1)</script>"' })]);
  const { headers } = await open.request("/runs/r/values/1.1/output");
  assertMatch(headers.get("Content-Type") ?? "", /^text\/plain; ?charset=UTF-8$/);
  assertEquals(headers.get("X-Content-Type-Options"), "nosniff");
});
