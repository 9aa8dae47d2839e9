/** Another chance for failed runs: who may ask for it, and what happens when several do. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { ExecutionEngine } from "./engine.ts";
import { ValidationError, WrkflwError } from "./errors.ts";
import { createStep } from "./step.ts";
import { WorkflowStorage } from "./storage.ts";
import { noting, RUN_ID } from "./testing/construct-cases.ts";
import { forEachDatabase } from "./testing/databases.ts";
import { counted } from "./testing/execution-counts.ts";
import { config, fail, fragile, rowsIn, START } from "./testing/failed-runs.ts";
import { type FaultMode, FaultyClient } from "./testing/faulty-client.ts";
import { Count } from "./testing/samples.ts";
import { AFTER_LEASE_MS, World } from "./testing/world.ts";
import { createWorkflow } from "./workflow-builder.ts";

Deno.test("retry() keeps the error that the run had failed with, and the run shows it no more", async () => {
  await using world = await World.create();
  const trouble = { isOn: true };
  const flow = createWorkflow(config).then(fragile("charge", trouble)).commit();
  const { engine } = await fail(world, flow);
  const pending = await engine.retry(RUN_ID, { drives: false });
  assertEquals(pending.status, "pending");
  const loaded = await world.storage().loadRun(RUN_ID);
  assertEquals([loaded?.run.error, loaded?.run.failure, loaded?.run.endedAt], [null, null, null]);
  const note = loaded?.steps.find(({ path }) => path === "#retry");
  assertEquals([note?.kind, note?.status], ["retry", "retried"]);
  assertEquals(JSON.parse(note?.error ?? "null").message, "charge broke");
  assertEquals(await engine.explain(RUN_ID), "Waits for the next tick");
  trouble.isOn = false;
  assertEquals((await world.effects.until(engine.advance(RUN_ID))).status, "success");
});

Deno.test("of two retries at once one wins, and the step is executed once", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  const trouble = { isOn: true };
  const flow = createWorkflow(config)
    .then(fragile("charge", trouble, executions))
    .commit();
  await fail(world, flow);
  trouble.isOn = false;
  const engines = [1, 2, 3].map(() => world.engine({ workflows: [flow] }));
  const tried = await world.effects.until(
    Promise.allSettled(engines.map((engine) => engine.retry(RUN_ID))),
  );
  assertEquals(tried.filter(({ status }) => status === "fulfilled").length, 1);
  for (const one of tried) {
    if (one.status === "rejected") assertEquals(one.reason.code, "NOT_FAILED");
  }
  assertEquals(executions.length, 2);
});

const MODES = ["killBefore", "killAfter", "errBefore", "errAfter", "dup"] satisfies FaultMode[];

for (const mode of MODES) {
  Deno.test(`retry() does all or nothing, once: ${mode} at each database call`, async () => {
    let hits = 0;
    for (let call = 1; call <= 8; call++) {
      await using world = await World.create();
      const executions: string[] = [];
      const trouble = { isOn: true };
      const flow = createWorkflow(config)
        .then(noting("before", executions))
        .then(fragile("charge", trouble, executions))
        .commit();
      await fail(world, flow);
      trouble.isOn = false;
      const engine = world.engine({ workflows: [flow] });
      const client = new FaultyClient(world.client, { call, mode });
      const faulty = world.engine({ client, workflows: [flow] });
      const outcome = await world.effects.until(
        Promise.race([
          faulty.retry(RUN_ID).catch((error: Error) => error),
          client.killed.then(() => "killed" as const),
        ]),
      );
      assert(!(outcome instanceof Error), String(outcome));
      hits += client.calls >= call ? 1 : 0;
      if (outcome === "killed") {
        world.effects.advance(AFTER_LEASE_MS);
        const status = (await engine.loadSnapshot(RUN_ID))?.status;
        if (status === "failed") await world.effects.until(engine.retry(RUN_ID));
        await world.settle(engine);
      }
      assertEquals((await engine.loadSnapshot(RUN_ID))?.result, { n: 2 });
      assertEquals(counted(executions).before, 1);
      const retries = (await world.storage().loadRun(RUN_ID))?.steps.filter(
        ({ path }) => path === "#retry",
      );
      assertEquals(retries?.length, 1, `${mode} at call ${call}`);
    }
    assert(hits >= 5, `Only ${hits} calls were made, so the faults were not met`);
  });
}

forEachDatabase("a failed run is retried on every database", async (client) => {
  const trouble = { isOn: true };
  const flow = createWorkflow(config)
    .parallel([fragile("charge", trouble), fragile("ship", { isOn: false })])
    .map(({ inputData }) => ({ n: inputData.charge.n + inputData.ship.n }))
    .commit();
  const engine = new ExecutionEngine(new WorkflowStorage({ client }), { workflows: [flow] });
  const run = await engine.createRun(flow, RUN_ID);
  assertEquals((await run.safeStart(START)).status, "failed");
  trouble.isOn = false;
  assertEquals(await run.retry(), { n: 2 });
  await engine.deleteRun(RUN_ID);
  assertEquals(await run.getSnapshot(), null);
});

Deno.test("a retry that arrives once more, later, changes nothing", async () => {
  await using world = await World.create();
  const flow = createWorkflow(config)
    .then(fragile("charge", { isOn: true }))
    .commit();
  const { engine } = await fail(world, flow);
  const { epoch } = (await engine.storage.findRun(RUN_ID)) ?? { epoch: 0 };
  const retry = { runId: RUN_ID, epoch, mark: '{"retriedBy":"me"}' };
  assert(await engine.storage.retry(retry));
  await world.settle(engine);
  const before = await rowsIn(world);
  assert(await engine.storage.retry(retry), "it was applied, long ago");
  assertEquals(await rowsIn(world), before);
  assertEquals((await engine.loadSnapshot(RUN_ID))?.status, "failed");
});

Deno.test("runs that have not failed are not retried, with what to do instead", async () => {
  await using world = await World.create();
  const trouble = { isOn: false };
  const flow = createWorkflow(config).then(fragile("charge", trouble)).commit();
  const engine = world.engine({ workflows: [flow] });
  const run = await engine.createRun(flow, RUN_ID);
  await world.effects.until(run.start(START));
  const refused = async (runId: string, message: string) =>
    assertEquals((await assertRejects(() => engine.retry(runId), WrkflwError)).message, message);
  await refused(RUN_ID, 'Cannot retry run "r": its status is "success"');
  const canceled = await engine.createRun(flow, "c");
  await canceled.enqueue(START);
  await refused("c", 'Cannot retry run "c": its status is "pending"');
  await canceled.cancel();
  await refused("c", 'Cannot retry run "c": its status is "canceled"; start one like it instead');
  await refused("none", 'Cannot find run "none": it was never stored, or was deleted');
  const snapshot = { ...(await run.getSnapshot()), runId: "old", status: "failed" } as const;
  await engine.storage.saveSnapshot({ ...snapshot } as never);
  await refused(
    "old",
    'Cannot retry run "old": it has no record of its steps; start one like it instead',
  );
  await assertRejects(() => world.engine().retry(RUN_ID), WrkflwError, "Cannot find workflow");
  await assertRejects(() => world.engine().advance(RUN_ID), WrkflwError, "Cannot find workflow");
  await assertRejects(() => engine.advance("none"), WrkflwError, "Cannot find run");
});

Deno.test("resume() that does not drive leaves the run to a tick, with its data", async () => {
  await using world = await World.create();
  const flow = createWorkflow(config)
    .then(
      createStep({
        id: "ask",
        inputSchema: Count,
        outputSchema: Count,
        resumeSchema: Count,
        execute: ({ resumeData, suspend }) => resumeData ?? suspend({}),
      }),
    )
    .commit();
  const engine = world.engine({ workflows: [flow] });
  const run = await engine.createRun(flow, RUN_ID);
  await world.effects.until(run.safeStart(START));
  await assertRejects(() => run.safeResume({ resumeData: {}, drives: false }), ValidationError);
  assertEquals((await run.safeResume({ resumeData: { n: 3 }, drives: false })).status, "pending");
  await world.settle(engine);
  assertEquals((await run.getSnapshot())?.result, { n: 3 });
});

Deno.test("deleteRun() deletes what is over, with all that belongs to it, and nothing else", async () => {
  await using world = await World.create();
  const flow = createWorkflow(config)
    .then(fragile("charge", { isOn: false }))
    .commit();
  const engine = world.engine({ workflows: [flow] });
  const run = await engine.createRun(flow, RUN_ID);
  await run.enqueue(START);
  const refused = await assertRejects(() => engine.deleteRun(RUN_ID), WrkflwError);
  assertEquals(refused.code, "RUN_IN_PROGRESS");
  assertEquals(refused.message, 'Cannot delete run "r": its status is "pending"; cancel it first');
  await world.settle(engine);
  await engine.deleteRun(RUN_ID);
  assertEquals(await engine.loadSnapshot(RUN_ID), null);
  assertEquals(await rowsIn(world), []);
  await assertRejects(() => engine.deleteRun(RUN_ID), WrkflwError, "Cannot find run");
});
