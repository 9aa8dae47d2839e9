import { createClient } from "npm:@libsql/client@0.18.0/web";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { WrkflwError } from "../errors.ts";
import { type ResultSet, rowsOf } from "../sql.ts";
import { type Sqld, sqldAvailable, startSqld } from "../testing/sqld.ts";
import { connect } from "./connect.ts";
import { type LibsqlClient, openLibsql } from "./libsql.ts";

const ONE = { sql: "SELECT 1 AS one", args: [] };
const ANSWER_ATTEMPTS = 100;

async function messageOf(work: () => Promise<unknown>, code = "STORAGE_UNAVAILABLE") {
  const error = await assertRejects(work, WrkflwError);
  assertEquals(error.code, code);
  return error.message;
}

/** Runs a test against a server that answers every request alike. */
async function withServer(answer: () => Response, test: (url: string) => Promise<void>) {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, answer);
  try {
    await test(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

/** Asks a client of little patience: on a busy machine a server that is well may answer late. */
async function answerOf(client: LibsqlClient): Promise<ResultSet> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.execute(ONE);
    } catch (error) {
      if (attempt === ANSWER_ATTEMPTS) throw error;
    }
  }
}

function sqldTest(name: string, test: (server: Sqld) => Promise<void>): void {
  Deno.test({
    name,
    ignore: !sqldAvailable(),
    fn: async () => {
      const server = await startSqld();
      try {
        await test(server);
      } finally {
        await server.stop();
      }
    },
  });
}

Deno.test("openLibsql() refuses a URL that no server has", async () => {
  for (const url of ["", "nonsense", "file:app.db", "ftp://host/db", "http://[broken"]) {
    await messageOf(() => openLibsql(url), "INVALID_ARGUMENT");
  }
});

Deno.test("no message shows what a URL holds in secret", async () => {
  const url = "http://user:hidden@127.0.0.1:1/db?authToken=hidden&tls=2";
  const refused = await messageOf(() => openLibsql(url), "INVALID_ARGUMENT");
  const client = await openLibsql("http://127.0.0.1:1/db?authToken=hidden");
  const unreachable = await messageOf(() => client.execute(ONE));
  assert(!refused.includes("hidden"), refused);
  assert(!unreachable.includes("hidden"), unreachable);
  assert(unreachable.includes('"http://127.0.0.1:1/db"'), unreachable);
  client.close();
});

Deno.test("a server that answers with something else is not available", async () => {
  const answers = [
    () => new Response("<html>Bad gateway</html>", { status: 502 }),
    () => new Response("<html>Hello</html>"),
    () => new Response('{"baton":null,"results":['),
    () => new Response("{}"),
    () => new Response("Not found", { status: 404 }),
  ];
  for (const answer of answers) {
    await withServer(answer, async (url) => {
      const client = await openLibsql(url);
      await messageOf(() => client.execute(ONE));
      await messageOf(() => client.batch([ONE, ONE], "write"));
      client.close();
    });
  }
});

Deno.test("a refused token says so", () =>
  withServer(
    () => new Response("no", { status: 401 }),
    async (url) => {
      const client = await openLibsql(url, "wrong");
      const message = await messageOf(() => client.execute(ONE));
      assert(message.includes("check the access token"), message);
      client.close();
    },
  ));

Deno.test("a closed connection says so, and closing twice does nothing", async () => {
  const client = await openLibsql("http://127.0.0.1:1");
  client.close();
  client.close();
  assert((await messageOf(() => client.execute(ONE))).includes("was closed"));
});

sqldTest("what a killed server had answered is there when it is started again", async (server) => {
  const client = await openLibsql(server.url);
  await client.execute({ sql: "CREATE TABLE items (id INTEGER)", args: [] });
  await client.batch([{ sql: "INSERT INTO items VALUES (?)", args: [7] }], "write");
  await server.kill("SIGKILL");
  await messageOf(() => client.execute(ONE));
  await server.restart();
  const rows = rowsOf(await client.execute({ sql: "SELECT id FROM items", args: [] }));
  assertEquals(rows, [{ id: 7 }]);
  client.close();
});

sqldTest(
  "a server that stops answering is given up, and serves when it goes on",
  async (server) => {
    const client = await openLibsql(server.url, undefined, { requestTimeoutMs: 100 });
    await answerOf(client);
    await server.kill("SIGSTOP");
    await messageOf(() => client.execute(ONE));
    await server.kill("SIGCONT");
    assertEquals(rowsOf(await answerOf(client)), [{ one: 1 }]);
    client.close();
  },
);

sqldTest("a connection over a web socket serves too", async ({ url }) => {
  const client = await openLibsql(url.replace("http:", "ws:"));
  assertEquals(rowsOf(await client.execute(ONE)), [{ one: 1 }]);
  const results = await client.batch([ONE, ONE], "write");
  assertEquals(
    results.map((result) => rowsOf(result)),
    [[{ one: 1 }], [{ one: 1 }]],
  );
  client.close();
});

sqldTest("a libSQL client of the caller's own serves as it is", async ({ url }) => {
  const own = createClient({ url });
  const client = await connect({ client: own });
  const [, result] = await client.batch(
    [{ sql: "CREATE TABLE items (id INTEGER)", args: [] }, ONE],
    "write",
  );
  assertEquals(rowsOf(result), [{ one: 1 }]);
  assertEquals(rowsOf(await client.execute(ONE)), [{ one: 1 }]);
  own.close();
});
