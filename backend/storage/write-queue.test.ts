import { setImmediate } from "node:timers/promises";
import { assertEquals, assertRejects } from "@std/assert";
import { inNextTurn } from "../next-turn.ts";
import type { ResultSet, SqlClient, Statement } from "../sql.ts";
import { FakeEffects } from "../testing/fake-effects.ts";
import { rowStatement } from "./shared-insert.ts";
import { WriteQueue } from "./write-queue.ts";
import { Writers } from "./writers.ts";

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
  const queue = new WriteQueue(client, new FakeEffects(), new Writers());
  const [a, b] = await Promise.all([
    queue.submit(statements("a1", "a2")),
    queue.submit(statements("b1")),
  ]);
  assertEquals([textsOf(a), textsOf(b)], [[["a1"], ["a2"]], [["b1"]]]);
  assertEquals(client.batches, [["a1", "a2", "b1"]]);
  await queue.submit(statements("c"));
  assertEquals(client.batches.length, 2);
});

// The first turn that is waited for takes longer.
await new Promise<void>(inNextTurn);

/** So long after it was opened a database is as any other one. */
const START_MS = 50;

/** A queue of a database in this process, after a turn of its event loop. */
async function localQueue(writers: Writers, effects = new FakeEffects()) {
  const client = Object.assign(new EchoClient(), { alwaysAnswers: true });
  const queue = new WriteQueue(client, effects, writers);
  effects.advance(START_MS);
  await queue.submit(statements("first"));
  client.batches.length = 0;
  return { client, queue };
}

/** Whether the work is over before the event loop turns. */
async function isOverInTurn(work: () => Promise<unknown>): Promise<boolean> {
  let isTurnOver = false;
  const turn = setImmediate().then(() => {
    isTurnOver = true;
  });
  await work();
  const isSooner = !isTurnOver;
  await turn;
  return isSooner;
}

Deno.test("the only writer of a local database does not wait for the end of the turn", async () => {
  const writers = new Writers();
  const { client, queue } = await localQueue(writers);
  writers.join();
  const write = async () => {
    await queue.submit(statements("a"));
    await queue.submit(statements("b"));
  };
  assertEquals(await isOverInTurn(write), true);
  assertEquals(client.batches, [["a"], ["b"]]);
});

Deno.test("beside other writers, without any, or far from the database, the end of the turn is waited for", async () => {
  const writers = new Writers();
  const { queue } = await localQueue(writers);
  assertEquals(await isOverInTurn(() => queue.submit(statements("nobody"))), false);
  writers.join(2);
  assertEquals(await isOverInTurn(() => queue.submit(statements("two"))), false);
  writers.leave();
  assertEquals(await isOverInTurn(() => queue.submit(statements("one"))), true);
  const remote = new WriteQueue(new EchoClient(), new FakeEffects(), writers);
  await remote.submit(statements("first"));
  assertEquals(await isOverInTurn(() => remote.submit(statements("one"))), false);
});

Deno.test("who joins in the same microtask shares the batch", async () => {
  const writers = new Writers();
  const { client, queue } = await localQueue(writers);
  const start = (name: string) => {
    writers.join();
    return queue.submit(statements(name));
  };
  await Promise.all([start("a"), start("b"), start("c")]);
  assertEquals(client.batches, [["a", "b", "c"]]);
});

Deno.test("the only writer lets the process do its other work after fifty batches", async () => {
  const writers = new Writers();
  writers.join();
  const { queue } = await localQueue(writers);
  let written = 0;
  let isTurnOver = false;
  const turn = setImmediate().then(() => {
    isTurnOver = true;
  });
  for (; !isTurnOver && written < 100; written++) await queue.submit(statements("a"));
  await turn;
  assertEquals(written, 51);
});

Deno.test("the only writer lets the process do its other work after five milliseconds", async () => {
  const writers = new Writers();
  writers.join();
  const effects = new FakeEffects();
  const { queue } = await localQueue(writers, effects);
  assertEquals(await isOverInTurn(() => queue.submit(statements("soon"))), true);
  effects.advance(5);
  assertEquals(await isOverInTurn(() => queue.submit(statements("late"))), false);
  assertEquals(await isOverInTurn(() => queue.submit(statements("soon again"))), true);
});

Deno.test("the only writer waits for no turn in the first fifty milliseconds of a database", async () => {
  const writers = new Writers();
  writers.join();
  const effects = new FakeEffects();
  const client = Object.assign(new EchoClient(), { alwaysAnswers: true });
  const queue = new WriteQueue(client, effects, writers);
  effects.advance(START_MS - 1);
  assertEquals(await isOverInTurn(() => queue.submit(statements("first"))), true);
  effects.advance(1);
  assertEquals(await isOverInTurn(() => queue.submit(statements("late"))), false);
});

Deno.test("what fails in a shared batch does not fail its neighbours", async () => {
  const client = new EchoClient();
  const queue = new WriteQueue(client, new FakeEffects(), new Writers());
  const [good, bad, alsoGood] = await Promise.allSettled([
    queue.submit(statements("a")),
    queue.submit(statements("bad")),
    queue.submit(statements("c")),
  ]);
  assertEquals([good.status, bad.status, alsoGood.status], ["fulfilled", "rejected", "fulfilled"]);
  assertEquals(client.batches, [["a", "bad", "c"], ["a", "bad"], ["a"], ["bad"], ["c"]]);
});

Deno.test("one of many that is refused is found by halves", async () => {
  const client = new EchoClient();
  const queue = new WriteQueue(client, new FakeEffects(), new Writers());
  const texts = Array.from({ length: 64 }, (_, index) => (index === 40 ? "bad" : `${index}`));
  const answers = await Promise.allSettled(texts.map((text) => queue.submit(statements(text))));
  const refused = answers.flatMap(({ status }, index) => (status === "rejected" ? [index] : []));
  assertEquals(refused, [40]);
  assertEquals(client.batches.length, 1 + 2 * Math.log2(64));
});

Deno.test("a database that is away is asked for each of many that waited together no longer than a lease", async () => {
  const effects = new FakeEffects();
  const client = new EchoClient();
  let sent = 0;
  client.batch = () => {
    sent++;
    return new Promise(() => {});
  };
  const queue = new WriteQueue(client, effects, new Writers());
  const start = effects.now();
  const texts = Array.from({ length: 50 }, (_, index) => `${index}`);
  const all = Promise.allSettled(texts.map((text) => queue.submit(statements(text))));
  const answers = await effects.until(all);
  assertEquals(new Set(answers.map(({ status }) => status)), new Set(["rejected"]));
  assertEquals([sent, effects.now() - start], [3, 24_000]);
});

Deno.test("one of many that is never answered keeps none of the others from being stored", async () => {
  const effects = new FakeEffects();
  const client = new EchoClient();
  const batch = client.batch.bind(client);
  client.batch = (sent) =>
    sent.some(({ sql }) => sql === "slow") ? new Promise(() => {}) : batch(sent);
  const queue = new WriteQueue(client, effects, new Writers());
  const texts = ["a", "slow", "b", "c"];
  const all = Promise.allSettled(texts.map((text) => queue.submit(statements(text))));
  const answers = await effects.until(all);
  assertEquals(
    answers.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled", "fulfilled"],
  );
});

Deno.test("what was refused together is sent again apart: births and commits, then all else", async () => {
  const client = new EchoClient();
  const queue = new WriteQueue(client, new FakeEffects(), new Writers());
  const insert = (rows: number) => `insert ${rows}`;
  const store = (runId: string) => queue.submit(() => [rowStatement(insert, runId, [runId])]);
  const claim = queue.submit(statements("bad"));
  await Promise.all([store("a"), store("b"), claim.catch(() => {})]);
  assertEquals(client.batches, [["bad", "insert 2"], ["insert 2"], ["bad"]]);
  await assertRejects(() => claim);
});

Deno.test("statements are built at the end of the turn, once, and the same when sent again", async () => {
  const client = new EchoClient();
  const queue = new WriteQueue(client, new FakeEffects(), new Writers());
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
  const queue = new WriteQueue(client, new FakeEffects(), new Writers());
  const many = Array.from({ length: 30 }, () => queue.submit(statements(...Array(50).fill("x"))));
  const long = Array.from({ length: 5 }, () => queue.submit(statements("y".repeat(30_000))));
  await Promise.all([...many, ...long]);
  for (const batch of client.batches) {
    assertEquals(batch.length <= 400 && batch.join("").length <= 80_000, true);
  }
});

Deno.test("a client gets statements and their values, and nothing else", async () => {
  const keys = new Set<string>();
  const client = new EchoClient();
  const batch = client.batch.bind(client);
  client.batch = (sent) => {
    for (const statement of sent) for (const key of Object.keys(statement)) keys.add(key);
    return batch(sent);
  };
  const queue = new WriteQueue(client, new FakeEffects(), new Writers());
  const insert = (rows: number) => `insert ${rows}`;
  const store = (runId: string) => queue.submit(() => [rowStatement(insert, runId, [runId])]);
  await store("alone");
  await Promise.all([store("a"), store("b")]);
  assertEquals(
    [[...keys], client.batches],
    [
      ["sql", "args"],
      [["insert 1"], ["insert 2"]],
    ],
  );
});

Deno.test("an answer that comes too late is told to those whose it is, beside shared rows", async () => {
  const effects = new FakeEffects();
  const { promise, resolve } = Promise.withResolvers<void>();
  const client = new EchoClient();
  const batch = client.batch.bind(client);
  client.batch = async (sent) => {
    const results = await batch(sent);
    if (client.batches.length === 1) await promise;
    return results;
  };
  const queue = new WriteQueue(client, effects, new Writers());
  const late: unknown[] = [];
  const note = (results: readonly ResultSet[]) => late.push(textsOf(results));
  const insert = (rows: number) => `insert ${rows}`;
  const store = (runId: string) =>
    queue.submit(() => [rowStatement(insert, runId, [runId]), { sql: runId, args: [] }], note);
  const all = Promise.all([
    store("a"),
    queue.submit(statements("claim"), note),
    store("b"),
    store("c"),
  ]);
  await effects.until(all);
  assertEquals(client.batches, [
    ["insert 1", "a", "claim", "insert 2", "b", "c"],
    ["insert 1", "a"],
    ["claim"],
    ["insert 1", "b"],
    ["insert 1", "c"],
  ]);
  assertEquals(late, []);
  resolve();
  await setImmediate();
  assertEquals(late, [[undefined, ["a"]], [["claim"]], [undefined, ["b"]], [undefined, ["c"]]]);
});

Deno.test("a build that throws rejects its own caller only", async () => {
  const queue = new WriteQueue(new EchoClient(), new FakeEffects(), new Writers());
  const broken = queue.submit(() => {
    throw new Error("cannot build");
  });
  const fine = queue.submit(statements("a"));
  await assertRejects(() => broken, Error, "cannot build");
  assertEquals(textsOf(await fine), [["a"]]);
});
