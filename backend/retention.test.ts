/** What engines delete of runs that are over, and when. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { ExecutionEngine } from "./engine.ts";
import { WrkflwError } from "./errors.ts";
import { END_STATUSES } from "./records.ts";
import { Retention, type RetentionRule } from "./retention.ts";
import { createStep } from "./step.ts";
import { turns } from "./testing/fake-effects.ts";
import { FaultyClient } from "./testing/faulty-client.ts";
import { Count, countingWorkflow } from "./testing/samples.ts";
import { World } from "./testing/world.ts";
import type { Workflow } from "./workflow.ts";
import { createWorkflow } from "./workflow-builder.ts";

const HOUR_MS = 3_600_000;
const workflow = countingWorkflow(2);

/** Fails for a negative number, waits to be resumed for 0. */
const judged = createWorkflow({ id: "judged", inputSchema: Count, outputSchema: Count })
  .then(
    createStep({
      id: "judge",
      inputSchema: Count,
      outputSchema: Count,
      execute: ({ inputData, suspend }) => {
        if (inputData.n < 0) throw new Error("Below zero");
        return inputData.n === 0 ? suspend({}) : inputData;
      },
    }),
  )
  .commit();

type CountWorkflow<Id extends string> = Workflow<Id, { n: number }, { n: number }>;

async function enqueue<Id extends string>(
  engine: ExecutionEngine,
  flow: CountWorkflow<Id>,
  runs: Readonly<Record<string, number>>,
): Promise<void> {
  for (const [runId, n] of Object.entries(runs)) {
    await (await engine.createRun(flow, runId)).enqueue({ inputData: { n } });
  }
}

async function runIds(engine: ExecutionEngine): Promise<string[]> {
  const { runs } = await engine.storage.queryRuns();
  return runs.map(({ runId }) => runId).sort();
}

Deno.test("without retention every run is kept, and a tick does not speak of it", async () => {
  await using world = await World.create();
  const engine = world.engine({ workflows: [workflow] });
  await enqueue(engine, workflow, { a: 1, b: 2 });
  await engine.tick();
  world.effects.advance(100 * 365 * 24 * HOUR_MS);
  assertEquals(await engine.tick(), { runs: [], nextDueInMs: null });
  assertEquals(await runIds(engine), ["a", "b"]);
});

Deno.test("a tick deletes runs that have been over for too long", async () => {
  await using world = await World.create();
  const engine = world.engine({ workflows: [workflow], retention: { maxAge: "2h" } });
  await enqueue(engine, workflow, { a: 1 });
  assertEquals((await engine.tick()).deleted, 0);
  world.effects.advance(HOUR_MS);
  await enqueue(engine, workflow, { b: 1 });
  await engine.tick();
  world.effects.advance(HOUR_MS + 1);
  assertEquals((await engine.tick()).deleted, 1);
  assertEquals(await runIds(engine), ["b"]);
});

Deno.test("the age of a run begins when it is over", async () => {
  await using world = await World.create();
  const engine = world.engine({ workflows: [judged], retention: { maxAge: "2h" } });
  await enqueue(engine, judged, { patient: 0 });
  await engine.tick();
  world.effects.advance(1_000 * HOUR_MS);
  assertEquals((await engine.tick()).deleted, 0);
  await engine.cancel("patient");
  world.effects.advance(HOUR_MS);
  assertEquals((await engine.tick()).deleted, 0);
  world.effects.advance(HOUR_MS + 1);
  assertEquals((await engine.tick()).deleted, 1);
});

Deno.test("a tick deletes runs beyond a number, of each workflow and status", async () => {
  await using world = await World.create();
  const engine = world.engine({ workflows: [workflow, judged], retention: { maxRuns: 1 } });
  await enqueue(engine, workflow, { a: 1, b: 1, c: 1 });
  await enqueue(engine, judged, { bad1: -1, bad2: -1, good1: 1, good2: 1, open1: 0, open2: 0 });
  const { runs, deleted } = await engine.tick({ concurrency: 1 });
  assertEquals([runs.length, deleted], [9, 4]);
  assertEquals(await runIds(engine), ["bad2", "c", "good2", "open1", "open2"]);
});

Deno.test("the first rule that fits a run's workflow and status counts", async () => {
  await using world = await World.create();
  const engine = world.engine({
    workflows: [workflow, judged],
    retention: [
      { workflowId: "counting", maxRuns: Number.POSITIVE_INFINITY },
      { status: "failed", maxRuns: 2 },
      { maxRuns: 0 },
    ],
  });
  await enqueue(engine, workflow, { a: 1, b: 1 });
  await enqueue(engine, judged, { bad1: -1, bad2: -1, bad3: -1, good: 1 });
  await engine.tick({ concurrency: 1 });
  assertEquals(await runIds(engine), ["a", "b", "bad2", "bad3"]);
});

Deno.test("runs of other engines' workflows are left alone, unless a rule names theirs", async () => {
  await using world = await World.create();
  await enqueue(world.engine(), workflow, { theirs: 1 });
  await world.engine({ workflows: [workflow] }).tick();
  const other = world.engine({ workflows: [judged], retention: { maxRuns: 0 } });
  assertEquals((await other.tick()).deleted, 0);
  const heir = world.engine({ retention: [{ workflowId: "counting", maxRuns: 0 }] });
  assertEquals((await heir.tick()).deleted, 1);
});

Deno.test("runs of the first version's library age too", async () => {
  await using world = await World.create();
  const engine = world.engine({ workflows: [workflow], retention: { maxAge: "1d" } });
  await engine.init();
  const insert = (runId: string, hoursAgo: number) => ({
    sql: `INSERT INTO wrkflw_workflow_runs (run_id, workflow_id, status, created_at, updated_at)
          VALUES (?, 'counting', 'success', 0, ?)`,
    args: [runId, Math.floor((world.effects.now() - hoursAgo * HOUR_MS) / 1_000)],
  });
  await world.client.batch([insert("old", 25), insert("fresh", 23)], "write");
  assertEquals((await engine.tick()).deleted, 1);
  assertEquals(await runIds(engine), ["fresh"]);
});

Deno.test("a tick whose time is up deletes some all the same, and the next one goes on", async () => {
  await using world = await World.create();
  await enqueue(world.engine(), workflow, numbered(250));
  await world.engine({ workflows: [workflow] }).tick();
  const engine = world.engine({ workflows: [workflow], retention: { maxRuns: 0 } });
  assertEquals((await engine.tick({ budgetMs: 0 })).deleted, 100);
  assertEquals((await engine.tick({ budgetMs: 1_000 })).deleted, 150);
});

Deno.test("a tick with many runs deletes as they end, not only when it is over", async () => {
  await using world = await World.create();
  const engine = world.engine({ workflows: [workflow], retention: { maxRuns: 10 } });
  await enqueue(engine, workflow, numbered(450));
  let most = 0;
  const watched = world.engine({
    workflows: [workflow],
    retention: { maxRuns: 10 },
    client: {
      execute: (statement) => world.client.execute(statement),
      batch: async (statements, mode) => {
        const results = await world.client.batch(statements, mode);
        if (statements.some(({ sql }) => sql.startsWith("DELETE FROM wrkflw_steps"))) {
          const counts = await engine.storage.countRuns();
          most = Math.max(most, counts.get("success") ?? 0);
        }
        return results;
      },
    },
  });
  assertEquals((await watched.tick()).deleted, 440);
  assert(most < 50, `${most} runs were kept for a while`);
});

Deno.test("work() deletes under load and when it has nothing else to do", async () => {
  await using world = await World.create();
  const engine = world.engine({ workflows: [workflow], retention: { maxAge: "1h", maxRuns: 20 } });
  await enqueue(engine, workflow, numbered(150));
  const end = new AbortController();
  const work = engine.work({ signal: end.signal });
  await settled(world, async () => (await runIds(engine)).length === 20);
  world.effects.advance(HOUR_MS + 20_000);
  await settled(world, async () => (await runIds(engine)).length === 0);
  end.abort();
  await world.effects.until(work);
});

Deno.test("whatever becomes of a call while runs are deleted, a later tick ends the work", async () => {
  for (const mode of ["killBefore", "killAfter", "errBefore", "errAfter", "dup"] as const) {
    for (let call = 1; ; call++) {
      await using world = await World.create();
      await enqueue(world.engine(), workflow, numbered(5));
      await world.engine({ workflows: [workflow] }).tick();
      const client = new FaultyClient(world.client, { call, mode });
      const options = { workflows: [workflow], retention: { maxRuns: 2 } };
      const tick = world.engine({ ...options, client }).tick();
      await world.effects.until(Promise.race([tick.catch(() => {}), client.killed]));
      const engine = world.engine(options);
      await engine.tick();
      assertEquals(await runIds(engine), ["r0003", "r0004"], `${mode} at call ${call}`);
      assertEquals(await orphans(world), 0, `${mode} at call ${call}`);
      if (client.calls < call) break;
    }
  }
});

Deno.test("a run that ends after its deletion was due answers its caller", async () => {
  await using world = await World.create();
  const engine = world.engine({ workflows: [workflow], retention: { maxRuns: 0 } });
  const run = await engine.createRun(workflow, "short");
  const [output] = await Promise.all([run.start({ inputData: { n: 1 } }), engine.tick()]);
  assertEquals(output, { n: 3 });
  await engine.tick();
  assertEquals(await run.getSnapshot(), null);
});

Deno.test("an idempotency key can be used again when its run is deleted", async () => {
  await using world = await World.create();
  const engine = world.engine({ workflows: [workflow], retention: { maxRuns: 0 } });
  for (const n of [1, 5]) {
    const run = await engine.createRun(workflow, { idempotencyKey: "k" });
    assertEquals(await run.start({ inputData: { n } }), { n: n + 2 });
    await engine.tick();
  }
});

const BAD_RULES: readonly [rules: unknown, message: string][] = [
  [null, 'a rule is null; write { maxAge: "30d" } or { maxRuns: 1000 }'],
  ["30d", "a rule is 30d; write"],
  [{}, "a rule has neither maxAge nor maxRuns; { maxRuns: Infinity } keeps every run"],
  [{ status: "failed" }, "a rule has neither maxAge nor maxRuns"],
  [{ age: "3d" }, 'a rule has no option "age"; use workflowId, status, maxAge, maxRuns'],
  [{ maxAge: "soon" }, 'Cannot keep runs that are over for "soon": use milliseconds or a text'],
  [{ maxAge: -1 }, "Cannot keep runs that are over for -1"],
  [{ maxAge: null }, "Cannot keep runs that are over for null"],
  [{ maxRuns: -1 }, "maxRuns is -1; give a whole number from 0, or Infinity"],
  [{ maxRuns: 1.5 }, "maxRuns is 1.5"],
  [{ maxRuns: "10" }, 'maxRuns is "10"'],
  [{ maxRuns: Number.NaN }, "maxRuns is NaN"],
  [{ maxRuns: 1, status: "running" }, 'status is "running"; use one of success, failed, canceled'],
  [{ maxRuns: 1, workflowId: 7 }, "workflowId is 7; give the id of a workflow"],
  [{ maxRuns: 1, workflowId: "" }, 'workflowId is ""; give the id of a workflow'],
  [[{ maxRuns: 1 }, undefined], "a rule is undefined"],
];

for (const [rules, message] of BAD_RULES) {
  Deno.test(`the retention ${JSON.stringify(rules)} (${message.slice(0, 20)}) is refused`, () => {
    const make = () => Reflect.construct(Retention, [rules]);
    const error = assertThrows(make, WrkflwError, message);
    assertEquals(error.code, "INVALID_ARGUMENT");
    assertThrows(
      () => new ExecutionEngine(undefined, { retention: rules as RetentionRule }),
      WrkflwError,
    );
  });
}

Deno.test("a rule with two limits gives both, for each status", () => {
  const retention = new Retention({ maxAge: "1s", maxRuns: 3 });
  assertEquals(retention.isOff, false);
  assertEquals(
    retention.limitsFor(["a"]),
    END_STATUSES.flatMap((status) => [
      { workflowId: "a", status, by: "age" as const, most: 1_000 },
      { workflowId: "a", status, by: "count" as const, most: 3 },
    ]),
  );
  assertEquals(new Retention().isOff, true);
});

function numbered(count: number): Record<string, number> {
  const names = Array.from({ length: count }, (_, index) => `r${String(index).padStart(4, "0")}`);
  return Object.fromEntries(names.map((name) => [name, 1]));
}

/** Moves the clock second by second until something holds. */
async function settled(world: World, isSo: () => Promise<boolean>): Promise<void> {
  for (let second = 0; second < 60; second++) {
    if (await isSo()) return;
    world.effects.advance(1_000);
    await turns(200);
  }
  throw new Error("It does not come to be so");
}

async function orphans(world: World): Promise<unknown> {
  const sql = `SELECT COUNT(*) AS count FROM wrkflw_steps
    WHERE run_id NOT IN (SELECT run_id FROM wrkflw_workflow_runs)`;
  const { rows } = await world.client.execute({ sql, args: [] });
  return Object.values(rows[0] ?? {})[0];
}
