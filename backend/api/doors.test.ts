/** Who is answered, with what, and what is refused before anything is done. */
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { WrkflwError } from "../errors.ts";
import { answerOf, FRIEND, LOCAL, type OpenApi, openApi } from "../testing/open-api.ts";
import { createApi } from "./create-api.ts";

const TOKEN = "a-long-secret-for-tests";
const READ_TOKEN = "a-secret-for-readers";
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const remote = (hostname: string) => ({ remoteAddr: { transport: "tcp", hostname, port: 1 } });
const AWAY = remote("203.0.113.7");
const JSON_TYPE = { "Content-Type": "application/json" };

async function statusOf(open: OpenApi, path: string, init: RequestInit = {}, env: unknown = AWAY) {
  const response = await open.api.request(path, init, env as object);
  await response.body?.cancel();
  return response.status;
}

const UNSAFE: readonly (readonly [method: string, path: string])[] = [
  ["POST", "/workflows/greet/runs"],
  ["POST", "/runs/r/cancel"],
  ["POST", "/runs/r/resume"],
  ["POST", "/runs/r/retry"],
  ["DELETE", "/runs/r"],
  ["POST", "/events/paid"],
  ["POST", "/tick"],
];

const SAFE = [
  "/workflows",
  "/workflows/greet",
  "/workflows/greet/runs",
  "/runs",
  "/runs/r",
  "/runs/r/events",
  "/health",
  "/openapi.json",
  "/nothing",
];

Deno.test("without the token nobody is answered, not even that an address is not there", async () => {
  await using open = await openApi({ token: TOKEN, readToken: READ_TOKEN });
  const visitors = [{}, bearer("wrong"), bearer(`${TOKEN}x`), bearer(""), { Authorization: TOKEN }];
  for (const headers of visitors) {
    for (const path of SAFE) assertEquals(await statusOf(open, path, { headers }), 401, path);
    for (const [method, path] of UNSAFE)
      assertEquals(await statusOf(open, path, { method, headers }), 401, path);
    assertEquals(await statusOf(open, "/runs", { headers }, LOCAL), 401, "nor from this machine");
  }
  const response = await open.api.request("/runs", {}, AWAY);
  assertEquals(response.headers.get("WWW-Authenticate"), 'Bearer realm="wrkflw"');
  await response.body?.cancel();
});

Deno.test("a reader may look at everything and change nothing", async () => {
  await using open = await openApi({ token: TOKEN, readToken: READ_TOKEN });
  await open.engine.init();
  const headers = bearer(READ_TOKEN);
  for (const path of SAFE)
    assert([200, 404].includes(await statusOf(open, path, { headers })), path);
  for (const [method, path] of UNSAFE) {
    const init = { method, headers: { ...headers, ...JSON_TYPE }, body: "{}" };
    const answer = await answerOf(await open.api.request(path, init, AWAY));
    assertEquals([answer.status, answer.at("error", "code")], [403, "FORBIDDEN"], path);
    assertMatch(String(answer.at("error", "message")), /change nothing/);
  }
  assertEquals((await open.engine.storage.queryRuns()).runs, []);
});

Deno.test("without any token only this machine is answered", async () => {
  await using open = await openApi();
  await open.engine.init();
  assertEquals(await statusOf(open, "/runs", {}, LOCAL), 200);
  for (const env of [AWAY, {}, remote("::ffff:10.0.0.1")])
    assertEquals(await statusOf(open, "/runs", {}, env), 403);
  const pointed = await open.api.request("http://evil.example/runs", {}, LOCAL);
  assertEquals((await answerOf(pointed)).status, 403);
  const proxied = { headers: { "X-Forwarded-For": "203.0.113.7" } };
  assertEquals(await statusOf(open, "/runs", proxied, LOCAL), 403);
});

/** What browsers send along with what other sites ask for. */
const FOREIGN: readonly Record<string, string>[] = [
  { Origin: "https://evil.example" },
  { Origin: "null" },
  { Origin: "http://localhost:3000" },
  { "Sec-Fetch-Site": "cross-site" },
  { "Sec-Fetch-Site": "same-site", Origin: "https://evil.example" },
  { "Sec-Fetch-Site": "" },
  { Origin: `${FRIEND}.evil.example` },
  { Origin: FRIEND.toUpperCase() },
];

Deno.test("no change is made that another site asked for, with a session or from this machine", async () => {
  await using open = await openApi();
  for (const foreign of FOREIGN) {
    for (const [method, path] of UNSAFE) {
      const init = { method, headers: { ...foreign, ...JSON_TYPE }, body: "{}" };
      assertEquals(await statusOf(open, path, init, LOCAL), 403, JSON.stringify([path, foreign]));
    }
  }
  const own = { method: "POST", headers: { "Sec-Fetch-Site": "same-origin" } };
  assertEquals(await statusOf(open, "/tick", own, LOCAL), 200);
});

Deno.test("a program on this machine may change things without a token, until there is one", async () => {
  const init = { method: "POST" };
  await using open = await openApi();
  assertEquals(await statusOf(open, "/tick", init, LOCAL), 200);
  assertEquals(await statusOf(open, "/tick", init, AWAY), 403);
  const pointed = await open.api.request("http://evil.example/tick", init, LOCAL);
  assertEquals((await answerOf(pointed)).status, 403);
  await using closed = await openApi({ token: TOKEN });
  assertEquals(await statusOf(closed, "/tick", init, LOCAL), 401);
});

Deno.test("a token in a browser counts on the app's own pages and those of listed sites only", async () => {
  await using open = await openApi({ token: TOKEN });
  const tick = (headers: Record<string, string>) =>
    statusOf(open, "/tick", { method: "POST", headers: { ...bearer(TOKEN), ...headers } });
  assertEquals(await tick({}), 200);
  assertEquals(await tick({ Origin: FRIEND, "Sec-Fetch-Site": "cross-site" }), 200);
  assertEquals(await tick({ Origin: "http://localhost", "Sec-Fetch-Site": "same-origin" }), 200);
  assertEquals(await tick({ Origin: "https://evil.example" }), 403);
});

Deno.test("a listed site gets no session of its visitors, only what its own token opens", async () => {
  await using open = await openApi({ token: TOKEN });
  const init = { method: "POST", headers: { Origin: FRIEND, Cookie: "wrkflw_session=1.2.3" } };
  assertEquals(await statusOf(open, "/tick", init), 401);
  const response = await open.api.request("/runs", { headers: { Origin: FRIEND } }, AWAY);
  assertEquals(response.headers.get("Access-Control-Allow-Credentials"), null);
  await response.body?.cancel();
});

Deno.test("answers may be read by listed sites and by the own one, by nobody else", async () => {
  await using open = await openApi({ token: TOKEN });
  const allowed = async (headers: Record<string, string>) => {
    const response = await open.api.request("/health", { headers }, AWAY);
    await response.body?.cancel();
    assertMatch(response.headers.get("Vary") ?? "", /Origin/);
    return response.headers.get("Access-Control-Allow-Origin");
  };
  assertEquals(await allowed({ Origin: FRIEND }), FRIEND);
  // Val Town would send "*" if there were none.
  assertEquals(await allowed({ Origin: "https://evil.example" }), "http://localhost");
  assertEquals(await allowed({}), "http://localhost");
});

Deno.test("a browser that asks first is told what a listed site may ask for", async () => {
  await using open = await openApi({ token: TOKEN });
  const ask = (origin: string) =>
    open.api.request(
      "/workflows/greet/runs",
      { method: "OPTIONS", headers: { Origin: origin, "Access-Control-Request-Method": "POST" } },
      AWAY,
    );
  const friend = await ask(FRIEND);
  assertEquals([friend.status, friend.headers.get("Access-Control-Allow-Origin")], [204, FRIEND]);
  assertEquals(friend.headers.get("Access-Control-Allow-Methods"), "GET, POST, DELETE");
  assertMatch(friend.headers.get("Access-Control-Allow-Headers") ?? "", /Authorization/);
  const stranger = await ask("https://evil.example");
  assertEquals(stranger.status, 401);
  assertEquals(stranger.headers.get("Access-Control-Allow-Methods"), null);
  await stranger.body?.cancel();
});

Deno.test("what is no origin cannot be listed", async () => {
  await using open = await openApi();
  const { engine } = open;
  for (const origin of [
    "*",
    "friend.example",
    "https://friend.example/",
    "https://a.example/x",
    "",
  ]) {
    const error = assertThrows(() => createApi({ engine, allowOrigins: [origin] }), WrkflwError);
    assertEquals(error.code, "INVALID_ARGUMENT");
  }
});

Deno.test("every answer is kept from caches, frames and guesses at its type", async () => {
  await using open = await openApi();
  for (const path of ["/runs", "/nothing", "/openapi.json", "/runs/none"]) {
    const response = await open.api.request(path, {}, LOCAL);
    await response.body?.cancel();
    const { headers } = response;
    assertEquals(headers.get("X-Content-Type-Options"), "nosniff");
    assertMatch(headers.get("Content-Security-Policy") ?? "", /default-src 'none'/);
    assertMatch(headers.get("Cache-Control") ?? "", /no-store|no-cache/);
    assertMatch(headers.get("Content-Type") ?? "", /^application\/json/);
  }
});

Deno.test("a token that is not the app's is told from none", async () => {
  await using open = await openApi({ token: TOKEN });
  const said = async (headers: Record<string, string>) => {
    const answer = await answerOf(await open.api.request("/runs", { headers }, AWAY));
    assertEquals(answer.status, 401);
    return answer.at("error", "message");
  };
  assertEquals(await said(bearer(`${TOKEN}x`)), "Cannot answer: this is not the token");
  assertMatch(String(await said({})), /send the token/);
  assertMatch(String(await said({ Authorization: "Basic abc" })), /send the token/);
});

Deno.test("an error of the database is told with its kind, any other with nothing", async () => {
  await using open = await openApi();
  const { storage } = open.engine;
  storage.queryRuns = () => Promise.reject(new WrkflwError("STORAGE_UNAVAILABLE", "Cannot read"));
  assertEquals((await open.ask("GET", "/runs")).body, {
    error: { code: "STORAGE_UNAVAILABLE", message: "Cannot read" },
  });
  storage.queryRuns = () => Promise.reject(new TypeError("secret at /srv/app.ts:1:1"));
  const answer = await open.ask("GET", "/runs");
  assertEquals(
    [answer.status, answer.body],
    [500, { error: { code: "INTERNAL", message: "This did not work: the server's log says why" } }],
  );
  assertEquals(open.errors.length, 2);
});

Deno.test("work that fails after the answer is told to the owner", async () => {
  await using open = await openApi();
  open.engine.advance = () => Promise.reject(new Error("away"));
  const { status } = await open.ask("POST", "/workflows/greet/runs", {
    inputData: { name: "Ada" },
  });
  assertEquals(status, 202);
  await open.settled();
  assertEquals(
    open.errors.map(({ message }) => message),
    ["away"],
  );
  await assertRejects(() => open.engine.advance("r"), Error, "away");
});
