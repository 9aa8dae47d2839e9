import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { type ErrorCode, WrkflwError } from "../errors.ts";
import { rowsOf, type SqlArgument, type SqlClient } from "../sql.ts";
import { type LocalOptions, openLocal } from "./local.ts";

const PROGRAM = new URL("../testing/local-program.ts", import.meta.url).pathname;

function statement(sql: string, args: SqlArgument[] = []) {
  return { sql, args };
}

async function firstValue(client: SqlClient, sql: string): Promise<unknown> {
  return Object.values(rowsOf(await client.execute(statement(sql)))[0] ?? {})[0];
}

async function inDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "wrkflw-test-" });
  try {
    await test(directory);
  } finally {
    await Deno.chmod(directory, 0o700);
    await Deno.remove(directory, { recursive: true });
  }
}

async function assertFails(
  work: () => Promise<unknown>,
  code: ErrorCode,
  words: string,
): Promise<WrkflwError> {
  const error = await assertRejects(work, WrkflwError, words);
  assertEquals(error.code, code);
  return error;
}

/** Runs statements on a database in another process; its lines of output. */
async function runProgram(
  args: string[],
  { permissions = ["-A"], env = {} }: { permissions?: string[]; env?: Record<string, string> } = {},
): Promise<unknown[]> {
  const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--no-config",
      "--no-lock",
      ...permissions,
      PROGRAM,
      ...args,
    ],
    env,
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  return lines.map((line) => JSON.parse(line));
}

Deno.test("openLocal() makes a file in WAL mode that keeps every commit", () =>
  inDirectory(async (directory) => {
    const client = await openLocal(`${directory}/new.db`);
    assertEquals(await firstValue(client, "PRAGMA journal_mode"), "wal");
    assertEquals(await firstValue(client, "PRAGMA synchronous"), 2);
    client.close();
  }));

Deno.test("a new file has pages that suit small rows, and one that is there keeps its own", () =>
  inDirectory(async (directory) => {
    const client = await openLocal(`${directory}/new.db`);
    await client.execute(statement("CREATE TABLE items (id INTEGER)"));
    assertEquals(await firstValue(client, "PRAGMA page_size"), 2048);
    client.close();
    const before = new DatabaseSync(`${directory}/old.db`);
    before.exec("PRAGMA page_size = 8192; CREATE TABLE items (id INTEGER)");
    before.close();
    const old = await openLocal(`${directory}/old.db`);
    assertEquals(await firstValue(old, "PRAGMA page_size"), 8192);
    assertEquals(await firstValue(old, "PRAGMA journal_mode"), "wal");
    old.close();
  }));

Deno.test("openLocal() takes a weaker durability", () =>
  inDirectory(async (directory) => {
    const client = await openLocal(`${directory}/new.db`, { synchronous: "NORMAL" });
    assertEquals(await firstValue(client, "PRAGMA synchronous"), 1);
    client.close();
  }));

Deno.test("openLocal() refuses options it does not know the meaning of", async () => {
  for (const options of [
    { synchronous: "OFF" },
    { busyTimeoutMs: -1 },
    { busyTimeoutMs: "5; DROP" },
  ]) {
    await assertFails(
      () => openLocal(":memory:", options as LocalOptions),
      "INVALID_ARGUMENT",
      "Cannot open",
    );
  }
});

Deno.test("what was written is there when the file is opened again", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/ä b%20'"?.db`;
    const client = await openLocal(path);
    await client.execute(statement("CREATE TABLE items (id INTEGER)"));
    await client.batch([statement("INSERT INTO items VALUES (?)", [7])], "write");
    client.close();
    assertEquals([...Deno.readDirSync(directory)].length, 1);
    const again = await openLocal(path);
    assertEquals(await firstValue(again, "SELECT id FROM items"), 7);
    again.close();
  }));

Deno.test("a closed database says so, and closing twice does nothing", async () => {
  const client = await openLocal(":memory:");
  client.close();
  client.close();
  await assertFails(() => client.execute(statement("SELECT 1")), "STORAGE_UNAVAILABLE", "closed");
  await assertFails(() => client.batch([], "write"), "STORAGE_UNAVAILABLE", "closed");
});

Deno.test("openLocal() refuses what is no path", async () => {
  for (const path of ["", "a\0b", "file:app.db", undefined, 7]) {
    await assertFails(() => openLocal(path as string), "INVALID_ARGUMENT", "the path is");
  }
});

Deno.test("openLocal() tells a directory, a missing directory and a file as directory apart", () =>
  inDirectory(async (directory) => {
    await Deno.writeTextFile(`${directory}/file`, "");
    const cases = [
      [directory, "it is a directory"],
      [`${directory}/none/app.db`, `there is no directory "${directory}/none"`],
      [`${directory}/file/app.db`, `"${directory}/file" is a file`],
    ] as const;
    for (const [path, words] of cases) {
      const error = await assertFails(() => openLocal(path), "STORAGE_UNAVAILABLE", words);
      assertInstanceOf(error.cause, Error);
    }
  }));

Deno.test("openLocal() refuses a file that must be there and is not, and makes none", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/a.db`;
    const options = { mustExist: true };
    for (const each of [path, `${directory}/none/a.db`]) {
      const words = `Cannot open "${each}": there is no such file`;
      await assertFails(() => openLocal(each, options), "STORAGE_UNAVAILABLE", words);
    }
    assertEquals((await Array.fromAsync(Deno.readDir(directory))).length, 0);
    (await openLocal(path)).close();
    (await openLocal(path, options)).close();
    (await openLocal(":memory:", options)).close();
  }));

Deno.test("openLocal() refuses a file that is no database, and leaves it as it is", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/notes.txt`;
    const text = "Remember the milk. ".repeat(100);
    await Deno.writeTextFile(path, text);
    const error = await assertFails(
      () => openLocal(path),
      "STORAGE_CORRUPT",
      "not an SQLite database",
    );
    assertInstanceOf(error.cause, Error);
    assertEquals(await Deno.readTextFile(path), text);
  }));

Deno.test("a damaged database is told from one that is merely busy", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/app.db`;
    const client = await openLocal(path);
    await client.execute(statement("CREATE TABLE items (text TEXT)"));
    await client.execute(statement("INSERT INTO items VALUES (?)", ["x".repeat(100_000)]));
    client.close();
    const bytes = await Deno.readFile(path);
    await Deno.writeFile(path, bytes.fill(0xee, 4096));
    const damaged = await openLocal(path);
    const read = () => damaged.execute(statement("SELECT text FROM items"));
    await assertFails(read, "STORAGE_CORRUPT", "damaged");
    damaged.close();
  }));

Deno.test("a database that another connection keeps locked rejects in the end, and serves afterwards", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/app.db`;
    const client = await openLocal(path, { busyTimeoutMs: 0 });
    await client.execute(statement("CREATE TABLE items (id INTEGER)"));
    const insert = statement("INSERT INTO items VALUES (1)");
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    await assertFails(() => client.execute(insert), "STORAGE_UNAVAILABLE", "locked");
    await assertFails(() => client.batch([insert], "write"), "STORAGE_UNAVAILABLE", "locked");
    assertEquals(await firstValue(client, "SELECT count(*) FROM items"), 0);
    other.exec("COMMIT");
    other.close();
    await client.batch([insert], "write");
    client.close();
  }));

Deno.test("the process goes on while a statement waits for the lock of another connection", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/app.db`;
    const client = await openLocal(path);
    await client.execute(statement("CREATE TABLE items (id INTEGER)"));
    const insert = statement("INSERT INTO items VALUES (1)");
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    const written = Promise.all([client.batch([insert], "write"), client.execute(insert)]);
    // Were the process blocked, nobody would ever give up the lock.
    setTimeout(() => other.exec("COMMIT"));
    await written;
    assertEquals(await firstValue(client, "SELECT count(*) FROM items"), 2);
    other.close();
    client.close();
  }));

Deno.test("a database that is closed while a statement waits for a lock says so", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/app.db`;
    const client = await openLocal(path);
    await client.execute(statement("CREATE TABLE items (id INTEGER)"));
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    const writing = client.batch([statement("INSERT INTO items VALUES (1)")], "write");
    setTimeout(() => client.close());
    await assertFails(() => writing, "STORAGE_UNAVAILABLE", "closed");
    other.exec("COMMIT");
    other.close();
  }));

Deno.test("openLocal() gives up on a file that stays locked", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/app.db`;
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE items (id INTEGER); BEGIN EXCLUSIVE");
    const open = () => openLocal(path, { busyTimeoutMs: 0 });
    await assertFails(open, "STORAGE_UNAVAILABLE", "locked");
    other.exec("ROLLBACK");
    other.close();
    (await open()).close();
  }));

Deno.test("a full database stores nothing of a batch and keeps what it has", async () => {
  const client = await openLocal(":memory:");
  await client.execute(statement("CREATE TABLE items (text TEXT)"));
  await client.execute(statement("PRAGMA max_page_count = 10"));
  const insert = statement("INSERT INTO items VALUES (?)", ["x".repeat(3000)]);
  const batch = Array.from({ length: 20 }, () => insert);
  await assertFails(() => client.batch(batch, "write"), "STORAGE_UNAVAILABLE", "full");
  assertEquals(await firstValue(client, "SELECT count(*) FROM items"), 0);
  await client.batch([insert], "write");
  assertEquals(await firstValue(client, "SELECT count(*) FROM items"), 1);
  client.close();
});

Deno.test("a batch whose commit fails is rolled back", async () => {
  const client = await openLocal(":memory:");
  await client.execute(statement("CREATE TABLE parents (id INTEGER PRIMARY KEY)"));
  await client.execute(
    statement(
      "CREATE TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED)",
    ),
  );
  const orphan = [
    statement("INSERT INTO parents VALUES (1)"),
    statement("INSERT INTO children VALUES (9)"),
  ];
  await assertRejects(() => client.batch(orphan, "write"), Error, "FOREIGN KEY");
  assertEquals(await firstValue(client, "SELECT count(*) FROM parents"), 0);
  await client.batch([statement("INSERT INTO parents VALUES (1)")], "write");
  client.close();
});

Deno.test("execute() and a batch of one statement leave no transaction open", async () => {
  const client = await openLocal(":memory:");
  await assertFails(() => client.execute(statement("BEGIN")), "INVALID_ARGUMENT", "batch()");
  const alone = () => client.batch([statement("BEGIN")], "write");
  await assertFails(alone, "INVALID_ARGUMENT", "batch()");
  await client.batch([statement("CREATE TABLE items (id INTEGER)")], "write");
  assertEquals(await firstValue(client, "SELECT count(*) FROM items"), 0);
  client.close();
});

Deno.test("a parameter without an argument is NULL, whatever it was the time before", async () => {
  const client = await openLocal(":memory:");
  assertEquals(rowsOf(await client.execute(statement("SELECT ? AS a, ? AS b", [1, 2]))), [
    { a: 1, b: 2 },
  ]);
  assertEquals(rowsOf(await client.execute(statement("SELECT ? AS a, ? AS b", [1]))), [
    { a: 1, b: null },
  ]);
  client.close();
});

Deno.test("a statement may end in a semicolon and comments, but is not empty", async () => {
  const client = await openLocal(":memory:");
  for (const sql of ["SELECT 1;", "SELECT 1; -- one", " SELECT 1 /* one */ ; "]) {
    assertEquals(await firstValue(client, sql), 1);
  }
  for (const sql of [
    "",
    " ",
    "-- nothing",
    "/* open",
    "\uFEFF",
    "\0",
    "SELECT 1\0",
    "SELECT 1; SELECT 2",
  ]) {
    await assertFails(
      () => client.execute(statement(sql)),
      "INVALID_ARGUMENT",
      "exactly one statement",
    );
  }
  client.close();
});

Deno.test("a thousand different statements and closing leave no file behind but the database", () =>
  inDirectory(async (directory) => {
    const client = await openLocal(`${directory}/app.db`);
    for (let index = 0; index < 1000; index++) {
      assertEquals(await firstValue(client, `SELECT ${index} AS value`), index);
    }
    client.close();
    assertEquals(
      [...Deno.readDirSync(directory)].map((entry) => entry.name),
      ["app.db"],
    );
  }));

Deno.test("many processes may open a new file and write to it at once", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/app.db`;
    const create = "CREATE TABLE IF NOT EXISTS items (id INTEGER)";
    const inserts = Array.from({ length: 20 }, () => "INSERT INTO items VALUES (1)");
    const programs = Array.from({ length: 6 }, () => runProgram([path, create, ...inserts]));
    for (const lines of await Promise.all(programs)) {
      assertEquals(lines, [...Array(21).fill([]), "closed"]);
    }
    const client = await openLocal(path);
    assertEquals(await firstValue(client, "SELECT count(*) FROM items"), 120);
    client.close();
  }));

Deno.test("a read-only file can be read, and a write says what to do", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/app.db`;
    const client = await openLocal(path);
    await client.execute(statement("CREATE TABLE items (id INTEGER)"));
    await client.execute(statement("INSERT INTO items VALUES (5)"));
    client.close();
    await Deno.chmod(path, 0o444);
    await Deno.chmod(directory, 0o777);
    const [rows, refusal] = await runProgram(
      [path, "SELECT id FROM items", "INSERT INTO items VALUES (6)"],
      { env: { AS_NOBODY: "1" } },
    );
    assertEquals(rows, [[5]]);
    assertEquals(refusal, {
      code: "STORAGE_UNAVAILABLE",
      message: `Cannot use database "${path}": it is read-only; make the file and its directory writable`,
    });
  }));

Deno.test("a directory that is not writable is named as the reason", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/app.db`;
    (await openLocal(path)).close();
    await Deno.chmod(directory, 0o555);
    const asNobody = { env: { AS_NOBODY: "1" } };
    const [existing] = await runProgram([path, "SELECT 1"], asNobody);
    const [missing] = await runProgram([`${directory}/new.db`], asNobody);
    const words = [existing, missing].map((line) => (line as { message: string }).message);
    assert(words[0]?.includes("its directory is not writable"), words[0]);
    assert(words[1]?.includes(`cannot be created in "${directory}"`), words[1]);
  }));

Deno.test("a process that may not use the file is told which permissions it needs", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/app.db`;
    const library = `--allow-read=${new URL("../", import.meta.url).pathname}`;
    const permissions = [library, "--allow-env", "--allow-sys"];
    const [refusal] = await runProgram([path], { permissions });
    assertEquals((refusal as { code: string }).code, "STORAGE_UNAVAILABLE");
    const { message } = refusal as { message: string };
    assert(message.includes("--allow-read and --allow-write"), message);
  }));
