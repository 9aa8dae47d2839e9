import { assert, assertEquals, assertRejects } from "@std/assert";
import { type ErrorCode, WrkflwError } from "../errors.ts";
import { rowsOf, type SqlClient } from "../sql.ts";
import { WorkflowStorage } from "../storage.ts";
import { FakeEffects } from "../testing/fake-effects.ts";
import { type ConnectOptions, connect } from "./connect.ts";
import { openLocal } from "./local.ts";

const PROBE = new URL("../testing/connect-program.ts", import.meta.url).pathname;
const LIBRARY = new URL("../", import.meta.url).pathname;

async function messageOf(options: ConnectOptions, code: ErrorCode = "INVALID_ARGUMENT") {
  const error = await assertRejects(() => connect(options), WrkflwError);
  assertEquals(error.code, code);
  return error.message;
}

/** What connect() without options opens in another process: the files that appear, or an error. */
async function connectElsewhere(env: Record<string, string>, permissions = ["-A"]) {
  const cwd = await Deno.makeTempDir({ prefix: "wrkflw-test-" });
  try {
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "--no-config", "--no-lock", ...permissions, PROBE],
      cwd,
      env: { WRKFLW_DATABASE_URL: "", WRKFLW_DATABASE_TOKEN: "", valtown: "", ...env },
    }).output();
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    return { text, files: [...Deno.readDirSync(cwd)].map((entry) => entry.name).sort() };
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

Deno.test("connect() uses a client that is given and leaves closing it to its owner", async () => {
  const client = await openLocal(":memory:");
  const connected = await connect({ client, url: "file:unused.db" });
  await connected.batch([{ sql: "CREATE TABLE items (id INTEGER)", args: [] }], "write");
  assertEquals(connected.alwaysAnswers, true);
  connected.close();
  assertEquals((await client.execute({ sql: "SELECT id FROM items", args: [] })).rows, []);
  client.close();
});

Deno.test("connect() refuses what is no client", async () => {
  for (const client of [{}, null, { execute: () => {} }] as unknown[]) {
    const message = await messageOf({ client: client as SqlClient });
    assert(message.includes("execute() and batch()"), message);
  }
});

Deno.test("a client that throws instead of rejecting is tried again like any other", async () => {
  const inner = await openLocal(":memory:");
  const effects = new FakeEffects();
  let calls = 0;
  const client: SqlClient = {
    execute: (statement) => {
      if (++calls <= 2) throw new Error("the line is dead");
      return inner.execute(statement);
    },
    batch: (statements, mode) => inner.batch(statements, mode),
  };
  const storage = new WorkflowStorage({ client, effects });
  await storage.init();
  assertEquals(await effects.until(storage.findRun("nobody")), null);
  assertEquals(calls, 3);
  inner.close();
});

Deno.test("connect() opens a file by every form of its URL", async () => {
  const directory = await Deno.makeTempDir({ prefix: "wrkflw-test-" });
  const urls = [
    `file:${directory}/a.db`,
    `file://${directory}/a.db`,
    `file://localhost${directory}/a.db`,
    `FILE:${directory}/%61.db`,
  ];
  for (const [index, url] of urls.entries()) {
    const client = await connect({ url });
    await client.execute({ sql: "CREATE TABLE IF NOT EXISTS opened (id INTEGER)", args: [] });
    await client.execute({ sql: "INSERT INTO opened VALUES (?)", args: [index] });
    client.close();
  }
  const client = await connect({ url: `file:${directory}/a.db`, synchronous: "NORMAL" });
  const count = await client.execute({ sql: "SELECT count(*) AS count FROM opened", args: [] });
  assertEquals(rowsOf(count), [{ count: urls.length }]);
  const level = await client.execute({ sql: "PRAGMA synchronous", args: [] });
  assertEquals(rowsOf(level), [{ synchronous: 1 }]);
  client.close();
  await Deno.remove(directory, { recursive: true });
});

Deno.test("connect() opens a database in memory, each its own", async () => {
  const [one, two] = [await connect({ url: ":memory:" }), await connect({ url: "file::memory:" })];
  await one.execute({ sql: "CREATE TABLE items (id INTEGER)", args: [] });
  await assertRejects(
    () => two.execute({ sql: "SELECT * FROM items", args: [] }),
    Error,
    "no such table",
  );
  one.close();
  two.close();
});

Deno.test("connect() refuses a bare path and says how to write it", async () => {
  for (const path of ["app.db", "./app.db", "/srv/app.db", "C:\\app.db"]) {
    const message = await messageOf({ url: path });
    assert(message.includes(`write ${JSON.stringify(`file:${path}`)}`), message);
  }
});

Deno.test("connect() refuses URLs it cannot use", async () => {
  const cases = [
    ["", '"file:app.db"'],
    ["postgres://host/db", "libsql: https: http:"],
    ["file:", "no path"],
    ["file://", "no path"],
    ["file://server/app.db", 'write "file:server/app.db"'],
    ["file:app.db?mode=ro", "takes no options"],
    ["file:app.db#1", "takes no options"],
    ["file:100%.db", "write % as %25"],
    ["file:a%00b.db", "NUL"],
    ["http://", "http://"],
  ] as const;
  for (const [url, words] of cases) {
    const message = await messageOf({ url });
    assert(message.includes(words), message);
  }
});

Deno.test("connect() does not take a value that is no text for a URL", async () => {
  await messageOf({ url: 7 as unknown as string });
  await messageOf({ url: null as unknown as string });
});

Deno.test("without options and environment the file wrkflw.db is opened", async () => {
  assertEquals(await connectElsewhere({}), { text: "open\n", files: ["wrkflw.db"] });
});

Deno.test("the environment names the database", async () => {
  const opened = await connectElsewhere({ WRKFLW_DATABASE_URL: "file:mine.db" });
  assertEquals(opened, { text: "open\n", files: ["mine.db"] });
  const refused = await connectElsewhere({ WRKFLW_DATABASE_URL: "mine.db" });
  assertEquals(refused.files, []);
  assert(refused.text.includes('write \\"file:mine.db\\"'), refused.text);
});

Deno.test("on Val Town its own database is chosen, unless the environment names another", async () => {
  const own = await connectElsewhere({ valtown: "token" }, [
    `--allow-read=${LIBRARY}`,
    "--allow-env",
  ]);
  assertEquals(own.files, []);
  assert(own.text.includes("Val Town's database"), own.text);
  const named = await connectElsewhere({ valtown: "token", WRKFLW_DATABASE_URL: "file:mine.db" });
  assertEquals(named.files, ["mine.db"]);
});

Deno.test("an environment that may not be read counts as empty", async () => {
  const files = ["--allow-read", "--allow-write"];
  const env = { WRKFLW_DATABASE_URL: "file:mine.db" };
  assertEquals(await connectElsewhere(env, files), { text: "open\n", files: ["wrkflw.db"] });
});
