import { setImmediate } from "node:timers/promises";
import { assertEquals, assertRejects } from "@std/assert";
import type { ResultSet, SqlClient, Statement } from "../sql.ts";
import { FakeEffects } from "../testing/fake-effects.ts";
import { WriteQueue } from "./write-queue.ts";

/** Answers each statement with its own text, and fails batches that hold a bad one. */
class EchoClient implements SqlClient {
  readonly batches: string[][] = [];

  execute(): Promise<ResultSet> {
    return Promise.reject(new Error("not used"));
  }

  batch(statements: { sql: string }[]): Promise<readonly ResultSet[]> {
    this.batches.push(statements.map(({ sql }) => sql));
    if (statements.some(({ sql }) => sql.startsWith("bad")))
      return Promise.reject(new Error("bad"));
    return Promise.resolve(statements.map(({ sql }) => ({ columns: ["sql"], rows: [[sql]] })));
  }
}

function statements(...sql: string[]): () => Statement[] {
  return () => sql.map((text) => ({ sql: text, args: [] }));
}

function textsOf(results: readonly ResultSet[]): unknown[] {
  return results.map(({ rows }) => rows[0]);
}

Deno.test("what is queued in one turn goes in one batch, and each gets its own answers", async () => {
  const client = new EchoClient();
  const queue = new WriteQueue(client, new FakeEffects());
  const [a, b] = await Promise.all([
    queue.submit(statements("a1", "a2")),
    queue.submit(statements("b1")),
  ]);
  assertEquals([textsOf(a), textsOf(b)], [[["a1"], ["a2"]], [["b1"]]]);
  assertEquals(client.batches, [["a1", "a2", "b1"]]);
  await queue.submit(statements("c"));
  assertEquals(client.batches.length, 2);
});

Deno.test("who is alone does not wait for the end of the turn", async () => {
  const client = new EchoClient();
  const queue = new WriteQueue(client, new FakeEffects());
  let isTurnOver = false;
  const turn = setImmediate().then(() => {
    isTurnOver = true;
  });
  await queue.submit(statements("a"), () => true);
  await queue.submit(statements("b"), () => true);
  assertEquals([client.batches, isTurnOver], [[["a"], ["b"]], false]);
  await turn;
});

Deno.test("who is not alone after all waits, and shares its batch", async () => {
  const client = new EchoClient();
  const queue = new WriteQueue(client, new FakeEffects());
  let runs = 0;
  const start = (name: string) => {
    runs++;
    return queue.submit(statements(name), () => runs === 1);
  };
  await Promise.all([start("a"), start("b"), start("c")]);
  assertEquals(client.batches, [["a", "b", "c"]]);
});

Deno.test("a run that is alone lets the process do its other work now and then", async () => {
  const queue = new WriteQueue(new EchoClient(), new FakeEffects());
  let written = 0;
  let isOver = false;
  const writing = (async () => {
    for (; !isOver; written++) await queue.submit(statements("a"), () => true);
  })();
  await setImmediate();
  await setImmediate();
  assertEquals(written > 8 && written < 30, true, `${written} batches in two turns`);
  isOver = true;
  await writing;
});

Deno.test("what fails in a shared batch does not fail its neighbours", async () => {
  const client = new EchoClient();
  const queue = new WriteQueue(client, new FakeEffects());
  const [good, bad, alsoGood] = await Promise.allSettled([
    queue.submit(statements("a")),
    queue.submit(statements("bad")),
    queue.submit(statements("c")),
  ]);
  assertEquals([good.status, bad.status, alsoGood.status], ["fulfilled", "rejected", "fulfilled"]);
  assertEquals(client.batches, [["a", "bad", "c"], ["a"], ["bad"], ["c"]]);
});

Deno.test("statements are built at the end of the turn, once, and the same when sent again", async () => {
  const client = new EchoClient();
  const queue = new WriteQueue(client, new FakeEffects());
  let builds = 0;
  const build = () => {
    builds++;
    return [{ sql: `built ${builds}`, args: [] }];
  };
  const first = queue.submit(build);
  assertEquals(builds, 0);
  const bad = queue.submit(statements("bad"));
  await Promise.allSettled([first, bad]);
  assertEquals([builds, client.batches], [1, [["built 1", "bad"], ["built 1"], ["bad"]]]);
});

Deno.test("a batch stays within what platforms take", async () => {
  const client = new EchoClient();
  const queue = new WriteQueue(client, new FakeEffects());
  const many = Array.from({ length: 30 }, () => queue.submit(statements(...Array(50).fill("x"))));
  const long = Array.from({ length: 5 }, () => queue.submit(statements("y".repeat(30_000))));
  await Promise.all([...many, ...long]);
  for (const batch of client.batches) {
    assertEquals(batch.length <= 400 && batch.join("").length <= 80_000, true);
  }
});

Deno.test("a build that throws rejects its own caller only", async () => {
  const queue = new WriteQueue(new EchoClient(), new FakeEffects());
  const broken = queue.submit(() => {
    throw new Error("cannot build");
  });
  const fine = queue.submit(statements("a"));
  await assertRejects(() => broken, Error, "cannot build");
  assertEquals(textsOf(await fine), [["a"]]);
});
