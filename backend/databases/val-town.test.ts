import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { WrkflwError } from "../errors.ts";
import { rowsOf } from "../sql.ts";
import { valTownStandIn } from "../testing/val-town-stand-in.ts";
import { isValTown } from "./is-val-town.ts";
import { openLocal } from "./local.ts";
import { fromValTown, openValTown, type ValTownSqlite } from "./val-town.ts";

const ONE = { sql: "SELECT 1 AS one", args: [] };

function answering(execute: unknown, batch: unknown): ValTownSqlite {
  return { execute: () => Promise.resolve(execute), batch: () => Promise.resolve(batch) };
}

Deno.test("fromValTown() refuses what is no client", () => {
  for (const value of [undefined, null, {}, { execute: () => {} }, "sqlite"] as unknown[]) {
    assertThrows(() => fromValTown(value as ValTownSqlite), WrkflwError, "execute() and batch()");
  }
});

Deno.test("fromValTown() hands on the arguments and the mode", async () => {
  const calls: unknown[] = [];
  const result = { columns: [], rows: [] };
  const client = fromValTown({
    execute: (...args) => Promise.resolve(calls.push(args)).then(() => result),
    batch: (...args) => Promise.resolve(calls.push(args)).then(() => [result]),
  });
  const statement = { sql: "SELECT ?", args: ["a"] };
  await client.execute(statement);
  await client.batch([statement], "write");
  assertEquals(calls, [[statement], [[statement], "write"]]);
});

Deno.test("fromValTown() reads rows with and without a list of columns", async () => {
  const asArrays = fromValTown(answering({ columns: ["one"], rows: [[1]], rowsAffected: 0 }, []));
  const asObjects = fromValTown(answering({ rows: [{ one: 1 }] }, []));
  assertEquals(rowsOf(await asArrays.execute(ONE)), [{ one: 1 }]);
  assertEquals(rowsOf(await asObjects.execute(ONE)), [{ one: 1 }]);
});

Deno.test("an answer that is none means that the database is not available", async () => {
  for (const answer of [undefined, null, "<html>", {}, { rows: "none" }, []]) {
    const client = fromValTown(answering(answer, answer));
    for (const ask of [() => client.execute(ONE), () => client.batch([ONE], "write")]) {
      assertEquals((await assertRejects(ask, WrkflwError)).code, "STORAGE_UNAVAILABLE");
    }
  }
});

Deno.test("an error of the network means that the database is not available", async () => {
  const client = fromValTown({
    execute: () => Promise.reject(new TypeError("error sending request")),
    batch: () => Promise.reject(new Error("upstream timed out")),
  });
  for (const ask of [() => client.execute(ONE), () => client.batch([ONE], "write")]) {
    assertEquals((await assertRejects(ask, WrkflwError)).code, "STORAGE_UNAVAILABLE");
  }
});

Deno.test("isValTown() looks for the token that the platform gives to vals", () => {
  assertEquals(
    isValTown((name) => (name === "valtown" ? "vtwn_123" : undefined)),
    true,
  );
  assertEquals(
    isValTown(() => ""),
    false,
  );
  assertEquals(
    isValTown(() => undefined),
    false,
  );
});

function moduleWith(source: string): string {
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

Deno.test("openValTown() uses the sqlite of the platform's module", async () => {
  const result = '{ columns: ["one"], rows: [[1]] }';
  const specifier = moduleWith(
    `export const sqlite = { execute: async () => (${result}), batch: async () => [${result}] };`,
  );
  const client = await openValTown(specifier);
  assertEquals(rowsOf(await client.execute(ONE)), [{ one: 1 }]);
  assertEquals(rowsOf((await client.batch([ONE], "write"))[0]), [{ one: 1 }]);
});

Deno.test("openValTown() says what to do where its client cannot be loaded", async () => {
  const open = () => openValTown(moduleWith("throw new Error('no network')"));
  const error = await assertRejects(open, WrkflwError, "WRKFLW_DATABASE_URL");
  assertEquals(error.code, "STORAGE_UNAVAILABLE");
  await assertRejects(() => openValTown(moduleWith("export {}")), WrkflwError, "execute()");
});

Deno.test("the stand-in has Val Town's forms of rows", async () => {
  const database = await openLocal(":memory:");
  const two = { sql: "SELECT 1 AS a, 'x' AS b", args: [] };
  const arrays = (await valTownStandIn(database, "arrays").execute(two)) as { rows: unknown[] };
  assertEquals(arrays.rows, [[1, "x"]]);
  const objects = (await valTownStandIn(database, "objects").execute(two)) as {
    rows: [Record<string | number, unknown>];
  };
  assertEquals({ ...objects.rows[0] }, { a: 1, b: "x" });
  assertEquals([objects.rows[0][0], objects.rows[0][1], objects.rows[0].length], [1, "x", 2]);
  database.close();
});

Deno.test("the stand-in has Val Town's rules for what it is given", async () => {
  const database = await openLocal(":memory:");
  const { execute, batch } = valTownStandIn(database, "arrays") as unknown as {
    execute(statement: unknown): Promise<{ rows: unknown[] }>;
    batch(statements: unknown[], mode?: string): Promise<unknown[]>;
  };
  assertEquals((await execute("SELECT 1")).rows, [[1]]);
  assertEquals((await execute({ sql: "SELECT ?", args: [true] })).rows, [[1]]);
  for (const args of [[undefined], [Number.NaN], [{}], "text"]) {
    await assertRejects(() => execute({ sql: "SELECT ?", args }), TypeError);
  }
  for (const statement of [undefined, 7, {}, { sql: 7 }]) {
    await assertRejects(() => execute(statement), TypeError);
  }
  assertEquals((await batch(Array(500).fill("SELECT 1"))).length, 500);
  await assertRejects(() => batch(Array(501).fill("SELECT 1")), Error, "Too many statements");
  await assertRejects(() => execute(`SELECT '${"x".repeat(100_000)}'`), Error, "Too much SQL");
  database.close();
});
