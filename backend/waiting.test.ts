/** A construct made of the checkpoint alone: the engine parks its run and wakes it. */
import { assertEquals, assertRejects } from "@std/assert";
import { RunSuspendedError } from "./errors.ts";
import type { Node } from "./node.ts";
import { addOne, Count, type CountValue } from "./testing/samples.ts";
import { World } from "./testing/world.ts";
import { createWorkflow } from "./workflow-builder.ts";

/** Waits for a moment; without one, for somebody to resume it. */
function nap(id: string, ms?: number): Node<CountValue, CountValue> {
  return {
    id,
    run: (input, frame) =>
      frame.checkpoint<CountValue>({ kind: "nap", input }, (known) => {
        const wait = known?.wait ?? (ms === undefined ? {} : { until: frame.after(ms) });
        const isOver = known?.wait.until !== undefined && frame.now() >= known.wait.until;
        return Promise.resolve(
          isOver ? { status: "success", output: input } : { status: "suspended", wait },
        );
      }),
    shape: () => ({ kind: "nap", id }),
  };
}

const config = { id: "flow", inputSchema: Count, outputSchema: Count } as const;
const HOUR_MS = 3_600_000;

Deno.test("a wait that is over by the time that it is recorded does not park the run", async () => {
  await using world = await World.create();
  for (const ms of [-5_000, 0]) {
    const flow = createWorkflow(config).then(nap("late", ms)).commit();
    const run = await world.engine().createRun(flow);
    const result = await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
    assertEquals(result.status, "success");
  }
});

Deno.test("a run that waits for a moment is parked, woken by a tick, and repeats nothing", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  const nested = createWorkflow({ ...config, id: "nested" })
    .then(nap("sleep", HOUR_MS))
    .commit();
  const flow = createWorkflow(config)
    .then(addOne("before", executions))
    .then(nested)
    .then(addOne("after", executions))
    .commit();
  const run = await world.engine().createRun(flow, "r");
  const until = world.effects.now() + HOUR_MS;
  const result = await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
  assertEquals(result.status, "waiting");
  assertEquals("waits" in result && result.waits, [{ path: "nested/sleep", until }]);
  await assertRejects(
    () => world.effects.until(run.start({ inputData: { n: 0 } })),
    RunSuspendedError,
    'Run "r" is not over: "nested/sleep" waits until 2026-01-01T01:00:00.000Z',
  );
  const snapshot = await run.getSnapshot();
  assertEquals([snapshot?.status, snapshot?.executionPath], ["waiting", [0, 1]]);

  const other = world.engine({ workflows: [flow] });
  assertEquals(await world.effects.until(other.tick()), { runs: [], nextDueInMs: HOUR_MS });
  world.effects.advance(HOUR_MS - 1);
  assertEquals((await world.effects.until(other.tick())).runs, []);
  world.effects.advance(1);
  assertEquals(
    (await world.effects.until(other.tick())).runs.map(({ status }) => status),
    ["success"],
  );
  assertEquals(executions, ["r/before", "r/after"]);
  assertEquals((await run.getSnapshot())?.result, { n: 2 });
  const loaded = await world.storage().loadRun("r");
  const naps = loaded?.steps.filter(({ kind }) => kind === "nap");
  assertEquals(
    naps?.map(({ attempt, status }) => [attempt, status]),
    [
      [1, "suspended"],
      [2, "success"],
    ],
  );
});

Deno.test("a run that waits for somebody is suspended, and no tick takes it", async () => {
  await using world = await World.create();
  const flow = createWorkflow(config).then(nap("approve")).commit();
  const engine = world.engine();
  const run = await engine.createRun(flow, "r");
  const result = await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
  assertEquals(
    [result.status, "waits" in result && result.waits],
    ["suspended", [{ path: "approve" }]],
  );
  world.effects.advance(100 * HOUR_MS);
  assertEquals(await world.effects.until(engine.tick()), { runs: [], nextDueInMs: null });
  assertEquals(await run.cancel(), { runId: "r", status: "canceled", wasCanceled: true });
});
