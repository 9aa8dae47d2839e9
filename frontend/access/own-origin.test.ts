import { assertEquals } from "@std/assert";
import { LOCAL, OWN_PAGE, openApp, storeRun } from "../testing/open-app.ts";
import { bearer, logIn, statusOf, TOKEN } from "../testing/visitors.ts";

const UNSAFE = [
  {
    name: "another site's Sec-Fetch-Site",
    headers: { "Sec-Fetch-Site": "cross-site" },
    isAllowed: false,
  },
  {
    name: "a sibling's Sec-Fetch-Site",
    headers: { "Sec-Fetch-Site": "same-site" },
    isAllowed: false,
  },
  { name: "its own Sec-Fetch-Site", headers: { "Sec-Fetch-Site": "same-origin" }, isAllowed: true },
  { name: "Sec-Fetch-Site none", headers: { "Sec-Fetch-Site": "none" }, isAllowed: true },
  { name: "an unknown Sec-Fetch-Site", headers: { "Sec-Fetch-Site": "" }, isAllowed: false },
  { name: "another Origin", headers: { Origin: "https://evil.example" }, isAllowed: false },
  { name: "its own Origin", headers: { Origin: "http://localhost" }, isAllowed: true },
  {
    name: "its own Origin on another port",
    headers: { Origin: "http://localhost:3000" },
    isAllowed: false,
  },
  { name: "Origin null", headers: { Origin: "null" }, isAllowed: false },
  { name: "an Origin that is none", headers: { Origin: "localhost" }, isAllowed: false },
  { name: "neither", headers: {}, isAllowed: false },
  {
    name: "its own Origin and another site's Sec-Fetch-Site",
    headers: { Origin: "http://localhost", "Sec-Fetch-Site": "cross-site" },
    isAllowed: false,
  },
  {
    name: "a forwarded host that nobody said to trust",
    headers: { Origin: "https://evil.example", "X-Forwarded-Host": "evil.example" },
    isAllowed: false,
  },
];

for (const { name, headers, isAllowed } of UNSAFE) {
  Deno.test(`a change is ${isAllowed ? "made" : "refused"} with ${name}`, async () => {
    await using open = openApp({ token: TOKEN });
    await storeRun(open.storage, "r", []);
    const Cookie = await logIn(open);
    const status = await statusOf(
      open,
      { method: "POST", headers: { ...headers, Cookie } },
      LOCAL,
      "/runs/r/cancel",
    );
    assertEquals(status, isAllowed ? 303 : 403);
    const { run } = (await open.storage.loadRun("r")) ?? {};
    assertEquals(run?.status, isAllowed ? "canceled" : "running");
  });
}

Deno.test("behind a proxy that is trusted the browser's own origin counts", async () => {
  await using open = openApp({ token: TOKEN, trustProxy: true });
  await storeRun(open.storage, "r", []);
  const forwarded = { "X-Forwarded-Host": "flows.example", "X-Forwarded-Proto": "https" };
  const change = (Origin: string) =>
    statusOf(
      open,
      { method: "POST", headers: { ...bearer(TOKEN), ...forwarded, Origin } },
      {},
      "http://10.0.0.5/runs/r/cancel",
    );
  assertEquals(await change("http://10.0.0.5"), 403);
  assertEquals(await change("https://flows.example"), 303);
});

Deno.test("a program with the token may make changes, a page that has it may not from elsewhere", async () => {
  await using open = openApp({ token: TOKEN });
  await storeRun(open.storage, "r", []);
  const change = (headers: Record<string, string>) =>
    statusOf(
      open,
      { method: "POST", headers: { ...bearer(TOKEN), ...headers } },
      {},
      "/runs/r/cancel",
    );
  assertEquals(await change({ Origin: "https://evil.example" }), 403);
  assertEquals(await change({}), 303);
});

Deno.test("without a token a browser's change needs one of the app's own pages, too", async () => {
  await using open = openApp();
  await storeRun(open.storage, "r", []);
  const change = (headers: Record<string, string>) =>
    statusOf(open, { method: "POST", headers }, LOCAL, "/runs/r/cancel");
  assertEquals(await change({ "Sec-Fetch-Site": "cross-site" }), 403);
  assertEquals(await change({ Origin: "https://evil.example" }), 403);
  assertEquals(await change(OWN_PAGE), 303);
  // A program says nothing of a site.
  assertEquals(await change({}), 303);
});

Deno.test("reading changes nothing: only POST cancels", async () => {
  await using open = openApp();
  await storeRun(open.storage, "r", []);
  for (const method of ["GET", "HEAD"]) {
    assertEquals(await statusOf(open, { method }, LOCAL, "/runs/r/cancel"), 302, method);
  }
  const { run } = (await open.storage.loadRun("r")) ?? {};
  assertEquals(run?.status, "running");
});
