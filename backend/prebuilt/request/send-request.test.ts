import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { NonRetryableError, RetryAfterError } from "../../errors.ts";
import {
  type MisbehavingServer,
  misbehavingServer,
  rudeListener,
} from "../../testing/misbehaving-server.ts";
import {
  type OutgoingRequest,
  type RequestOutput,
  type SendOptions,
  sendRequest,
} from "./send-request.ts";

function send(
  url: string,
  options: Partial<SendOptions> = {},
  request: Partial<OutgoingRequest> = {},
): Promise<RequestOutput> {
  return sendRequest(
    {
      method: "GET",
      url,
      headers: {},
      secretHeaders: {},
      queryParams: {},
      body: undefined,
      ...request,
    },
    {
      allowHosts: undefined,
      allowPrivateAddresses: true,
      maxBytes: 50_000,
      maxRedirects: 5,
      responseType: "auto",
      fetch,
      signal: new AbortController().signal,
      resolve: () => Promise.resolve(["93.184.216.34"]),
      ...options,
    },
  );
}

/** Answers for other hosts too: they all are this server. */
function everyHost(server: MisbehavingServer): typeof fetch {
  return (input, init) => {
    const { pathname, search } = new URL(String(input));
    return fetch(`${server.url}${pathname}${search}`, init);
  };
}

async function failure(url: string, options: Partial<SendOptions> = {}): Promise<Error> {
  return await assertRejects(() => send(url, options));
}

Deno.test("bodies are read as what they say they are", async () => {
  await using server = misbehavingServer();
  const cases: readonly [string, unknown][] = [
    ["/json", { ok: true }],
    ["/problem", { title: "odd" }],
    ["/html", "<p>hi</p>"],
    ["/latin", "é"],
    ["/unknown-charset", "hi"],
    ["/no-type", "plain"],
    ["/bytes", new Uint8Array([0, 1, 255])],
    ["/204", null],
    ["/empty", null],
  ];
  for (const [path, data] of cases) {
    const output = await send(server.url + path);
    assertEquals([output.status, output.data], [path === "/204" ? 204 : 200, data], path);
  }
  assertEquals((await send(`${server.url}/json`, { responseType: "text" })).data, '{"ok":true}');
  assertEquals(
    (await send(`${server.url}/no-type`, { responseType: "bytes" })).data,
    new TextEncoder().encode("plain"),
  );
  const bad = await failure(`${server.url}/bad-json`);
  assertEquals(
    bad.message,
    `GET ${server.url}/bad-json answered 200 with something that is no JSON, though it says so`,
  );
  assert(!(bad instanceof NonRetryableError));
});

Deno.test("each status that is not of success is a failure that says whether to try again", async () => {
  await using server = misbehavingServer();
  const lasting = [300, 304, 400, 401, 403, 404, 405, 409, 410, 413, 418, 422, 451, 501, 505];
  const passing = [408, 425, 429, 500, 502, 503, 504, 507, 520, 599];
  for (const code of [...lasting, ...passing]) {
    const error = await failure(`${server.url}/status?code=${code}&token=hunter2`);
    assertEquals(error.message, `GET ${server.url}/status answered ${code}`);
    assertEquals(error instanceof NonRetryableError, lasting.includes(code), String(code));
    assertEquals(Reflect.get(error, "status"), code);
    const reason = code === 304 ? undefined : `the reason of ${code}`;
    assertEquals(Reflect.get(error, "body"), reason, String(code));
  }
});

Deno.test("Retry-After is honoured, in seconds and as a date by the server's clock", async () => {
  await using server = misbehavingServer();
  const cases: readonly [after: string, delayMs: number][] = [
    ["0", 0],
    ["7", 7_000],
    [" 120 ", 120_000],
    ["Wed, 21 Oct 2026 07:28:30 GMT", 30_000],
    ["Wed, 21 Oct 2026 07:00:00 GMT", 0],
    ["999999999999", 86_400_000],
    ["Wed, 21 Oct 2099 07:28:00 GMT", 86_400_000],
  ];
  for (const [after, delayMs] of cases) {
    for (const code of [429, 503]) {
      const error = await failure(
        `${server.url}/status?code=${code}&after=${encodeURIComponent(after)}`,
      );
      assertInstanceOf(error, RetryAfterError, after);
      assertEquals(error.delayMs, delayMs, after);
    }
  }
  for (const after of ["soon", "-1", "1.5", "", "Infinity", "0x10"]) {
    const error = await failure(`${server.url}/status?code=503&after=${encodeURIComponent(after)}`);
    assertEquals([error.name, error instanceof RetryAfterError], ["Error", false], after);
  }
  const lasting = await failure(`${server.url}/status?code=400&after=7`);
  assertInstanceOf(lasting, NonRetryableError);
});

Deno.test("what is too large is given up, whether it says so, goes on for ever, or grows", async () => {
  await using server = misbehavingServer();
  for (const path of ["/huge", "/endless", "/bomb"]) {
    const error = await failure(server.url + path);
    assertInstanceOf(error, NonRetryableError, path);
    assertEquals(
      error.message,
      `GET ${server.url}${path} answered 200 with more than 50000 bytes: raise maxBytes, or keep large data elsewhere`,
    );
  }
  const whole = await send(`${server.url}/huge`, { maxBytes: 100_000 });
  assertEquals(String(whole.data).length, 100_000);
});

Deno.test("an answer that does not come, or does not end, is given up with the signal", async () => {
  await using server = misbehavingServer();
  for (const path of ["/slow", "/slow-body"]) {
    const over = new AbortController();
    const waiting = send(server.url + path, { signal: over.signal });
    await server.asked(path);
    over.abort(new Error("time is up"));
    await assertRejects(() => waiting, Error, "time is up");
  }
});

Deno.test("connections that are refused, cut or make no sense may be better at another time", async () => {
  const halves = [
    "",
    "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhal",
    "SSH-2.0-OpenSSH_9.6\r\n",
  ];
  for (const words of halves) {
    await using rude = rudeListener(words);
    const error = await failure(`${rude.url}/x?token=hunter2`);
    assert(!(error instanceof NonRetryableError), error.message);
    assert(error.message.startsWith(`GET ${rude.url}/x `), error.message);
    assert(!JSON.stringify([error.message, error.stack, String(error.cause)]).includes("hunter2"));
  }
  const gone = misbehavingServer();
  await gone[Symbol.asyncDispose]();
  const error = await failure(`${gone.url}/x`);
  assert(error.message.startsWith(`GET ${gone.url}/x got no answer: `), error.message);
});

Deno.test("redirects are followed, and their method kept or not as their status says", async () => {
  await using server = misbehavingServer();
  const cases: readonly [status: number, method: string, body: string][] = [
    [301, "GET", ""],
    [302, "GET", ""],
    [303, "GET", ""],
    [307, "POST", "hello"],
    [308, "POST", "hello"],
  ];
  for (const [status, method, body] of cases) {
    server.seen.length = 0;
    const output = await send(
      `${server.url}/to?status=${status}&url=/json`,
      {},
      { method: "POST", body: "hello" },
    );
    assertEquals(output.data, { ok: true });
    assertEquals([server.seen[1]?.method, server.seen[1]?.body], [method, body], String(status));
  }
  const loop = await failure(`${server.url}/loop`);
  assertInstanceOf(loop, NonRetryableError);
  assertEquals(loop.message, `GET ${server.url}/loop was redirected more than 5 times`);
  assertEquals(
    (await failure(`${server.url}/loop`, { maxRedirects: 0 })).message.includes("more than 0"),
    true,
  );
});

Deno.test("no redirect leads where the rules do not allow", async () => {
  await using server = misbehavingServer();
  const names: Record<string, string[]> = { "private.evil.example": ["10.0.0.1"] };
  const rules: Partial<SendOptions> = {
    allowPrivateAddresses: false,
    fetch: everyHost(server),
    resolve: (name) => Promise.resolve(names[name] ?? ["93.184.216.34"]),
  };
  for (const target of [
    "http://127.0.0.1/admin",
    "http://2130706433/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/",
    "http://private.evil.example/",
    "//localhost/x",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://user:secret@public.example.com/",
    "http://[broken",
  ]) {
    server.seen.length = 0;
    const first = `http://public.example.com/to?url=${encodeURIComponent(target)}`;
    const error = await failure(first, rules);
    assertInstanceOf(error, NonRetryableError, target);
    assertEquals(server.seen.length, 1, `${target} was asked`);
  }
  const elsewhere = "http://public.example.com/to?url=http://other.example.com/json";
  const strict = { ...rules, allowHosts: ["public.example.com"] };
  assert((await failure(elsewhere, strict)).message.includes("not among the hosts of allowHosts"));
  assertEquals((await send(elsewhere, rules)).data, { ok: true });
  const unencrypted = "https://public.example.com/to?url=http://public.example.com/json";
  assert((await failure(unencrypted, rules)).message.endsWith("/json, which is not encrypted"));
});

Deno.test("another host is told nothing that was meant for the first", async () => {
  await using server = misbehavingServer();
  const request = {
    headers: { Cookie: "a=hunter2", "X-Custom": "hunter2", Accept: "text/plain" },
    secretHeaders: { authorization: "Bearer hunter2" },
  };
  const options: Partial<SendOptions> = { fetch: everyHost(server), allowPrivateAddresses: false };
  await send("http://a.example.com/to?url=/to%3Furl%3D/json", options, request);
  assertEquals(
    server.seen.map(({ headers }) => headers.authorization),
    ["Bearer hunter2", "Bearer hunter2", "Bearer hunter2"],
  );
  server.seen.length = 0;
  await send("http://a.example.com/to?url=http://b.example.com/json", options, request);
  assert(JSON.stringify(server.seen[0]).includes("hunter2"));
  assert(!JSON.stringify(server.seen[1]).includes("hunter2"));
  assertEquals(server.seen[1]?.headers.accept, "text/plain");
});

Deno.test("headers of the connection, and those that no header can be, are refused without their values", async () => {
  await using server = misbehavingServer();
  const odd: readonly [string, string][] = [
    ["Host", "hunter2"],
    ["content-length", "hunter2"],
    ["Transfer-Encoding", "hunter2"],
    ["connection", "hunter2"],
    ["proxy-authorization", "hunter2"],
    ["bad name", "hunter2"],
    ["", "hunter2"],
    ["x-split", "hunter2\r\nx-other: 1"],
    ["x-nul", "hunter2\0"],
    ["x-wide", "hunter2 ✓"],
  ];
  for (const [name, value] of odd) {
    const asked = () => send(`${server.url}/json`, {}, { headers: { [name]: value } });
    const error = await assertRejects(asked, NonRetryableError, "Cannot send header");
    assert(!error.message.includes("hunter2"), error.message);
  }
  assertEquals(server.seen, []);
});

Deno.test("headers that hold secrets are masked in what is put out", async () => {
  await using server = misbehavingServer();
  const output = await send(`${server.url}/cookie`);
  assertEquals(
    [output.headers["set-cookie"], output.headers["x-api-key"]],
    ["(masked)", "(masked)"],
  );
  assert(!JSON.stringify(output).includes("hunter2"));
});
