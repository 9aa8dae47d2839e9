/** Runs that are claimed in one round trip: none suffers for another, and none is begun too late. */
import { z } from "npm:zod@4.6.7";
import { assert, assertEquals } from "@std/assert";
import type { SqlClient } from "./sql.ts";
import { createStep } from "./step.ts";
import { turns } from "./testing/fake-effects.ts";
import { FaultyClient } from "./testing/faulty-client.ts";
import { countedStatuses, enqueueMany } from "./testing/many-enqueued.ts";
import { Count, type CountValue, countingWorkflow } from "./testing/samples.ts";
import { AFTER_LEASE_MS, World } from "./testing/world.ts";
import type { Workflow } from "./workflow.ts";
import { createWorkflow } from "./workflow-builder.ts";

type Counting = Workflow<"flow", CountValue, CountValue>;

function oneStep(execute: (n: number) => unknown): Counting {
  const config = { inputSchema: Count, outputSchema: Count } as const;
  return createWorkflow({ ...config, id: "flow" })
    .then(
      createStep({
        ...config,
        id: "only",
        execute: async ({ inputData }) => {
          await execute(inputData.n);
          return inputData;
        },
      }),
    )
    .commit();
}

/** A client that loses the answers to claims, which are applied, while it is told to. */
function losingClaims(inner: SqlClient, isLosing: () => boolean): SqlClient {
  return {
    execute: (statement) => inner.execute(statement),
    batch: async (statements, mode) => {
      const results = await inner.batch(statements, mode);
      const isClaim = statements.some(({ sql }) => sql.includes("SET epoch = epoch + 1, status"));
      if (isClaim && isLosing()) throw new Error("The answer was lost");
      return results;
    },
  };
}

Deno.test("a run that kills its process is given up, and those claimed with it are not", async () => {
  await using world = await World.create();
  const BOMB = 4;
  let client = new FaultyClient(world.client);
  const flow = oneStep((n) => {
    if (n === BOMB) client.kill();
  });
  await enqueueMany(world.engine(), flow, 10);
  for (let life = 0; life < 8; life++) {
    client = new FaultyClient(world.client);
    const engine = world.engine({ workflows: [flow], client });
    await world.effects.until(Promise.race([engine.tick(), client.killed]));
    world.effects.advance(AFTER_LEASE_MS);
  }
  assertEquals(await countedStatuses(world.storage()), { success: 9, failed: 1 });
  assertEquals((await world.storage().loadSnapshot(`run-${BOMB}`))?.status, "failed");
});

Deno.test("claims whose answers are lost time after time fail no run", async () => {
  await using world = await World.create();
  const flow = countingWorkflow(2);
  await enqueueMany(world.engine(), flow, 10);
  let isLosing = true;
  const client = losingClaims(world.client, () => isLosing);
  const engine = world.engine({ workflows: [flow], client });
  for (let round = 0; round < 7; round++) {
    await world.effects.until(engine.tick()).catch(() => {});
    world.effects.advance(AFTER_LEASE_MS);
  }
  isLosing = false;
  await world.settle(engine);
  assertEquals(await countedStatuses(world.storage()), { success: 10 });
});

Deno.test("a run with a record of a newer wrkflw keeps none from going on, and goes on when it can be read", async () => {
  await using world = await World.create();
  const flow = countingWorkflow(2);
  const engine = world.engine({ workflows: [flow] });
  await enqueueMany(engine, flow, 10);
  const newer = `INSERT INTO wrkflw_steps (run_id, first_seq, path, attempt, seq, kind, status, started_at, ended_at)
    VALUES ('run-3', 1, 'step-1', 1, 1, 'step', 'of-a-newer-version', 0, 0)`;
  await world.client.execute({ sql: newer, args: [] });
  await world.settle(engine);
  assertEquals(await countedStatuses(world.storage()), { success: 9, blocked: 1 });
  assert((await world.storage().findRun("run-3"))?.error?.includes("upgrade wrkflw"));
  await world.client.execute({ sql: "DELETE FROM wrkflw_steps WHERE run_id = 'run-3'", args: [] });
  assertEquals((await world.effects.until(engine.resume("run-3"))).status, "success");
});

Deno.test("steps that hold up the event loop for long let none be begun on a lease that is over", async () => {
  await using world = await World.create();
  const begun: number[] = [];
  const flow = oneStep((n) => {
    begun.push(n);
    // As a step does that computes for ten seconds: no timer runs meanwhile.
    world.effects.advance(10_000);
  });
  const engine = world.engine({ workflows: [flow] });
  await enqueueMany(engine, flow, 6);
  await world.settle(engine);
  assertEquals(await countedStatuses(world.storage()), { success: 6 });
  assertEquals(begun.sort(), [0, 1, 2, 3, 4, 5]);
});

Deno.test("a tick whose time is over begins none of the runs that it has claimed, and gives them back", async () => {
  await using world = await World.create();
  const flow = oneStep(() => world.effects.advance(100));
  const engine = world.engine({ workflows: [flow] });
  await enqueueMany(engine, flow, 10);
  const { runs, nextDueInMs } = await engine.tick({ budgetMs: 150 });
  assertEquals([runs.length, nextDueInMs], [2, 0]);
  await world.settle(engine);
  assertEquals(await countedStatuses(world.storage()), { success: 10 });
});

Deno.test("after quick runs, those that hold up the event loop do not overrun a tick's budget together", async () => {
  await using world = await World.create();
  const QUICK = 40;
  const flow = oneStep((n) => {
    if (n >= QUICK) world.effects.advance(300);
  });
  const engine = world.engine({ workflows: [flow] });
  await enqueueMany(engine, flow, QUICK + 10);
  const begun = world.effects.now();
  const { nextDueInMs } = await engine.tick({ budgetMs: 500 });
  assert(world.effects.now() - begun <= 500 + 300, `${world.effects.now() - begun} ms`);
  assertEquals(nextDueInMs, 0);
  await world.settle(engine);
  assertEquals(await countedStatuses(world.storage()), { success: QUICK + 10 });
});

Deno.test("runs that a request takes which was given up are given back as soon as that is known", async () => {
  await using world = await World.create();
  const flow = countingWorkflow(1);
  const enqueuing = world.engine({ workflows: [flow] });
  await enqueuing.init();
  let isSlow = true;
  const slow: SqlClient = {
    execute: (statement) => world.client.execute(statement),
    batch: async (statements, mode) => {
      const isClaim = statements.some(({ sql }) => sql.includes("SET epoch = epoch + 1, status"));
      if (isClaim && isSlow) {
        isSlow = false;
        await world.effects.sleep(9_000);
      }
      return await world.client.batch(statements, mode);
    },
  };
  // The queue gives the claim up, and the second try finds nothing due; then the first one arrives.
  await world.effects.until(world.engine({ workflows: [flow], client: slow }).tick());
  await enqueueMany(enqueuing, flow, 3);
  world.effects.advance(2_000);
  await turns(20);
  assertEquals(await countedStatuses(world.storage()), { pending: 3 });
  await world.effects.until(enqueuing.tick());
  assertEquals(await countedStatuses(world.storage()), { success: 3 });
});

Deno.test("a lease is measured from when it was asked for, however late the answer came", async () => {
  await using world = await World.create();
  let executions = 0;
  const flow = oneStep(async () => {
    executions++;
    await world.effects.sleep(10_000);
  });
  await enqueueMany(world.engine(), flow, 1);
  let slowAnswers = 3;
  const slow: SqlClient = {
    execute: (statement) => world.client.execute(statement),
    batch: async (statements, mode) => {
      const results = await world.client.batch(statements, mode);
      const isClaim = statements.some(({ sql }) => sql.includes("SET epoch = epoch + 1, status"));
      // Two answers come after the queue has given them up, the third just before.
      if (isClaim && slowAnswers-- > 0)
        await world.effects.sleep(slowAnswers === 0 ? 7_900 : 9_000);
      return results;
    },
  };
  const late = world.engine({ workflows: [flow], client: slow }).tick();
  const other = world.effects.sleep(30_001).then(() => world.engine({ workflows: [flow] }).tick());
  await world.effects.until(Promise.all([late, other]));
  assertEquals(executions, 1);
  assertEquals(await countedStatuses(world.storage()), { success: 1 });
});

Deno.test("a request to claim that arrives again when its runs are over takes no others", async () => {
  await using world = await World.create();
  const storage = world.storage();
  const flow = countingWorkflow(1);
  const engine = world.engine({ workflows: [flow] });
  await enqueueMany(engine, flow, 1);
  const request = { workflowIds: ["counting"], leaseMs: 1_000, claimId: "claim", limit: 10 };
  const [claim] = await storage.claimMany(request);
  assert(claim !== undefined);
  await storage.release(claim.run.runId, claim.run.epoch, 3_600_000);
  await enqueueMany(engine, flow, 5, "later");
  assertEquals(await storage.claimMany(request), []);
  assertEquals(await countedStatuses(storage), { pending: 6 });
});

Deno.test("what a run was doing is told without what has ended since", async () => {
  await using world = await World.create();
  let client = new FaultyClient(world.client);
  const config = { inputSchema: Count, outputSchema: Count } as const;
  const deadly = createStep({
    ...config,
    id: "deadly",
    execute: async ({ inputData, resumeData, suspend }) => {
      if (resumeData === undefined) return await suspend();
      client.kill();
      return inputData;
    },
  });
  const slow = createStep({
    ...config,
    id: "slow",
    execute: async ({ inputData }) => {
      await world.effects.sleep(1_000);
      return inputData;
    },
  });
  const flow = createWorkflow({ id: "flow", inputSchema: Count, outputSchema: z.any() })
    .parallel([deadly, slow])
    .commit();
  const run = await world.engine({ client }).createRun(flow, "r");
  await world.effects.until(run.safeStart({ inputData: { n: 1 } }));
  await world.effects.until(Promise.race([run.safeResume({ resumeData: 1 }), client.killed]));
  for (let life = 0; life < 6; life++) {
    world.effects.advance(AFTER_LEASE_MS);
    client = new FaultyClient(world.client);
    const engine = world.engine({ workflows: [flow], client });
    await world.effects.until(Promise.race([engine.tick(), client.killed]));
  }
  const message = (await world.storage().loadSnapshot("r"))?.error ?? "";
  assert(message.endsWith('in step "deadly"'), message);
});

Deno.test("the result of a step is stored while another one beside it is at work for long", async () => {
  await using world = await World.create();
  const client = new FaultyClient(world.client);
  const config = { inputSchema: Count, outputSchema: Count } as const;
  const quick = createStep({ ...config, id: "quick", execute: ({ inputData }) => inputData });
  const long = createStep({
    ...config,
    id: "long",
    execute: async ({ inputData }) => {
      await world.effects.sleep(5_000);
      client.kill();
      return inputData;
    },
  });
  const flow = createWorkflow({ id: "flow", inputSchema: Count, outputSchema: z.any() })
    .parallel([quick, long])
    .commit();
  const run = await world.engine({ client }).createRun(flow, "r");
  await world.effects.until(Promise.race([run.safeStart({ inputData: { n: 1 } }), client.killed]));
  const { steps } = (await world.storage().loadRun("r")) ?? { steps: [] };
  assertEquals(
    steps.map(({ path, status }) => [path, status]),
    [["quick", "success"]],
  );
});

Deno.test("what a schema leaves out of an input is stored nowhere, and still tells inputs apart", async () => {
  await using world = await World.create();
  const schema = z.object({ user: z.string() });
  const flow = createWorkflow({ id: "flow", inputSchema: schema, outputSchema: schema }).commit();
  const engine = world.engine();
  const start = async (runId: string, inputData: { user: string }) =>
    await world.effects.until((await engine.createRun(flow, runId)).safeStart({ inputData }));
  const given = { user: "ada", password: "hunter2" };
  await start("r", given);
  const { rows } = await world.client.execute({
    sql: "SELECT * FROM wrkflw_workflow_runs",
    args: [],
  });
  assertEquals(JSON.stringify(rows).includes("hunter2"), false);
  assertEquals((await start("r", given)).status, "success");
  const refused = await start("r", { user: "ada" }).catch((error: Error) => error.message);
  assert(String(refused).includes("with other input"), String(refused));
});

Deno.test("a part of a run at a time is one, and the tick goes on until nothing is due", async () => {
  await using world = await World.create();
  const flow = countingWorkflow(1);
  const engine = world.engine({ workflows: [flow] });
  await enqueueMany(engine, flow, 5);
  const { runs, nextDueInMs } = await world.effects.until(engine.tick({ concurrency: 0.5 }));
  assertEquals([runs.length, nextDueInMs], [5, null]);
});
