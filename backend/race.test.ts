/** A construct of one's own, as `testing/race.ts` makes it, needs nothing else. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { RunFailedError } from "./errors.ts";
import type { Node } from "./node.ts";
import { createStep } from "./step.ts";
import { FaultyClient } from "./testing/faulty-client.ts";
import { race } from "./testing/race.ts";
import { addOne, Count, type CountValue } from "./testing/samples.ts";
import { AFTER_LEASE_MS, World } from "./testing/world.ts";
import { createWorkflow } from "./workflow-builder.ts";

const HOUR_MS = 3_600_000;
const config = { inputSchema: Count, outputSchema: Count } as const;

/** A workflow that sleeps before it adds one. */
function slow(id: string, hours: number, executions: string[]): Node<CountValue, CountValue> {
  return createWorkflow({ ...config, id })
    .sleep(hours * HOUR_MS)
    .then(addOne(`${id}-step`, executions))
    .commit();
}

function raceOf(executions: string[]) {
  const racers = [slow("tortoise", 5, executions), slow("hare", 1, executions)];
  return createWorkflow({ ...config, id: "flow" })
    .then(addOne("before", executions))
    .then(race("race", racers))
    .then(addOne("after", executions))
    .commit();
}

Deno.test("a construct of one's own is durable: the first wins, and the others' waits are given up", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  const flow = raceOf(executions);
  const run = await world.engine().createRun(flow, "r");
  assertEquals(
    (await world.effects.until(run.safeStart({ inputData: { n: 0 } }))).status,
    "waiting",
  );
  world.effects.advance(HOUR_MS);
  await world.settle(world.engine({ workflows: [flow] }));
  assertEquals((await run.getSnapshot())?.result, { n: 3 });
  assertEquals(executions, ["r/before", "r/hare/hare-step", "r/after"]);
  const loaded = await world.storage().loadRun("r");
  const tortoise = loaded?.steps.filter(({ path }) => path === "tortoise/sleep");
  assertEquals(
    tortoise?.map(({ status }) => status),
    ["suspended", "canceled"],
  );
  world.effects.advance(10 * HOUR_MS);
  assertEquals((await world.effects.until(world.engine({ workflows: [flow] }).tick())).runs, []);
});

Deno.test("a construct of one's own goes on after a kill at any database call", async () => {
  let hits = 0;
  for (let call = 1; call <= 12; call++) {
    await using world = await World.create();
    await world.storage().init();
    const executions: string[] = [];
    const flow = raceOf(executions);
    const client = new FaultyClient(world.client, { call, mode: "killAfter" });
    const engine = world.engine({ client, workflows: [flow] });
    const start = engine.createRun(flow, "r").then((run) => run.safeStart({ inputData: { n: 0 } }));
    await world.effects.until(Promise.race([start, client.killed]));
    world.effects.advance(HOUR_MS);
    await world.effects.until(Promise.race([engine.tick(), client.killed]));
    hits += client.calls >= call ? 1 : 0;
    world.effects.advance(AFTER_LEASE_MS);
    const next = world.engine({ workflows: [flow] });
    await world.settle(next);
    if ((await next.loadSnapshot("r")) === null) {
      const again = await next.createRun(flow, "r");
      await world.effects.until(again.safeStart({ inputData: { n: 0 } }));
    }
    world.effects.advance(HOUR_MS);
    await world.settle(next);
    assertEquals((await next.loadSnapshot("r"))?.result, { n: 3 }, `call ${call}`);
    assertEquals(new Set(executions).size, 3);
    assert(executions.length <= 4, executions.join());
  }
  assert(hits >= 7, `only ${hits} calls were met`);
});

Deno.test("a construct of one's own is drawn, and fails as its children do", async () => {
  await using world = await World.create();
  const bad = createStep({
    ...config,
    id: "bad",
    execute: () => Promise.reject(new Error("lost")),
  });
  const flow = createWorkflow({ ...config, id: "flow" })
    .then(race("race", [bad]))
    .commit();
  const [drawn] = flow.shape().children ?? [];
  assertEquals([drawn?.kind, drawn?.children?.map(({ id }) => id)], ["race", ["bad"]]);
  const run = await world.engine().createRun(flow);
  const start = () => world.effects.until(run.start({ inputData: { n: 0 } }));
  await assertRejects(start, RunFailedError, "lost");
  assertEquals(
    await run.visualize("ascii"),
    "[!] flow: failed\n+-> [!] race: failed\n    +-- [!] bad: failed\n",
  );
  for (const format of ["mermaid", "dot", "json"] as const) {
    for (const diagram of [flow.visualize(format), (await run.visualize(format)) ?? ""]) {
      assert(diagram.includes("race") && diagram.includes("bad"), diagram);
    }
  }
});
