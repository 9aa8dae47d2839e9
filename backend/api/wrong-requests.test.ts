/** Requests that are wrong in themselves: each is told what is wrong with it, and changes nothing. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { answerOf, openApi } from "../testing/open-api.ts";

const TOKEN = "a-long-secret-for-tests";
const JSON_TYPE = { "Content-Type": "application/json" };
const OWNER = { Authorization: `Bearer ${TOKEN}` };
const AWAY = { remoteAddr: { transport: "tcp", hostname: "203.0.113.7", port: 1 } };

const START = "/workflows/greet/runs";
const GOOD = JSON.stringify({ inputData: { name: "Ada" } });

/** What a client can get wrong: the request, and the answer it gets. */
const WRONG: readonly {
  readonly name: string;
  readonly path: string;
  readonly method?: string;
  readonly body?: string;
  readonly type?: string | null;
  readonly status: number;
  readonly code: string;
  readonly says: RegExp;
}[] = [
  {
    name: "no JSON",
    path: START,
    body: "{",
    status: 400,
    code: "INVALID_ARGUMENT",
    says: /must be JSON/,
  },
  {
    name: "an empty body",
    path: START,
    body: "",
    status: 422,
    code: "VALIDATION_FAILED",
    says: /body: /,
  },
  {
    name: "a body of another type",
    path: START,
    body: GOOD,
    type: "text/plain",
    status: 415,
    code: "UNSUPPORTED_MEDIA_TYPE",
    says: /application\/json/,
  },
  {
    name: "a form",
    path: START,
    body: "inputData=1",
    type: "application/x-www-form-urlencoded",
    status: 415,
    code: "UNSUPPORTED_MEDIA_TYPE",
    says: /application\/json/,
  },
  {
    name: "a body that is a list",
    path: START,
    body: "[]",
    status: 422,
    code: "VALIDATION_FAILED",
    says: /body/,
  },
  {
    name: "a body that is null",
    path: START,
    body: "null",
    status: 422,
    code: "VALIDATION_FAILED",
    says: /body/,
  },
  {
    name: "an unknown field",
    path: START,
    body: '{"inputData":{"name":"A"},"inputdata":1}',
    status: 422,
    code: "VALIDATION_FAILED",
    says: /inputdata/,
  },
  {
    name: "a field called __proto__",
    path: START,
    body: '{"inputData":{"name":"A"},"__proto__":1}',
    status: 422,
    code: "VALIDATION_FAILED",
    says: /__proto__/,
  },
  {
    name: "input that does not fit",
    path: START,
    body: '{"inputData":{"name":""}}',
    status: 422,
    code: "VALIDATION_FAILED",
    says: /invalid input: name/,
  },
  {
    name: "no input",
    path: START,
    body: "{}",
    status: 422,
    code: "VALIDATION_FAILED",
    says: /inputData/,
  },
  {
    name: "an empty run id",
    path: START,
    body: '{"inputData":{"name":"A"},"runId":""}',
    status: 400,
    code: "INVALID_ARGUMENT",
    says: /[Rr]un id/,
  },
  {
    name: "tags that are no list",
    path: START,
    body: '{"inputData":{"name":"A"},"tags":"x"}',
    status: 422,
    code: "VALIDATION_FAILED",
    says: /tags/,
  },
  {
    name: "a tag with a line break",
    path: START,
    body: '{"inputData":{"name":"A"},"tags":["a\\nb"]}',
    status: 400,
    code: "INVALID_ARGUMENT",
    says: /tag/,
  },
  {
    name: "a delay below 0",
    path: START,
    body: '{"inputData":{"name":"A"},"delayMs":-1}',
    status: 422,
    code: "VALIDATION_FAILED",
    says: /delayMs/,
  },
  {
    name: "a wait that is no number",
    path: `${START}?wait=soon`,
    body: GOOD,
    status: 400,
    code: "INVALID_ARGUMENT",
    says: /wait/,
  },
  {
    name: "a wait that is too long",
    path: `${START}?wait=301`,
    body: GOOD,
    status: 400,
    code: "INVALID_ARGUMENT",
    says: /from 0 to 300/,
  },
  {
    name: "an unknown word in the query",
    path: `${START}?waits=1`,
    body: GOOD,
    status: 400,
    code: "INVALID_ARGUMENT",
    says: /waits/,
  },
  {
    name: "an unknown workflow",
    path: "/workflows/none/runs",
    body: GOOD,
    status: 404,
    code: "WORKFLOW_NOT_FOUND",
    says: /"none"/,
  },
  {
    name: "an unknown run",
    path: "/runs/none/cancel",
    status: 404,
    code: "RUN_NOT_FOUND",
    says: /"none"/,
  },
  {
    name: "a resumption of an unknown run",
    path: "/runs/none/resume",
    body: "{}",
    status: 404,
    code: "RUN_NOT_FOUND",
    says: /"none"/,
  },
  {
    name: "a retry of an unknown run",
    path: "/runs/none/retry",
    status: 404,
    code: "RUN_NOT_FOUND",
    says: /"none"/,
  },
  {
    name: "a field where nothing can be said",
    path: "/runs/none/retry",
    body: '{"force":true}',
    status: 422,
    code: "VALIDATION_FAILED",
    says: /force/,
  },
  {
    name: "an event without a name",
    path: "/events/%20",
    body: "{}",
    status: 400,
    code: "INVALID_ARGUMENT",
    says: /name/,
  },
  {
    name: "an event name with a bracket",
    path: "/events/a%5Bb",
    body: "{}",
    status: 400,
    code: "INVALID_ARGUMENT",
    says: /name/,
  },
  {
    name: "a tick without limit of time",
    path: "/tick",
    body: '{"budgetMs":1e12}',
    status: 422,
    code: "VALIDATION_FAILED",
    says: /budgetMs/,
  },
  {
    name: "a tick that takes nothing",
    path: "/tick",
    body: '{"limit":0}',
    status: 422,
    code: "VALIDATION_FAILED",
    says: /limit/,
  },
  {
    name: "an unknown status",
    method: "GET",
    path: "/runs?status=done",
    status: 400,
    code: "INVALID_ARGUMENT",
    says: /running, pending/,
  },
  {
    name: "an empty status",
    method: "GET",
    path: "/runs?status=",
    status: 400,
    code: "INVALID_ARGUMENT",
    says: /status/,
  },
  {
    name: "a limit that is too high",
    method: "GET",
    path: "/runs?limit=1001",
    status: 400,
    code: "INVALID_ARGUMENT",
    says: /from 1 to 1000/,
  },
  {
    name: "a limit that is no number",
    method: "GET",
    path: "/runs?limit=1e1",
    status: 400,
    code: "INVALID_ARGUMENT",
    says: /whole number/,
  },
  {
    name: "a cursor of nowhere",
    method: "GET",
    path: "/runs?cursor=x",
    status: 400,
    code: "INVALID_ARGUMENT",
    says: /cursor/,
  },
  {
    name: "a date that is none",
    method: "GET",
    path: "/runs?from=yesterday",
    status: 400,
    code: "INVALID_ARGUMENT",
    says: /2026/,
  },
  {
    name: "the same word twice",
    method: "GET",
    path: "/runs?limit=1&limit=2",
    status: 400,
    code: "INVALID_ARGUMENT",
    says: /limit/,
  },
  {
    name: "a NUL in the address",
    method: "GET",
    path: "/runs/a%00b",
    status: 400,
    code: "INVALID_ARGUMENT",
    says: /NUL/,
  },
  {
    name: "a half of a character in the address",
    method: "GET",
    path: "/runs/%ED%A0%80",
    status: 404,
    code: "RUN_NOT_FOUND",
    says: /Cannot find run/,
  },
  {
    name: "an address that is not there",
    method: "GET",
    path: "/nothing",
    status: 404,
    code: "NOT_FOUND",
    says: /openapi\.json/,
  },
  {
    name: "another method",
    method: "PUT",
    path: "/runs",
    status: 405,
    code: "METHOD_NOT_ALLOWED",
    says: /use GET/,
  },
  {
    name: "another method on a run",
    method: "PATCH",
    path: "/runs/r",
    status: 405,
    code: "METHOD_NOT_ALLOWED",
    says: /GET or DELETE/,
  },
];

for (const wrong of WRONG) {
  Deno.test(`${wrong.name} is refused with ${wrong.status} and what to do`, async () => {
    await using open = await openApi({ token: TOKEN });
    const { body, method = "POST", type = "application/json" } = wrong;
    const typed = body === undefined || type === null ? {} : { "Content-Type": type };
    const init = {
      method,
      headers: { ...OWNER, ...typed },
      ...(body === undefined ? {} : { body }),
    };
    const answer = await answerOf(await open.api.request(wrong.path, init, AWAY));
    assertEquals([answer.status, answer.at("error", "code")], [wrong.status, wrong.code]);
    assertMatch(String(answer.at("error", "message")), wrong.says);
    assertMatch(String(answer.at("error", "message")), /^(Cannot|Event|Run)/);
    assertEquals(open.errors, []);
    assertEquals((await open.engine.storage.queryRuns()).runs, [], "something was stored");
  });
}

Deno.test("an empty body is none, whatever type it is said to have", async () => {
  await using open = await openApi({ token: TOKEN });
  await open.engine.init();
  const headers = { ...OWNER, ...JSON_TYPE };
  const expected = [
    ["/tick", 200],
    ["/runs/none/retry", 404],
    ["/runs/none/cancel", 404],
    ["/runs/none/resume", 404],
  ] as const;
  for (const [path, status] of expected) {
    for (const body of ["", new Blob([]).stream()]) {
      const answer = await open.api.request(path, { method: "POST", headers, body }, AWAY);
      assertEquals((await answerOf(answer)).status, status, path);
    }
  }
});

Deno.test("a body that is too long is refused, whether or not its length was announced", async () => {
  await using open = await openApi({ token: TOKEN, maxBodyBytes: 1_000 });
  const body = JSON.stringify({ inputData: { name: "x".repeat(1_000) } });
  const bodies = [body, new Blob([body]).stream()];
  for (const each of bodies) {
    const init = { method: "POST", headers: { ...OWNER, ...JSON_TYPE }, body: each };
    const answer = await answerOf(await open.api.request(START, init, AWAY));
    assertEquals([answer.status, answer.at("error", "code")], [413, "PAYLOAD_TOO_LARGE"]);
  }
  const large = { inputData: { name: "x".repeat(600_000) } };
  await using roomy = await openApi();
  const tooLarge = await roomy.ask("POST", START, large);
  assertEquals([tooLarge.status, tooLarge.at("error", "code")], [413, "PAYLOAD_TOO_LARGE"]);
});

Deno.test("values of any depth are kept or refused, and never break the server", async () => {
  await using open = await openApi({ token: TOKEN });
  for (const depth of [100, 1_000, 10_000, 200_000]) {
    const value = `${"[".repeat(depth)}1${"]".repeat(depth)}`;
    const init = {
      method: "POST",
      headers: { ...OWNER, ...JSON_TYPE },
      body: `{"inputData":${value}}`,
    };
    const answer = await answerOf(
      await open.api.request("/workflows/rich/runs?wait=5", init, AWAY),
    );
    assert(answer.status < 500, `${depth} deep: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
  assertEquals(open.errors, []);
});
