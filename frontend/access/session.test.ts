import { Hono } from "npm:hono@4.13.19";
import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { WrkflwError } from "../../backend/index.ts";
import { createLoginLink } from "../app.tsx";
import { OWN_PAGE, openApp } from "../testing/open-app.ts";
import { FORM, logIn, statusOf, TOKEN } from "../testing/visitors.ts";

Deno.test("logging in gives a session that opens the pages, and logging out ends it", async () => {
  await using open = openApp({ token: TOKEN });
  const body = new URLSearchParams({ token: TOKEN, next: "runs/a%2Fb?steps=2" });
  const init = { method: "POST", headers: { ...FORM, ...OWN_PAGE }, body: String(body) };
  const response = await open.request("/login", init);
  assertEquals([response.status, response.headers.get("Location")], [303, "./runs/a%2Fb?steps=2"]);
  const setCookie = response.headers.get("Set-Cookie") ?? "";
  assertMatch(
    setCookie,
    /^wrkflw_session=\d+\.[0-9a-f]{64}\.[0-9a-f]{64}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  assertEquals(setCookie.includes(TOKEN), false);
  const Cookie = setCookie.split(";")[0] ?? "";
  const page = await (await open.request("/runs", { headers: { Cookie } })).text();
  assertStringIncludes(page, 'action="./logout"');
  const left = await open.request("/logout", { method: "POST", headers: { Cookie, ...OWN_PAGE } });
  assertEquals(left.status, 303);
  assertMatch(left.headers.get("Set-Cookie") ?? "", /^wrkflw_session=; Max-Age=0; Path=\//);
});

Deno.test("a session behind TLS has a cookie that only this host can set", async () => {
  await using direct = openApp({ token: TOKEN });
  const cookie = await logIn(direct, "https://flows.example/login");
  assertMatch(cookie, /^__Host-wrkflw_session=/);
  const url = "https://flows.example/runs";
  assertEquals(await statusOf(direct, { headers: { Cookie: cookie } }, {}, url), 200);
  await using proxied = openApp({ token: TOKEN, trustProxy: true });
  const headers = {
    ...FORM,
    ...OWN_PAGE,
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "flows.example",
  };
  const init = { method: "POST", headers, body: `token=${TOKEN}` };
  const response = await proxied.app.request("http://10.0.0.5/login", init);
  assertMatch(response.headers.get("Set-Cookie") ?? "", /^__Host-wrkflw_session=.*; Secure/);
  assertEquals(response.headers.get("Access-Control-Allow-Origin"), "https://flows.example");
});

Deno.test("a session that was forged, changed, of another app or too old opens nothing", async () => {
  let now = Date.now();
  await using open = openApp({ token: TOKEN, now: () => now });
  await using other = openApp({ token: `${TOKEN}-other` });
  const good = await logIn(open);
  const [name, value = ""] = good.split("=");
  const [endsAt = "", nonce = "", signature = ""] = value.split(".");
  const foreign = await logIn(other, undefined, `${TOKEN}-other`);
  const forged = [
    foreign,
    `${name}=`,
    `${name}=..`,
    `${name}=${TOKEN}`,
    `${name}=${Number(endsAt) + 1}.${nonce}.${signature}`,
    `${name}=${endsAt}.${nonce}.`,
    `${name}=${endsAt}.${nonce}.${signature.slice(1)}`,
    `${name}=${endsAt}.${nonce}x.${signature}`,
    `${name}=${signature}`,
    `__Host-${good}`,
  ];
  for (const Cookie of forged)
    assertEquals(await statusOf(open, { headers: { Cookie } }), 401, Cookie);
  assertEquals(await statusOf(open, { headers: { Cookie: good } }), 200);
  now += 12 * 3_600_000 - 1;
  assertEquals(await statusOf(open, { headers: { Cookie: good } }), 200);
  now += 1;
  assertEquals(await statusOf(open, { headers: { Cookie: good } }), 401);
});

Deno.test("a wrong token, or none, in the form gives no session and says so", async () => {
  await using open = openApp({ token: TOKEN });
  const bodies = [
    "token=wrong",
    "token=",
    "",
    "token=%ff",
    `Token=${TOKEN}`,
    `token=x&token=${TOKEN}`,
  ];
  for (const body of bodies) {
    const response = await open.request("/login", {
      method: "POST",
      headers: { ...FORM, ...OWN_PAGE },
      body,
    });
    assertEquals([response.status, response.headers.get("Set-Cookie")], [401, null], body);
    assertStringIncludes(await response.text(), "This is not the token.");
  }
  const json = {
    method: "POST",
    headers: { "Content-Type": "application/json", ...OWN_PAGE },
    body: `{"token":"${TOKEN}"}`,
  };
  assertEquals((await open.request("/login", json)).status, 401);
  const huge = {
    method: "POST",
    headers: { ...FORM, ...OWN_PAGE },
    body: `token=${"x".repeat(100_000)}`,
  };
  assertEquals((await open.request("/login", huge)).status, 413);
});

Deno.test("logging in leads to the app's own pages only", async () => {
  await using open = openApp({ token: TOKEN });
  const hostile = [
    "//evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "\\\\evil.example",
    "/runs",
    "runs\r\nX: 1",
    "runs/\\evil",
    "runsx",
    "login",
    "",
  ];
  for (const next of hostile) {
    const body = String(new URLSearchParams({ token: TOKEN, next }));
    const response = await open.request("/login", {
      method: "POST",
      headers: { ...FORM, ...OWN_PAGE },
      body,
    });
    assertEquals(response.headers.get("Location"), "./runs", next);
  }
});

Deno.test("another site cannot log a browser in", async () => {
  await using open = openApp({ token: TOKEN });
  const headers = { ...FORM, "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" };
  const init = { method: "POST", headers, body: `token=${TOKEN}` };
  const response = await open.request("/login", init);
  assertEquals([response.status, response.headers.get("Set-Cookie")], [403, null]);
});

Deno.test("a login link works once and not for long", async () => {
  let now = Date.now();
  await using open = openApp({ token: TOKEN, now: () => now });
  const link = createLoginLink(open.app, "http://localhost:8000/");
  assertMatch(link, /^http:\/\/localhost:8000\/login\?code=[0-9a-f]{64}$/);
  const first = await open.request(link);
  assertEquals([first.status, first.headers.get("Location")], [303, "./runs"]);
  const Cookie = first.headers.get("Set-Cookie")?.split(";")[0] ?? "";
  assertEquals(await statusOf(open, { headers: { Cookie } }), 200);
  const second = await open.request(link);
  assertEquals([second.status, second.headers.get("Set-Cookie")], [401, null]);
  assertStringIncludes(await second.text(), "used before");
  const late = createLoginLink(open.app, "http://localhost:8000");
  now += 10 * 60_000;
  assertEquals((await open.request(late)).status, 401);
  assertEquals((await open.request("/login?code=")).status, 401);
});

Deno.test("createLoginLink() refuses an app that createApp() did not return", async () => {
  await using open = openApp({ token: TOKEN });
  const outer = new Hono().route("/flows", open.app);
  assertThrows(
    () => createLoginLink(outer, "http://localhost"),
    WrkflwError,
    "not the one it is mounted in",
  );
});

Deno.test("without a token the link is the list, and the form leads there", async () => {
  await using open = openApp();
  assertEquals(
    createLoginLink(open.app, "http://localhost:8000/flows/"),
    "http://localhost:8000/flows/runs",
  );
  assertEquals((await open.request("/login")).headers.get("Location"), "./runs");
});
