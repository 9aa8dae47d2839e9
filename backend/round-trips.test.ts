/** Counts that do not depend on the machine: what a run costs, and that it does not grow. */
import { assert, assertEquals } from "@std/assert";
import { openLocal } from "./databases/local.ts";
import { ExecutionEngine } from "./engine.ts";
import { WorkflowStorage } from "./storage.ts";
import { CountingClient } from "./testing/counting-client.ts";
import { countingWorkflow } from "./testing/samples.ts";

async function countRun(steps: number): Promise<CountingClient> {
  const client = await openLocal(":memory:");
  const counting = new CountingClient(client);
  const engine = new ExecutionEngine(new WorkflowStorage({ client: counting }));
  await engine.init();
  const run = await engine.createRun(countingWorkflow(steps));
  counting.reset();
  assertEquals(await run.start({ inputData: { n: 0 } }), { n: steps });
  client.close();
  return counting;
}

for (const steps of [1, 3, 10, 100]) {
  Deno.test(`a run of ${steps} sequential steps costs ${steps + 1} round trips`, async () => {
    const { roundTrips } = await countRun(steps);
    assertEquals(roundTrips, steps + 1);
  });
}

Deno.test("the last of 1,000 steps sends no more than the first of 10", async () => {
  const [short, long] = [await countRun(10), await countRun(1000)];
  const sizeOfStep = (counts: CountingClient, step: number) => counts.sizes[step] ?? 0;
  // Ids, counters and numbers have more digits later on: nothing else may grow.
  const digits = 60;
  assert(
    sizeOfStep(long, 999) <= sizeOfStep(short, 2) + digits,
    "A step's write grows with the run",
  );
  // A record and a look at the fence; the run's row is written at its beginning and its end.
  const [creating, perStep, ending] = [2, 2, 1];
  assertEquals(long.statements, creating + 1000 * perStep + ending);
});

Deno.test("a cold start on a migrated database is one round trip", async () => {
  const client = await openLocal(":memory:");
  await new WorkflowStorage({ client }).init();
  const counting = new CountingClient(client);
  await new WorkflowStorage({ client: counting }).init();
  client.close();
  assertEquals(counting.roundTrips, 1);
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
  const ratios: number[] = [];
  for (let round = 0; round < 3; round++) ratios.push((await perStep(1000)) / (await perStep(10)));
  const best = Math.min(...ratios);
  assert(best < 1.5, `A step of 1,000 takes ${best.toFixed(2)} times one of 10`);
});
