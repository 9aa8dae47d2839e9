/** What several runs write at once: fewer statements, and each is told what became of its own. */
import { assert, assertEquals } from "@std/assert";
import { openLocal } from "../databases/local.ts";
import { systemEffects } from "../effects.ts";
import type { ResultSet, Statement } from "../sql.ts";
import { WorkflowStorage } from "../storage.ts";
import { CountingClient } from "../testing/counting-client.ts";
import { forEachDatabase } from "../testing/databases.ts";
import { BORN, commit, newRun, placeOf, SUCCESS, step } from "../testing/stored-runs.ts";
import { Batch } from "./batch.ts";
import { commitStatements, createStatements } from "./claim-statements.ts";
import { rowOf, rowStatement } from "./shared-insert.ts";

const insertA = (rows: number) => `insert ${rows} into a`;
const insertB = (rows: number) => `insert ${rows} into b`;

/** The row of a run, and what follows it, such as the end of a claim. */
function row(insert: (rows: number) => string, run: number, ...rest: string[]): Statement[] {
  return [rowStatement(insert, `r${run}`, [run]), ...others(...rest)];
}

function others(...texts: string[]): Statement[] {
  return texts.map((sql) => ({ sql, args: [] }));
}

function textsOf({ statements }: Batch): string[] {
  return statements.map(({ sql, args }) => (args.length > 0 ? `${sql}: ${args}` : sql));
}

/** Answers that tell where they come from. */
function answers(batch: Batch, ...written: number[]): (string | number | undefined)[][] {
  const results = batch.statements.map(
    ({ sql }, index): ResultSet => ({
      columns: ["sql"],
      rows: [[sql]],
      ...(written[index] === undefined ? {} : { rowsAffected: written[index] }),
    }),
  );
  return batch
    .answersOf(results)
    .map((own) =>
      own.map(({ rows, rowsAffected }) => (rows.length > 0 ? `${rows[0]}` : rowsAffected)),
    );
}

Deno.test("rows of neighbours are stored together, before what follows them", () => {
  const batch = new Batch([row(insertA, 1, "x", "y"), row(insertA, 2), row(insertA, 3, "z")]);
  assertEquals(textsOf(batch), ["insert 2 into a: 1,2", "insert 1 into a: 3", "x", "y", "z"]);
  assertEquals(answers(batch, 2, 1), [[1, "x", "y"], [1], [1, "z"]]);
});

Deno.test("rows of several kinds are stored by a statement a kind", () => {
  const batch = new Batch([
    row(insertA, 1, "x"),
    row(insertB, 2, "y"),
    row(insertA, 3),
    row(insertB, 4),
  ]);
  assertEquals(textsOf(batch), ["insert 2 into a: 1,3", "insert 2 into b: 2,4", "x", "y"]);
  assertEquals(answers(batch, 2, 2), [[1, "x"], [1, "y"], [1], [1]]);
});

Deno.test("what is no row keeps its place, and no row goes past it", () => {
  const batch = new Batch([
    row(insertA, 1),
    row(insertA, 2, "x"),
    others("delete", "read"),
    [],
    row(insertA, 3),
    others("cancel"),
  ]);
  assertEquals(textsOf(batch), [
    "insert 2 into a: 1,2",
    "x",
    "delete",
    "read",
    "insert 1 into a: 3",
    "cancel",
  ]);
  assertEquals(answers(batch, 2), [[1], [1, "x"], ["delete", "read"], [], [undefined], ["cancel"]]);
});

Deno.test("a row further back in a group stays where it is", () => {
  const group = [...others("x"), ...row(insertA, 1)];
  const batch = new Batch([group, group]);
  assertEquals(textsOf(batch), ["x", "insert 1 into a: 1", "x", "insert 1 into a: 1"]);
});

Deno.test("what a run writes later does not go past what it wrote before", () => {
  const batch = new Batch([
    row(insertA, 1, "end of 1"),
    row(insertA, 2),
    row(insertA, 1, "x"),
    row(insertA, 3),
    row(insertB, 3),
  ]);
  assertEquals(textsOf(batch), [
    "insert 2 into a: 1,2",
    "end of 1",
    "insert 2 into a: 1,3",
    "x",
    "insert 1 into b: 3",
  ]);
  assertEquals(answers(batch, 2, 1, 2), [[1, "end of 1"], [1], [1, "x"], [1], [undefined]]);
});

Deno.test("who shares a statement is told of its row where all were written, and else nothing", () => {
  const batch = new Batch([row(insertA, 1), row(insertA, 2), row(insertA, 3)]);
  assertEquals(answers(batch, 1, 1), [[undefined], [undefined], [1]]);
  assertEquals(answers(batch), [[undefined], [undefined], [undefined]]);
  assertEquals(batch.answersOf([])[0], [{ columns: [], rows: [] }]);
});

Deno.test("the rows of a hundred groups take 32, 32, 32 and 4 a statement", () => {
  const batch = new Batch(Array.from({ length: 100 }, (_, index) => row(insertA, index)));
  assertEquals(
    batch.statements.map(({ sql, args }) => [sql, args.length, args[0]]),
    [
      ["insert 32 into a", 32, 0],
      ["insert 32 into a", 32, 32],
      ["insert 32 into a", 32, 64],
      ["insert 4 into a", 4, 96],
    ],
  );
});

Deno.test("rows together are no longer than one by one, and have fewer than 999 values", () => {
  const born = createStatements(newRun("r"), "1");
  const record = commitStatements(commit("r", 1, { steps: [step("a", 1)] }), "1");
  for (const group of [born, record]) {
    const first = rowOf(group);
    assert(first !== undefined);
    const { insert } = first;
    for (const rows of [2, 4, 8, 16, 32]) {
      assert(insert(rows).length <= rows * insert(1).length, `${rows}`);
      assertEquals(insert(rows).split("?").length - 1, rows * first.args.length);
      assert(rows * first.args.length < 999);
    }
  }
});

const MANY = 37;
const RUNS = Array.from({ length: MANY }, (_, index) => `r${index}`);

forEachDatabase(
  "runs that are born at once are all there, each as it was given",
  async (client) => {
    const { storage } = placeOf(client);
    const runs = RUNS.map((runId, index) =>
      newRun(runId, {
        input: `{"n":${index}}`,
        idempotencyKey: `key-${index}`,
        tags: index % 2 === 0 ? `["tag-${index}"]` : null,
        ...(index % 3 === 0 ? { status: "pending", dueInMs: 0 } : {}),
      }),
    );
    const claims = await Promise.all(runs.map((run) => storage.createRun(run)));
    for (const [index, { run }] of claims.entries()) {
      assertEquals(run, await storage.findRun(RUNS[index] ?? ""));
      assertEquals([run.runId, run.input, run.epoch], [`r${index}`, `{"n":${index}}`, BORN]);
      assertEquals(run.tags, index % 2 === 0 ? [`tag-${index}`] : []);
      assertEquals(run.status, index % 3 === 0 ? "pending" : "running");
    }
  },
);

forEachDatabase(
  "of those that are born at once under one id or key one is stored",
  async (client) => {
    const { storage } = placeOf(client);
    const claims = await Promise.all([
      storage.createRun(newRun("same", { writeId: "first" })),
      storage.createRun(newRun("same", { writeId: "second" })),
      storage.createRun(newRun("a", { idempotencyKey: "k", writeId: "third" })),
      storage.createRun(newRun("b", { idempotencyKey: "k", writeId: "fourth" })),
      storage.createRun(newRun("free", { writeId: "fifth" })),
    ]);
    assertEquals(
      claims.map(({ run }) => [run.runId, run.writeId]),
      [
        ["same", "first"],
        ["same", "first"],
        ["a", "third"],
        ["a", "third"],
        ["free", "fifth"],
      ],
    );
  },
);

forEachDatabase(
  "of runs that write at once those that lost theirs write nothing, and no other suffers",
  async (client) => {
    const { storage } = placeOf(client);
    await Promise.all(RUNS.map((runId) => storage.createRun(newRun(runId))));
    await storage.cancel("r3");
    const epochOf = (runId: string) => (runId === "r7" ? BORN - 1 : BORN);
    const end = (runId: string) => (runId.endsWith("1") ? { end: SUCCESS } : {});
    const states = await Promise.all(
      RUNS.map((runId) =>
        storage.commit(() =>
          commit(runId, epochOf(runId), {
            reached: 4,
            position: `["at-${runId}"]`,
            steps: [step(`of-${runId}`, 1)],
            ...end(runId),
          }),
        ),
      ),
    );
    for (const [index, runId] of RUNS.entries()) {
      const isLost = ["r3", "r7"].includes(runId);
      const status = runId === "r3" ? "canceled" : runId.endsWith("1") ? "success" : "running";
      assertEquals(states[index], { isApplied: !isLost, status });
      const loaded = await storage.loadRun(runId);
      assertEquals(loaded?.steps, isLost ? [] : [step(`of-${runId}`, 1)]);
      if (status === "running" && !isLost)
        assertEquals([loaded?.run.position, loaded?.run.reached], [`["at-${runId}"]`, 4]);
    }
  },
);

forEachDatabase(
  "runs whose writes are sent once more are told that they were applied",
  async (client) => {
    const { storage } = placeOf(client);
    await Promise.all(RUNS.map((runId) => storage.createRun(newRun(runId))));
    for (const _ of ["first", "second"]) {
      const states = await Promise.all(
        RUNS.map((runId) => storage.commit(() => commit(runId, BORN, { steps: [step("a", 1)] }))),
      );
      assertEquals(states, Array(MANY).fill({ isApplied: true, status: "running" }));
    }
    for (const runId of RUNS) assertEquals((await storage.loadRun(runId))?.steps, [step("a", 1)]);
  },
);

forEachDatabase("what the database refuses of one run, its neighbours write", async (client) => {
  // Pauses are over at once, and no answer is too late: a real server takes real time.
  const sleep = (ms: number) => (ms < 1_000 ? Promise.resolve() : new Promise<void>(() => {}));
  const effects = { ...systemEffects, sleep };
  const storage = new WorkflowStorage({ client, effects, now: () => String(BORN) });
  await Promise.all(RUNS.map((runId) => storage.createRun(newRun(runId))));
  // The table alone refuses it: other odd values are not even sent.
  const path = null as unknown as string;
  const written = RUNS.map((runId) =>
    storage.commit(() =>
      commit(runId, BORN, { steps: [step("a", 1, runId === "r5" ? { path } : {})] }),
    ),
  );
  const states = await Promise.allSettled(written);
  assertEquals(
    states.flatMap(({ status }, index) => (status === "rejected" ? [index] : [])),
    [5],
  );
  for (const runId of RUNS)
    assertEquals((await storage.loadRun(runId))?.steps.length, runId === "r5" ? 0 : 1);
});

Deno.test("runs that end beside one that is lost are not asked for, and others are once each", async () => {
  for (const [end, reads] of [
    [SUCCESS, 1],
    [undefined, 32],
  ] as const) {
    const local = await openLocal(":memory:");
    const client = new CountingClient(local);
    const { storage } = placeOf(client);
    const runs = RUNS.slice(0, 32);
    await Promise.all(runs.map((runId) => storage.createRun(newRun(runId))));
    await storage.cancel("r3");
    client.reset();
    const steps = [step("a", 1)];
    await Promise.all(
      runs.map((runId) =>
        storage.commit(() => commit(runId, BORN, end === undefined ? { steps } : { steps, end })),
      ),
    );
    assertEquals(client.roundTrips, 1 + reads);
    local.close();
  }
});

Deno.test("fifty runs that are born and write at once take three statements each time", async () => {
  const local = await openLocal(":memory:");
  const client = new CountingClient(local);
  const storage = new WorkflowStorage({ client });
  await storage.init();
  const runs = Array.from({ length: 50 }, (_, index) => `r${index}`);
  client.reset();
  const claims = await Promise.all(runs.map((runId) => storage.createRun(newRun(runId))));
  // Each reads its birth.
  assertEquals([client.roundTrips, client.statements], [1, 3 + 50]);
  client.reset();
  await Promise.all(
    claims.map(({ run }) =>
      storage.commit(() => commit(run.runId, run.epoch, { steps: [step("a", 1)] })),
    ),
  );
  assertEquals([client.roundTrips, client.statements], [1, 3]);
  local.close();
});
