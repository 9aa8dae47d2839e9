/** What every {@linkcode SqlClient} must do, as one suite that is run over each of them. */
import { assert, assertEquals, assertGreater, assertLess, assertRejects } from "@std/assert";
import { numberOf, type ResultSet, rowsOf, type SqlArgument, type SqlClient } from "../sql.ts";

/** An empty database of the kind under test. */
export interface OpenedClient {
  readonly client: SqlClient;
  connectAgain(): Promise<SqlClient>;
  close(): void | Promise<void>;
}

type Case = (client: SqlClient, opened: OpenedClient) => Promise<void>;

/**
 * Registers the suite for one kind of client.
 *
 * @param open Opens an empty database for one test.
 * @param isMissing Registers the tests as ignored.
 */
export function clientConformance(
  name: string,
  open: () => Promise<OpenedClient>,
  isMissing = false,
): void {
  for (const [sentence, test] of Object.entries(CASES)) {
    Deno.test({
      name: `${name}: ${sentence}`,
      ignore: isMissing,
      fn: async () => {
        const opened = await open();
        try {
          await opened.client.execute(statement(TABLE));
          await test(opened.client, opened);
        } finally {
          await opened.close();
        }
      },
    });
  }
}

const TABLE =
  "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT UNIQUE, size BIGINT, ratio REAL, any_value)";

const CASES: Readonly<Record<string, Case>> = {
  "text of every kind comes back as it was": async (client) => {
    const texts = [
      "",
      "0",
      "null",
      "naïve “quotes” ' \" \\ ;--",
      "👩‍👩‍👧 🏳️‍🌈 日本語 \u{10FFFF}",
      "\r\n\t\u0001",
    ];
    for (const text of texts) assertEquals(await echo(client, text), text);
  },
  "a megabyte of text comes back as it was": async (client) => {
    const text = "0123456789abcdé😀".repeat(60_000);
    assertEquals((await echo(client, text)) === text, true);
  },
  "text with a NUL character is refused and never cut": async (client) => {
    await assertRejects(() => echo(client, "before\0after"), Error, "NUL");
    await assertRejects(() => client.batch([insert("a\0b")], "write"), Error, "NUL");
    assertEquals(await countOf(client), 0);
  },
  "numbers come back as they were": async (client) => {
    const numbers = [
      0,
      1,
      -1,
      2 ** 31,
      -(2 ** 31) - 1,
      2 ** 53 - 1,
      -(2 ** 53) + 1,
      0.1,
      -1.5,
      1e300,
      5e-324,
    ];
    for (const number of numbers) assertEquals(await echo(client, number), number);
  },
  "null comes back as null": async (client) => {
    assertEquals(await echo(client, null), null);
  },
  "whole numbers are stored as integers in a BIGINT column, also by INSERT with SELECT": async (
    client,
  ) => {
    const big = 2 ** 53 - 1;
    await client.execute(statement("INSERT INTO items (size) VALUES (?)", [big]));
    await client.execute(statement("INSERT INTO items (size) SELECT ?", [big]));
    await client.execute(statement("INSERT INTO items (size) SELECT CAST(? AS INTEGER)", [big]));
    const { rows } = await ask(
      client,
      "SELECT typeof(size) AS type, size, CAST(size AS TEXT) AS text FROM items",
    );
    assertEquals(rows, Array(3).fill({ type: "integer", size: big, text: "9007199254740991" }));
  },
  "a parameter counts as an integer where it is cast to one": async (client) => {
    const { rows } = await ask(
      client,
      "SELECT typeof(CAST(? AS INTEGER)) AS type, CAST(? AS INTEGER) AS value",
      [7, 8],
    );
    assertEquals(rows, [{ type: "integer", value: 8 }]);
  },
  "arguments that no database stores as they are are refused": async (client) => {
    for (const value of [
      undefined,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      true,
      {},
      new Date(0),
      1n,
    ]) {
      const args = [value] as SqlArgument[];
      await assertRejects(() =>
        client.execute(statement("INSERT INTO items (any_value) VALUES (?)", args)),
      );
      await assertRejects(() =>
        client.batch([statement("INSERT INTO items (any_value) VALUES (?)", args)], "write"),
      );
    }
    assertEquals(await countOf(client), 0);
  },
  "a query without rows still tells no rows": async (client) => {
    assertEquals((await ask(client, "SELECT id FROM items")).rows, []);
  },
  "RETURNING gives the rows that were written": async (client) => {
    const inserted = await ask(
      client,
      "INSERT INTO items (name, size) VALUES (?, ?), (?, ?) RETURNING id, name",
      ["a", 1, "b", 2],
    );
    assertEquals(inserted.rows, [
      { id: 1, name: "a" },
      { id: 2, name: "b" },
    ]);
    const updated = await ask(
      client,
      "UPDATE items SET size = size + 10 WHERE name = ? RETURNING size",
      ["b"],
    );
    assertEquals(updated.rows, [{ size: 12 }]);
    assertEquals((await ask(client, "DELETE FROM items WHERE id = 99 RETURNING id")).rows, []);
    const [, inBatch] = await client.batch(
      [insert("c"), statement("UPDATE items SET size = 5 WHERE name = 'c' RETURNING name, size")],
      "write",
    );
    assertEquals(rowsOf(inBatch), [{ name: "c", size: 5 }]);
  },
  "rowsAffected, where it is told, counts the rows that were written": async (client) => {
    await client.batch([insert("a"), insert("b"), insert("c")], "write");
    assertAffected(
      await client.execute(statement("UPDATE items SET size = 1 WHERE name > 'a'")),
      2,
    );
    assertAffected(
      await client.execute(statement("UPDATE items SET size = 1 WHERE name = 'z'")),
      0,
    );
    assertAffected(await client.execute(statement("DELETE FROM items")), 3);
    const guarded = "INSERT INTO items (name) SELECT ? WHERE ? = 1 ON CONFLICT DO NOTHING";
    const counts = [
      ["d", 1],
      ["d", 1],
      ["e", 0],
      ["f", 1],
    ].map((args) => statement(guarded, args));
    const [written, again, refused, other] = await client.batch(counts, "write");
    for (const [result, expected] of [
      [written, 1],
      [again, 0],
      [refused, 0],
      [other, 1],
    ] as const)
      assertAffected(result ?? NO_RESULT, expected);
  },
  "ON CONFLICT DO NOTHING keeps the first and is no error": async (client) => {
    const sql = "INSERT INTO items (name, size) VALUES (?, ?) ON CONFLICT DO NOTHING";
    await client.execute(statement(sql, ["a", 1]));
    assertAffected(await client.execute(statement(sql, ["a", 2])), 0);
    const returning = await ask(client, `${sql} RETURNING id`, ["a", 3]);
    assertEquals(returning.rows, []);
    assertEquals((await ask(client, "SELECT name, size FROM items")).rows, [
      { name: "a", size: 1 },
    ]);
  },
  "a batch answers each statement in order and sees its own writes": async (client) => {
    const results = await client.batch(
      [
        insert("a"),
        statement("SELECT count(*) AS count FROM items"),
        insert("b"),
        statement("SELECT name FROM items ORDER BY name"),
      ],
      "write",
    );
    assertEquals(
      results.map((result) => rowsOf(result)),
      [[], [{ count: 1 }], [], [{ name: "a" }, { name: "b" }]],
    );
  },
  "an empty batch answers nothing": async (client) => {
    assertEquals(await client.batch([], "write"), []);
  },
  "nothing of a batch is stored when its third of five statements fails": async (client) => {
    await client.execute(insert("taken"));
    const batch = [insert("a"), insert("b"), insert("taken"), insert("c"), insert("d")];
    await assertRejects(() => client.batch(batch, "write"), Error, "UNIQUE");
    assertEquals(await countOf(client), 1);
    await client.batch([insert("a"), insert("b")], "write");
    assertEquals(await countOf(client), 3);
  },
  "nothing of a batch is stored when a statement cannot be understood": async (client) => {
    await assertRejects(() =>
      client.batch([insert("a"), statement("NOT SQL"), insert("b")], "write"),
    );
    await assertRejects(() =>
      client.batch([insert("a"), statement("DELETE FROM nowhere")], "write"),
    );
    assertEquals(await countOf(client), 0);
  },
  "statements that fail reject with the database's words": async (client) => {
    await assertRejects(() => client.execute(statement("SELEC 1")), Error, "syntax error");
    await assertRejects(
      () => client.execute(statement("SELECT * FROM nowhere")),
      Error,
      "no such table: nowhere",
    );
    await client.execute(insert("a"));
    await assertRejects(() => client.execute(insert("a")), Error, "UNIQUE constraint failed");
    assertEquals(await countOf(client), 1);
  },
  "batches sent at once do not mix": async (client) => {
    await client.execute(statement("INSERT INTO items (id, size) VALUES (1, 0)"));
    const raise = [
      statement("UPDATE items SET size = size + 1 WHERE id = 1"),
      statement("INSERT INTO items (any_value) SELECT size FROM items WHERE id = 1"),
      statement("UPDATE items SET size = size + 1 WHERE id = 1"),
    ];
    await Promise.all(Array.from({ length: 20 }, () => client.batch(raise, "write")));
    const { rows } = await ask(
      client,
      "SELECT any_value FROM items WHERE id > 1 ORDER BY any_value",
    );
    assertEquals(
      rows.map((row) => row.any_value),
      Array.from({ length: 20 }, (_, index) => 2 * index + 1),
    );
  },
  "batches of two clients do not mix": async (client, { connectAgain }) => {
    const other = await connectAgain();
    await client.execute(statement("INSERT INTO items (id, size) VALUES (1, 0)"));
    const raise = [statement("UPDATE items SET size = size + 1 WHERE id = 1"), insert(null)];
    const rounds = Array.from({ length: 10 }, () => [
      client.batch(raise, "write"),
      other.batch(raise, "write"),
    ]);
    await Promise.all(rounds.flat());
    assertEquals((await ask(other, "SELECT size FROM items WHERE id = 1")).rows, [{ size: 20 }]);
    assertEquals(await countOf(client), 21);
  },
  "pairs of values are compared in order": async (client) => {
    await client.batch([insert("a", 2), insert("b", 1), insert("c", 2), insert("d", 3)], "write");
    const page = await ask(
      client,
      "SELECT name FROM items WHERE (size, name) < (?, ?) ORDER BY size DESC, name DESC LIMIT ?",
      [2, "c", 2],
    );
    assertEquals(page.rows, [{ name: "a" }, { name: "b" }]);
  },
  "the database's clock tells milliseconds as an integer": async (client) => {
    const sql =
      "SELECT typeof(now) AS type, now FROM (SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) AS now)";
    const [row = {}] = (await ask(client, sql)).rows;
    assertEquals(row.type, "integer");
    assertGreater(numberOf(row, "now") ?? 0, Date.now() - 60_000);
    assertLess(numberOf(row, "now") ?? 0, Date.now() + 60_000);
  },
  "a column that was added later is read by a statement used before": async (client) => {
    const sql = "SELECT * FROM items WHERE id = ?";
    await client.execute(insert("a"));
    await ask(client, sql, [1]);
    await client.execute(statement("ALTER TABLE items ADD COLUMN added TEXT DEFAULT 'new'"));
    const [row = {}] = (await ask(client, sql, [1])).rows;
    assertEquals(row.added, "new");
  },
  "more than one statement in a text is refused": async (client) => {
    await assertRejects(() => client.execute(statement("DELETE FROM items; DROP TABLE items")));
    assertEquals(await countOf(client), 0);
  },
};

function statement(sql: string, args: SqlArgument[] = []): { sql: string; args: SqlArgument[] } {
  return { sql, args };
}

function insert(name: string | null, size = 0): { sql: string; args: SqlArgument[] } {
  return statement("INSERT INTO items (name, size) VALUES (?, ?)", [name, size]);
}

async function ask(client: SqlClient, sql: string, args: SqlArgument[] = []) {
  return { rows: rowsOf(await client.execute(statement(sql, args))) };
}

/** Stores a value in a column without a type and reads it back. */
async function echo(client: SqlClient, value: SqlArgument): Promise<unknown> {
  const sql = "INSERT INTO items (any_value) VALUES (?) RETURNING id";
  const [inserted = {}] = (await ask(client, sql, [value])).rows;
  const { rows } = await ask(client, "SELECT any_value FROM items WHERE id = ?", [
    numberOf(inserted, "id"),
  ]);
  return rows[0]?.any_value;
}

async function countOf(client: SqlClient): Promise<number | null> {
  const [row = {}] = (await ask(client, "SELECT count(*) AS count FROM items")).rows;
  return numberOf(row, "count");
}

const NO_RESULT: ResultSet = { columns: [], rows: [], rowsAffected: Number.NaN };

function assertAffected(result: ResultSet, expected: number): void {
  assert(result.rowsAffected === undefined || result.rowsAffected === expected);
}
