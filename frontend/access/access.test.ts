import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { LOCAL, openApp } from "../testing/open-app.ts";
import { bearer, remote, statusOf, TOKEN } from "../testing/visitors.ts";

Deno.test("without a token the app answers requests from this machine to this machine", async () => {
  await using open = openApp();
  const urls = ["http://localhost/runs", "http://127.0.0.1:8000/runs", "http://[::1]:8000/runs"];
  for (const url of urls) {
    for (const address of ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"]) {
      assertEquals(await statusOf(open, {}, remote(address), url), 200, `${address} ${url}`);
    }
  }
  const onNode = { incoming: { socket: { remoteAddress: "127.0.0.1" } } };
  assertEquals(await statusOf(open, {}, onNode), 200);
});

Deno.test("without a token everybody else is refused, with what to do about it", async () => {
  await using open = openApp();
  const addresses = [
    "10.0.0.5",
    "203.0.113.7",
    "::ffff:10.0.0.5",
    "127.0.0.1.evil.example",
    "::2",
    "",
  ];
  for (const address of addresses) {
    assertEquals(await statusOf(open, {}, remote(address)), 403, address);
  }
  for (const env of [{}, null, { remoteAddr: { transport: "unix", path: "/x" } }]) {
    assertEquals(await statusOf(open, {}, env), 403, "nobody knows where it came from");
  }
  const response = await open.app.request("/runs", {}, remote("10.0.0.5"));
  assertStringIncludes(await response.text(), "<code>WRKFLW_TOKEN</code>");
});

Deno.test("without a token a name that was pointed at this machine is refused", async () => {
  await using open = openApp();
  const urls = [
    "http://evil.example/runs",
    "http://localhost.evil.example/",
    "http://127.0.0.1.nip.io/",
    "http://10.0.0.5/runs",
  ];
  for (const url of urls) assertEquals(await statusOf(open, {}, LOCAL, url), 403, url);
  for (const host of [
    "evil.example",
    "localhost.evil.example",
    "evil.example:8000",
    "localhost@evil.example",
    "127.0.0.1.nip.io",
  ]) {
    assertEquals(await statusOf(open, { headers: { host } }), 403, host);
  }
});

Deno.test("without a token what a proxy passes on is refused, however local it looks", async () => {
  await using open = openApp();
  for (const name of ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Via", "X-Forwarded-Host"]) {
    assertEquals(await statusOf(open, { headers: { [name]: "127.0.0.1" } }), 403, name);
  }
});

Deno.test("a server may say in its own way where a request came from", async () => {
  await using open = openApp({
    remoteAddress: ({ headers }) => headers.get("x-peer") ?? undefined,
  });
  assertEquals(await statusOf(open, { headers: { "x-peer": "127.0.0.1" } }, {}), 200);
  assertEquals(await statusOf(open, { headers: { "x-peer": "10.0.0.5" } }, LOCAL), 403);
});

Deno.test("with a token only those who have it get in, wherever they are", async () => {
  await using open = openApp({ token: TOKEN });
  const far = remote("203.0.113.7");
  assertEquals(await statusOf(open, { headers: bearer(TOKEN) }, far), 200);
  assertEquals(await statusOf(open, { headers: { authorization: `bearer   ${TOKEN}` } }, {}), 200);
  const wrong = [
    "",
    " ",
    "x",
    TOKEN.slice(1),
    `${TOKEN}x`,
    TOKEN.toUpperCase(),
    "undefined",
    TOKEN.repeat(1_000),
  ];
  for (const token of wrong) {
    assertEquals(await statusOf(open, { headers: bearer(token) }, LOCAL), 401, token);
  }
  assertEquals(await statusOf(open, {}, LOCAL), 401);
  assertEquals(
    await statusOf(open, { headers: { authorization: `Basic ${btoa(`x:${TOKEN}`)}` } }),
    401,
  );
  assertEquals(await statusOf(open, {}, LOCAL, `/runs?token=${TOKEN}`), 401);
});

Deno.test("whoever is not logged in gets the form at each address, and comes back to it", async () => {
  await using open = openApp({ token: TOKEN });
  const response = await open.request("/runs/abc?steps=2");
  assertEquals(response.status, 401);
  assertMatch(response.headers.get("WWW-Authenticate") ?? "", /^Bearer/);
  const page = await response.text();
  assertStringIncludes(page, 'action="../login"');
  assertStringIncludes(page, '<input type="hidden" name="next" value="runs/abc?steps=2"/>');
});

/** What the program says with the token in its environment. */
async function runWithToken(permissions: string[]): Promise<string> {
  const program = new URL("../testing/environment-program.ts", import.meta.url).href;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--no-check", ...permissions, program, TOKEN],
    env: { WRKFLW_TOKEN: TOKEN },
  }).output();
  return new TextDecoder().decode(stdout).trim() || new TextDecoder().decode(stderr);
}

Deno.test("the token comes from the environment unless it is given", async () => {
  assertEquals(await runWithToken(["--allow-env"]), "401 200");
});

Deno.test("where the environment may not be read there is no token", async () => {
  assertEquals(await runWithToken([]), "200 200");
});
