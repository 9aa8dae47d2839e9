/** Early ends, state, time and limits: more of the hard cases. */
import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { RunFailedError, WrkflwError } from "./errors.ts";
import { LIMITS } from "./limits.ts";
import type { Node } from "./node.ts";
import { createStep, type StepConfig } from "./step.ts";
import { addOne, Count, type CountValue } from "./testing/samples.ts";
import { AFTER_LEASE_MS, World } from "./testing/world.ts";
import { createWorkflow } from "./workflow-builder.ts";

const HOUR_MS = 3_600_000;
const config = { id: "flow", inputSchema: Count, outputSchema: Count } as const;
const open = { id: "flow", inputSchema: Count, outputSchema: z.unknown() } as const;
type Config = StepConfig<string, typeof Count, typeof Count>;

function stepOf<const Id extends string>(
  id: Id,
  execute: Config["execute"],
  more: Partial<Config> = {},
) {
  return createStep({ ...config, ...more, id, execute });
}

function counts(executions: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const key of executions) found[key] = (found[key] ?? 0) + 1;
  return found;
}

Deno.test("bail() ends its own workflow with success: the run, a nested one, a branch, an item's, a loop's", async () => {
  const quit = stepOf("quit", async ({ bail }) => await bail({ n: 99 }));
  const inner = () =>
    createWorkflow({ ...config, id: "inner" })
      .then(quit)
      .then(addOne("never", []))
      .commit();
  const flows = [
    [createWorkflow(open).then(quit).then(addOne("x", [])).commit(), { n: 99 }],
    [createWorkflow(open).then(inner()).then(addOne("x", [])).commit(), { n: 100 }],
    [
      createWorkflow(open)
        .parallel([quit, addOne("x", [])])
        .map(() => 1)
        .commit(),
      { n: 99 },
    ],
    [
      createWorkflow(open)
        .branch([[() => true, quit]])
        .map(() => 1)
        .commit(),
      { n: 99 },
    ],
    [
      createWorkflow(open)
        .map(({ inputData }) => [inputData])
        .foreach(inner())
        .commit(),
      [{ n: 99 }],
    ],
    [
      createWorkflow(open)
        .dountil(inner(), () => true)
        .then(addOne("x", []))
        .commit(),
      { n: 100 },
    ],
  ] as const;
  for (const [flow, expected] of flows) {
    await using world = await World.create();
    const run = await world.engine().createRun(flow);
    assertEquals(await world.effects.until(run.start({ inputData: { n: 0 } })), expected);
  }
});

Deno.test("state is one for branches, turns, retries and resumption, and a failed attempt's change is dropped", async () => {
  await using world = await World.create();
  let failures = 0;
  const note = <const Id extends string>(id: Id, more: Partial<Config> = {}) =>
    stepOf(
      id,
      ({ inputData, state, setState }) => {
        setState({ [id]: Number(state[id] ?? 0) + 1 });
        if (id === "flaky" && failures++ === 0) throw new Error("once");
        return inputData;
      },
      more,
    );
  const asked = stepOf("asked", async ({ inputData, resumeData, setState, suspend }) => {
    if (resumeData === undefined) {
      setState({ asked: "before" });
      await suspend();
    }
    setState({ answered: true });
    return inputData;
  });
  const flow = createWorkflow(open)
    .parallel([note("a"), note("b"), note("flaky", { retries: 1 })])
    .map(({ inputData }) => inputData.a)
    .dountil(note("turn"), ({ state }) => state.turn === 3)
    .then(asked)
    .commit();
  const run = await world.engine().createRun(flow, "r");
  await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
  await world.effects.until(world.engine({ workflows: [flow] }).resume("r", { resumeData: 1 }));
  const expected = { a: 1, b: 1, flaky: 1, turn: 3, asked: "before", answered: true };
  assertEquals((await run.getSnapshot())?.state, expected);
});

Deno.test("the late result of an attempt whose time was up is dropped", async () => {
  await using world = await World.create();
  const signals: AbortSignal[] = [];
  const late = stepOf(
    "late",
    async ({ attempt, signal }) => {
      signals.push(signal);
      if (attempt === 1) await world.effects.sleep(50_000);
      return { n: attempt };
    },
    { timeoutMs: 1_000, retries: 1 },
  );
  const flow = createWorkflow(config)
    .then(late)
    .sleep(2 * HOUR_MS)
    .commit();
  const engine = world.engine();
  const run = await engine.createRun(flow, "r");
  await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
  world.effects.advance(2 * HOUR_MS);
  await world.settle(engine);
  assertEquals((await run.getSnapshot())?.result, { n: 2 });
  assertEquals(
    signals.map(({ aborted }) => aborted),
    [true, false],
  );
});

Deno.test("a tick yields between steps and items, runs what is longer than any tick, and spins on nothing", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  const work = (id: string, ms: number, timeoutMs?: number) =>
    stepOf(
      id,
      async ({ inputData, idempotencyKey }) => {
        executions.push(idempotencyKey);
        await world.effects.sleep(ms);
        return inputData;
      },
      timeoutMs === undefined ? {} : { timeoutMs },
    );
  const flow = createWorkflow(open)
    .then(work("short", 4_000))
    .then(work("long", 30_000, 60_000))
    .map(({ inputData }) => [inputData, inputData, inputData])
    .foreach(work("item", 6_000))
    .commit();
  const engine = world.engine({ workflows: [flow] });
  await (await engine.createRun(flow, "r")).enqueue({ inputData: { n: 0 } });
  const done: number[] = [];
  while ((await engine.loadSnapshot("r"))?.status !== "success") {
    const { runs } = await world.effects.until(engine.tick({ budgetMs: 10_000 }));
    done.push(executions.length);
    assert(runs.length <= 1 && done.length < 9, `ticks: ${done.join()}`);
    world.effects.advance(10_000);
  }
  assertEquals(counts(executions), {
    "r/short": 1,
    "r/long": 1,
    "r/item%5B0%5D": 1,
    "r/item%5B1%5D": 1,
    "r/item%5B2%5D": 1,
  });
  assert(done.length >= 4, `ticks: ${done.join()}`);
  world.effects.advance(AFTER_LEASE_MS);
});

Deno.test("what grows without end is stopped with a clear error", async () => {
  await using world = await World.create();
  const engine = world.engine();
  const fails = async (
    flow: Parameters<typeof engine.createRun<CountValue, unknown>>[0],
    message: string,
  ) => {
    const run = await engine.createRun(flow);
    await assertRejects(
      () => world.effects.until(run.start({ inputData: { n: 0 } })),
      RunFailedError,
      message,
    );
  };
  const listOf = (length: number) =>
    createWorkflow(open).map(() => Array.from({ length }, () => ({ n: 0 })));
  await fails(
    listOf(LIMITS.items + 1)
      .foreach(addOne("item", []))
      .commit(),
    "10001 items, and the limit is 10000",
  );
  let deep: Node<CountValue, CountValue> = addOne("leaf", []);
  for (let level = 0; level <= LIMITS.depth; level++) {
    deep = createWorkflow({ ...config, id: `level-${level}` })
      .then(deep)
      .commit();
  }
  await fails(
    createWorkflow(open).then(deep).commit(),
    "workflows are nested deeper than 50 levels",
  );
  const wide = Array.from({ length: LIMITS.nodes + 1 }, (_, index) => addOne(`s${index}`, []));
  const builder = createWorkflow(open).parallel(wide);
  assertThrows(() => builder.commit(), WrkflwError, "the limit is 5000; nest workflows");
});

Deno.test("a loop that never ends is stopped at its limit of turns", async () => {
  await using world = await World.create();
  let turns = 0;
  const turn = createWorkflow({ ...config, id: "turn" })
    .map(({ inputData }) => {
      turns++;
      return inputData;
    })
    .commit();
  const flow = createWorkflow(config)
    .dountil(turn, () => false)
    .commit();
  const run = await world.engine().createRun(flow);
  const message = 'Cannot go on in "dountil": it took 10000 turns, which is the limit';
  await assertRejects(
    () => world.effects.until(run.start({ inputData: { n: 0 } })),
    RunFailedError,
    message,
  );
  assertEquals(turns, LIMITS.turns);
});

Deno.test("a step in a loop reads its own result of the turn before", async () => {
  await using world = await World.create();
  const seen: unknown[] = [];
  const add: Node<CountValue, CountValue> = stepOf("add", ({ inputData, getStepResult }) => {
    if (inputData.n > 0) seen.push(getStepResult(add));
    return { n: inputData.n + 1 };
  });
  const flow = createWorkflow(config)
    .dountil(add, ({ iterationCount }) => iterationCount >= 3)
    .commit();
  const run = await world.engine().createRun(flow);
  assertEquals(await world.effects.until(run.start({ inputData: { n: 0 } })), { n: 3 });
  assertEquals(seen, [{ n: 1 }, { n: 2 }]);
});

Deno.test("an empty list gives an empty list, and what is no list is a failure that says so", async () => {
  await using world = await World.create();
  const engine = world.engine();
  const each = (value: unknown) =>
    createWorkflow(open)
      .map(() => value as CountValue[])
      .foreach(addOne("item", []))
      .commit();
  const empty = await engine.createRun(each([]));
  assertEquals(await world.effects.until(empty.start({ inputData: { n: 0 } })), []);
  for (const [value, got] of [
    [null, "null"],
    [{ n: 1 }, "object"],
    ["text", "string"],
  ] as const) {
    const run = await engine.createRun(each(value));
    const start = () => world.effects.until(run.start({ inputData: { n: 0 } }));
    await assertRejects(start, RunFailedError, `foreach takes a list, got ${got}`);
  }
});

Deno.test("ids that stand twice are refused wherever they stand, hostile ones too", () => {
  const step = addOne("same", []);
  const twice = [
    createWorkflow(open).parallel([step, step]),
    createWorkflow(open)
      .then(step)
      .parallel([step, addOne("b", [])]),
    createWorkflow(open).branch([
      [() => true, step],
      [() => true, step],
    ]),
    createWorkflow(open)
      .then(step)
      .dountil(step, () => true),
  ];
  for (const builder of twice) {
    assertThrows(() => builder.commit(), WrkflwError, 'two of its steps have the id "same"');
  }
  assertThrows(() => addOne("__proto__", []), WrkflwError, "is a reserved word");
  assertThrows(() => createWorkflow(open).parallel([]), WrkflwError, "a list of at least one node");
});
