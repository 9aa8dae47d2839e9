import { assert, assertEquals, assertThrows } from "@std/assert";
import { serveOnFreePort, wantedPort } from "./serve.ts";

Deno.test("wantedPort() is 8000 unless the environment says otherwise", () => {
  assertEquals(wantedPort(""), 8000);
  assertEquals(wantedPort("9123"), 9123);
});

Deno.test("wantedPort() refuses what is no port", () => {
  for (const text of ["web", "-1", "65536", "80.5", "NaN"]) {
    assertThrows(() => wantedPort(text), Error, `Cannot use PORT "${text}"`);
  }
});

Deno.test("serveOnFreePort() goes on to the next port when one is taken, and says so", async () => {
  const answer = () => new Response("ok");
  const taken = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  const said: string[] = [];
  const server = serveOnFreePort(taken.addr.port, answer, (line) => said.push(line));
  assert(server.addr.port > taken.addr.port);
  assertEquals(said[0], `Port ${taken.addr.port} is taken, trying ${taken.addr.port + 1}`);
  await Promise.all([taken.shutdown(), server.shutdown()]);
});
