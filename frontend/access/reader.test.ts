import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { WrkflwError } from "../../backend/index.ts";
import { LOCAL, OWN_PAGE, openApp, storeRun } from "../testing/open-app.ts";
import { bearer, FORM, logIn, remote, statusOf, TOKEN } from "../testing/visitors.ts";

const READ_TOKEN = "a-secret-for-readers";
const AWAY = remote("203.0.113.7");

Deno.test("a reader sees every page and can change nothing, by header and by session", async () => {
  await using open = openApp({ token: TOKEN, readToken: READ_TOKEN });
  await storeRun(open.storage, "at-work", []);
  const cookie = await logIn(open, undefined, READ_TOKEN);
  const visitors = [bearer(READ_TOKEN), { Cookie: cookie, ...OWN_PAGE }];
  for (const headers of visitors) {
    assertEquals(await statusOf(open, { headers }, AWAY), 200);
    const cancel = { method: "POST", headers };
    const response = await open.app.request("/runs/at-work/cancel", cancel, AWAY);
    assertEquals(response.status, 403);
    assertStringIncludes(await response.text(), "change nothing");
  }
  assertEquals((await open.storage.loadSnapshot("at-work"))?.status, "running");
});

Deno.test("the sessions of readers end when their token changes", async () => {
  await using open = openApp({ token: TOKEN, readToken: READ_TOKEN });
  await using other = openApp({ token: TOKEN, readToken: "another-secret" });
  const cookie = await logIn(open, undefined, READ_TOKEN);
  assertEquals(await statusOf(open, { headers: { Cookie: cookie } }, AWAY), 200);
  assertEquals(await statusOf(other, { headers: { Cookie: cookie } }, AWAY), 401);
});

Deno.test("a reader can log out", async () => {
  await using open = openApp({ token: TOKEN, readToken: READ_TOKEN });
  const headers = { Cookie: await logIn(open, undefined, READ_TOKEN), ...OWN_PAGE };
  assertEquals(await statusOf(open, { method: "POST", headers }, AWAY, "/logout"), 303);
});

Deno.test("with a token for readers only, this machine's owner may still change everything", async () => {
  await using open = openApp({ readToken: READ_TOKEN });
  await storeRun(open.storage, "at-work", []);
  const asReader = { method: "POST", headers: bearer(READ_TOKEN) };
  assertEquals(await statusOf(open, asReader, LOCAL, "/runs/at-work/cancel"), 403);
  const here = { method: "POST", headers: { ...OWN_PAGE, ...FORM } };
  assertEquals(await statusOf(open, here, AWAY, "/runs/at-work/cancel"), 401);
  assertEquals(await statusOf(open, here, LOCAL, "/runs/at-work/cancel"), 303);
});

Deno.test("one token for both roles is refused", () => {
  assertThrows(
    () => openApp({ token: TOKEN, readToken: TOKEN }),
    WrkflwError,
    "token and readToken are the same",
  );
});

Deno.test("the app serves the API under /api, behind the same doors", async () => {
  await using open = openApp({ token: TOKEN, readToken: READ_TOKEN });
  const headers = bearer(READ_TOKEN);
  const good = await open.app.request("/api/health", { headers }, AWAY);
  assertEquals([good.status, await good.json()], [200, { status: "ok" }]);
  const bad = await open.app.request("/api/health", {}, AWAY);
  assertEquals(bad.status, 401);
  assertEquals((await bad.json()).error.code, "UNAUTHORIZED");
  const unknown = await open.app.request("/api/nothing", { headers }, AWAY);
  assertEquals([unknown.status, (await unknown.json()).error.code], [404, "NOT_FOUND"]);
  assertEquals(unknown.headers.get("X-Content-Type-Options"), "nosniff");
});
