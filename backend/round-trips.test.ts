/** Counts that do not depend on the machine: what a run costs, and that it does not grow. */
import { z } from "npm:zod@4.6.7";
import { assert, assertEquals } from "@std/assert";
import { openLocal } from "./databases/local.ts";
import { type Effects, systemEffects } from "./effects.ts";
import { ExecutionEngine } from "./engine.ts";
import type { Node } from "./node.ts";
import { type ResultSet, rowsOf, type SqlClient } from "./sql.ts";
import { WorkflowStorage } from "./storage.ts";
import { CountingClient } from "./testing/counting-client.ts";
import { forEachDatabase } from "./testing/databases.ts";
import { enqueueMany } from "./testing/many-enqueued.ts";
import { addOne, Count, type CountValue, countingWorkflow } from "./testing/samples.ts";
import { createWorkflow } from "./workflow-builder.ts";

/** An engine whose requests are counted, on a database in memory that is ready. */
async function countedEngine(effects: Effects = systemEffects): Promise<Counted & AsyncDisposable> {
  const local = await openLocal(":memory:");
  const client = new CountingClient(local);
  const engine = new ExecutionEngine(new WorkflowStorage({ client }), { effects });
  await engine.init();
  const close = () => Promise.resolve(local.close());
  return { client, engine, [Symbol.asyncDispose]: close };
}

interface Counted {
  readonly client: CountingClient;
  readonly engine: ExecutionEngine;
}

async function countRun(steps: number): Promise<CountingClient> {
  await using counted = await countedEngine();
  const run = await counted.engine.createRun(countingWorkflow(steps));
  counted.client.reset();
  assertEquals(await run.start({ inputData: { n: 0 } }), { n: steps });
  return counted.client;
}

for (const steps of [1, 3, 10, 100]) {
  Deno.test(`a run of ${steps} sequential steps costs ${steps + 1} round trips`, async () => {
    const { roundTrips } = await countRun(steps);
    assertEquals(roundTrips, steps + 1);
  });
}

forEachDatabase("every database tells enough: three steps are four round trips", async (inner) => {
  const client = new CountingClient(inner);
  const engine = new ExecutionEngine(new WorkflowStorage({ client }));
  await engine.init();
  const run = await engine.createRun(countingWorkflow(3));
  client.reset();
  assertEquals(await run.start({ inputData: { n: 0 } }), { n: 3 });
  assertEquals(client.roundTrips, 4);
});

/** A client such as somebody may write: it tells of written rows in a way of its own, or not at all. */
class UncountedClient extends CountingClient {
  readonly #told: (rows: number | undefined) => object;

  constructor(inner: SqlClient, told: (rows: number | undefined) => object) {
    super(inner);
    this.#told = told;
  }

  override async batch(...args: Parameters<CountingClient["batch"]>): Promise<ResultSet[]> {
    const results = await super.batch(...args);
    return results.map(({ columns, rows, rowsAffected }) => ({
      columns,
      rows,
      ...this.#told(rowsAffected),
    }));
  }
}

const UNCOUNTED: Readonly<Record<string, (rows: number | undefined) => object>> = {
  "does not count the rows that it wrote": () => ({}),
  "counts them in big integers": (rows) => ({ rowsAffected: BigInt(rows ?? 0) }),
  "counts them in texts": (rows) => ({ rowsAffected: `${rows}` }),
  "says null for their number": () => ({ rowsAffected: null }),
};

for (const [how, told] of Object.entries(UNCOUNTED)) {
  Deno.test(`a database that ${how} is asked after each write`, async () => {
    const local = await openLocal(":memory:");
    const client = new UncountedClient(local, told);
    const engine = new ExecutionEngine(new WorkflowStorage({ client }));
    await engine.init();
    const run = await engine.createRun(countingWorkflow(3));
    client.reset();
    assertEquals(await run.start({ inputData: { n: 0 } }), { n: 3 });
    const [birth, steps] = [1, 3];
    assertEquals(client.roundTrips, birth + 2 * steps);
    local.close();
  });
}

/** Two branches of which the one comes to its step some microtasks later than the other. */
const UNEVEN: Readonly<Record<string, readonly Node<CountValue, CountValue>[]>> = {
  "a step and a nested workflow": [addOne("a", []), countingWorkflow(1)],
  "a nested workflow and a step": [countingWorkflow(1), addOne("a", [])],
  "a step and one behind a mapping": [
    addOne("a", []),
    createWorkflow({ id: "mapped", inputSchema: Count, outputSchema: Count })
      .map(async ({ inputData }) => await Promise.resolve(inputData))
      .then(addOne("b", []))
      .commit(),
  ],
};

for (const [name, branches] of Object.entries(UNEVEN)) {
  Deno.test(`branches share their commits, also ${name}: four for three steps on a way`, async () => {
    await using counted = await countedEngine();
    const flow = createWorkflow({ id: "uneven", inputSchema: Count, outputSchema: z.unknown() })
      .then(addOne("x", []))
      .parallel(branches)
      .map(() => ({ n: 0 }))
      .then(addOne("y", []))
      .commit();
    const run = await counted.engine.createRun(flow);
    counted.client.reset();
    await run.start({ inputData: { n: 0 } });
    assertEquals(counted.client.roundTrips, 4);
  });
}

Deno.test("engines that share a storage share their commits", async () => {
  await using counted = await countedEngine();
  const { storage } = counted.engine;
  const flow = countingWorkflow(3);
  const engines = Array.from({ length: 5 }, () => new ExecutionEngine(storage));
  const runs = await Promise.all(engines.map((engine) => engine.createRun(flow)));
  counted.client.reset();
  await Promise.all(runs.map((run) => run.start({ inputData: { n: 0 } })));
  assertEquals(counted.client.roundTrips, 4);
});

Deno.test("the last of 1,000 steps sends no more than the first of 10", async () => {
  const [short, long] = [await countRun(10), await countRun(1000)];
  const sizeOfStep = (counts: CountingClient, step: number) => counts.sizes[step] ?? 0;
  // Ids, counters and numbers have more digits later on: nothing else may grow.
  const digits = 60;
  assert(
    sizeOfStep(long, 999) <= sizeOfStep(short, 2) + digits,
    "A step's write grows with the run",
  );
  // A record each; the run's row is written at its beginning and its end.
  const [creating, perStep, ending] = [2, 1, 1];
  assertEquals(long.statements, creating + 1000 * perStep + ending);
});

Deno.test("fifty runs at a time share their commits: four for all of them", async () => {
  await using counted = await countedEngine();
  const flow = countingWorkflow(3);
  const runs = await Promise.all(Array.from({ length: 50 }, () => counted.engine.createRun(flow)));
  counted.client.reset();
  await Promise.all(runs.map((run) => run.start({ inputData: { n: 0 } })));
  assertEquals(counted.client.roundTrips, 4);
});

Deno.test("the items of a foreach share their commits, twice as many as are at work at a time", async () => {
  await using counted = await countedEngine();
  const flow = createWorkflow({ id: "flow", inputSchema: z.array(Count), outputSchema: z.any() })
    .foreach(addOne("item", []), { concurrency: 50 })
    .commit();
  const run = await counted.engine.createRun(flow);
  counted.client.reset();
  await run.start({ inputData: Array.from({ length: 1_000 }, (_, n) => ({ n })) });
  const [birth, last, end] = [1, 1, 1];
  const most = 1_000 / 100 + birth + last + end;
  assert(counted.client.roundTrips <= most, `${counted.client.roundTrips}`);
  // A hundred records are 32, 32, 32 and 4.
  assert(counted.client.statements <= 4 * most, `${counted.client.statements}`);
});

Deno.test("a tick claims as many due runs in a round trip as it works on, and they share their commits", async () => {
  // On a clock that stands still no turn takes long, however busy the machine is.
  await using counted = await countedEngine({ ...systemEffects, now: () => 1_700_000_000_000 });
  await enqueueMany(counted.engine, countingWorkflow(1), 1_000);
  counted.client.reset();
  const { runs } = await counted.engine.tick({ concurrency: 50 });
  assertEquals(runs.length, 1_000);
  // The first are begun in growing numbers, in the same requests.
  const [firstClaim, endsAndClaims, schedulesAndNextDue] = [1, 20, 3];
  assertEquals(counted.client.roundTrips, firstClaim + endsAndClaims + schedulesAndNextDue);
});

Deno.test("a tick wakes and finishes fifty sleeping runs with two round trips", async () => {
  let nowMs = 1_700_000_000_000;
  const effects: Effects = { ...systemEffects, now: () => nowMs };
  const local = await openLocal(":memory:");
  const client = new CountingClient(local);
  const storage = new WorkflowStorage({ client, now: () => String(nowMs) });
  const flow = createWorkflow({ id: "sleeping", inputSchema: Count, outputSchema: Count })
    .sleep("1d")
    .then(addOne("after", []))
    .commit();
  const engine = new ExecutionEngine(storage, { workflows: [flow], effects });
  await enqueueMany(engine, flow, 1_000);
  await engine.tick({ concurrency: 50 });
  nowMs += 24 * 3_600_000;
  client.reset();
  const { runs } = await engine.tick({ concurrency: 50 });
  assertEquals(runs.filter(({ status }) => status === "success").length, 1_000);
  local.close();
  // The first are begun in growing numbers, which takes two requests more.
  const [firstClaim, wakes, ramp, endsAndClaims, schedulesAndNextDue] = [1, 20, 2, 20, 3];
  const expected = firstClaim + wakes + ramp + endsAndClaims + schedulesAndNextDue;
  assertEquals(client.roundTrips, expected);
});

Deno.test("a run of three steps writes four rows, and a step takes less than 400 bytes of the file", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/wrkflw.db`;
  const storage = new WorkflowStorage({ url: `file:${path}`, synchronous: "NORMAL" });
  const engine = new ExecutionEngine(storage);
  const flow = countingWorkflow(3);
  const runs = await Promise.all(Array.from({ length: 500 }, () => engine.createRun(flow)));
  await Promise.all(runs.map((run) => run.start({ inputData: { n: 0 } })));
  await storage.close();
  const database = await openLocal(path);
  const rowsIn = async (table: string) => {
    const sql = `SELECT COUNT(*) AS n FROM ${table}`;
    return rowsOf(await database.execute({ sql, args: [] }))[0]?.n;
  };
  const tables = ["wrkflw_workflow_runs", "wrkflw_steps", "wrkflw_events", "wrkflw_event_waits"];
  assertEquals(await Promise.all(tables.map(rowsIn)), [500, 1_500, 0, 0]);
  await database.execute({ sql: "PRAGMA wal_checkpoint(TRUNCATE)", args: [] });
  database.close();
  const empty = new WorkflowStorage({ url: `file:${folder}/empty.db`, synchronous: "NORMAL" });
  await empty.init();
  await empty.close();
  const tablesBytes = (await Deno.stat(`${folder}/empty.db`)).size;
  const bytes = ((await Deno.stat(path)).size - tablesBytes) / 1_500;
  await Deno.remove(folder, { recursive: true });
  assert(bytes < 400, `A step takes ${bytes} bytes`);
});

Deno.test("a cold start on a migrated database is one round trip", async () => {
  const client = await openLocal(":memory:");
  await new WorkflowStorage({ client }).init();
  const counting = new CountingClient(client);
  await new WorkflowStorage({ client: counting }).init();
  client.close();
  assertEquals(counting.roundTrips, 1);
});

Deno.test("a cold start on an empty database is two round trips, however many migrations there are", async () => {
  const client = await openLocal(":memory:");
  const counting = new CountingClient(client);
  await new WorkflowStorage({ client: counting }).init();
  client.close();
  assertEquals(counting.roundTrips, 2);
});

Deno.test("opening is done once however many ask for it, and a failure is not remembered", async () => {
  const client = await openLocal(":memory:");
  const counting = new CountingClient(client);
  await new WorkflowStorage({ client }).init();
  const storage = new WorkflowStorage({ client: counting });
  await Promise.all([storage.init(), storage.init(), storage.init()]);
  assertEquals(counting.roundTrips, 1);
  let isAway = true;
  const flaky = new WorkflowStorage({
    client: {
      execute: (statement) =>
        isAway ? Promise.reject(new Error("away")) : client.execute(statement),
      batch: (statements, mode) => client.batch(statements, mode),
    },
    effects: {
      now: Date.now,
      newId: () => "",
      random: () => 0,
      fetch,
      sleep: () => Promise.resolve(),
    },
  });
  const failed = await flaky.init().then(
    () => false,
    () => true,
  );
  isAway = false;
  await flaky.init();
  client.close();
  assert(failed);
});

Deno.test("1,000 steps cost per step what 10 do, in time", async () => {
  await countRun(10);
  const perStep = async (steps: number) => {
    const begun = performance.now();
    await countRun(steps);
    return (performance.now() - begun) / steps;
  };
  // A busy machine disturbs some rounds; were the cost to grow, it would in every one.
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 10 && best >= 1.5; round++) {
    best = Math.min(best, (await perStep(1000)) / (await perStep(10)));
  }
  assert(best < 1.5, `A step of 1,000 takes ${best.toFixed(2)} times one of 10`);
});
