/** Wrong requests to the API: each gets its status and an error in words, and nothing is stored. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dump } from "./testing/old-database.ts";
import { type OpenApi, openApi } from "./testing/open-api.ts";

type Row = readonly [
  name: string,
  method: string,
  path: string,
  body: unknown,
  status: number,
  code: string,
  message: string,
];

const START = "/workflows/greet/runs";
const GOOD = { inputData: { name: "Ada" } };

const BAD_REQUESTS: readonly Row[] = [
  [
    "an unknown address",
    "GET",
    "/nothing",
    undefined,
    404,
    "NOT_FOUND",
    "Cannot find this address",
  ],
  ["an unknown workflow", "GET", "/workflows/none", undefined, 404, "WORKFLOW_NOT_FOUND", '"none"'],
  [
    "a start of an unknown workflow",
    "POST",
    "/workflows/none/runs",
    GOOD,
    404,
    "WORKFLOW_NOT_FOUND",
    '"none"',
  ],
  ["a start without a body", "POST", START, undefined, 422, "VALIDATION_FAILED", "body"],
  ["a start with a text", "POST", START, "Ada", 422, "VALIDATION_FAILED", "body"],
  ["a start with null", "POST", START, null, 422, "VALIDATION_FAILED", "body"],
  [
    "a start with the input itself",
    "POST",
    START,
    { name: "Ada" },
    422,
    "VALIDATION_FAILED",
    "name",
  ],
  [
    "a start with input of another type",
    "POST",
    START,
    { inputData: 7 },
    422,
    "VALIDATION_FAILED",
    "invalid input",
  ],
  ["a start without a field", "POST", START, { inputData: {} }, 422, "VALIDATION_FAILED", "name"],
  [
    "a start with an unknown option",
    "POST",
    START,
    { ...GOOD, id: "x" },
    422,
    "VALIDATION_FAILED",
    "id",
  ],
  [
    "a start with a number as run id",
    "POST",
    START,
    { ...GOOD, runId: 7 },
    422,
    "VALIDATION_FAILED",
    "runId",
  ],
  [
    "a start with an empty run id",
    "POST",
    START,
    { ...GOOD, runId: "" },
    400,
    "INVALID_ARGUMENT",
    "is empty",
  ],
  [
    "a start with a run id of dots",
    "POST",
    START,
    { ...GOOD, runId: ".." },
    400,
    "INVALID_ARGUMENT",
    "is a reserved word",
  ],
  [
    "a start with a text as state",
    "POST",
    START,
    { ...GOOD, initialState: "x" },
    422,
    "VALIDATION_FAILED",
    "initialState",
  ],
  [
    "a start with a text as tags",
    "POST",
    START,
    { ...GOOD, tags: "x" },
    422,
    "VALIDATION_FAILED",
    "tags",
  ],
  [
    "a start with an empty tag",
    "POST",
    START,
    { ...GOOD, tags: [""] },
    400,
    "INVALID_ARGUMENT",
    "every tag must be a text",
  ],
  [
    "a start with a negative delay",
    "POST",
    START,
    { ...GOOD, delayMs: -1 },
    422,
    "VALIDATION_FAILED",
    "delayMs",
  ],
  [
    "a start with a text as delay",
    "POST",
    START,
    { ...GOOD, delayMs: "5s" },
    422,
    "VALIDATION_FAILED",
    "delayMs",
  ],
  [
    "a start of more than the limit",
    "POST",
    START,
    { inputData: { name: "x".repeat(600_000) } },
    413,
    "PAYLOAD_TOO_LARGE",
    "the limit is",
  ],
  [
    "a start with another's run id",
    "POST",
    "/workflows/fragile/runs",
    { inputData: 1, runId: "asking" },
    409,
    "RUN_CONFLICT",
    "belongs to a run",
  ],
  ["an unknown run", "GET", "/runs/none", undefined, 404, "RUN_NOT_FOUND", '"none"'],
  ["a cancel of no run", "POST", "/runs/none/cancel", undefined, 404, "RUN_NOT_FOUND", '"none"'],
  ["a deletion of no run", "DELETE", "/runs/none", undefined, 404, "RUN_NOT_FOUND", '"none"'],
  [
    "a deletion of a run that waits",
    "DELETE",
    "/runs/asking",
    undefined,
    409,
    "RUN_IN_PROGRESS",
    "cancel it first",
  ],
  [
    "a retry of a run that waits",
    "POST",
    "/runs/asking/retry",
    undefined,
    409,
    "NOT_FAILED",
    "its status is",
  ],
  ["a resumption of no run", "POST", "/runs/none/resume", {}, 404, "RUN_NOT_FOUND", '"none"'],
  [
    "a resumption with data of another type",
    "POST",
    "/runs/asking/resume",
    { resumeData: { ok: "yes" } },
    422,
    "VALIDATION_FAILED",
    "invalid resumeData",
  ],
  [
    "a resumption of another step",
    "POST",
    "/runs/asking/resume",
    { step: "other", resumeData: {} },
    409,
    "NOT_SUSPENDED",
    'suspended are "ask"',
  ],
  [
    "a resumption with an unknown option",
    "POST",
    "/runs/asking/resume",
    { data: 1 },
    422,
    "VALIDATION_FAILED",
    "data",
  ],
  [
    "a resumption with a number as step",
    "POST",
    "/runs/asking/resume",
    { step: 7 },
    422,
    "VALIDATION_FAILED",
    "step",
  ],
  [
    "an event with a payload of another type",
    "POST",
    "/events/paid",
    { payload: "much" },
    422,
    "VALIDATION_FAILED",
    "invalid payload",
  ],
  [
    "an event with a number as match",
    "POST",
    "/events/paid",
    { match: 7 },
    422,
    "VALIDATION_FAILED",
    "match",
  ],
  [
    "an event with an unknown option",
    "POST",
    "/events/paid",
    { id: "x" },
    422,
    "VALIDATION_FAILED",
    "id",
  ],
  [
    "a list with an unknown status",
    "GET",
    "/runs?status=nope",
    undefined,
    400,
    "INVALID_ARGUMENT",
    "must be some of",
  ],
  ["a list with no limit", "GET", "/runs?limit=0", undefined, 400, "INVALID_ARGUMENT", "limit"],
  [
    "a list with a text as limit",
    "GET",
    "/runs?limit=all",
    undefined,
    400,
    "INVALID_ARGUMENT",
    "limit",
  ],
  [
    "a list with a made-up cursor",
    "GET",
    "/runs?cursor=x",
    undefined,
    400,
    "INVALID_ARGUMENT",
    "is not a cursor",
  ],
  [
    "a list with an unknown filter",
    "GET",
    "/runs?colour=red",
    undefined,
    400,
    "INVALID_ARGUMENT",
    "colour",
  ],
  [
    "a tick with a text as budget",
    "POST",
    "/tick",
    { budgetMs: "5s" },
    422,
    "VALIDATION_FAILED",
    "budgetMs",
  ],
  [
    "a tick with no room",
    "POST",
    "/tick",
    { concurrency: 0 },
    422,
    "VALIDATION_FAILED",
    "concurrency",
  ],
  [
    "a tick with an unknown option",
    "POST",
    "/tick",
    { budget: 5 },
    422,
    "VALIDATION_FAILED",
    "budget",
  ],
];

/** An API with a run that waits for an approval. */
async function withWaitingRun(): Promise<OpenApi> {
  const open = await openApi();
  await open.ask("POST", "/workflows/approve/runs?wait=10", { inputData: 1, runId: "asking" });
  await open.settled();
  return open;
}

for (const [name, method, path, body, status, code, message] of BAD_REQUESTS) {
  Deno.test(`the API refuses ${name}, in words, and stores nothing`, async () => {
    await using open = await withWaitingRun();
    const before = await dump(open.client);
    const answer = await open.ask(method, path, body);
    assertEquals([answer.status, answer.at("error", "code")], [status, code]);
    assertStringIncludes(String(answer.at("error", "message")), message);
    assert(!JSON.stringify(answer.body).includes("    at "), "it tells where in the code");
    await open.settled();
    assertEquals(await dump(open.client), before, "something was stored");
    assertEquals(open.errors, []);
  });
}
