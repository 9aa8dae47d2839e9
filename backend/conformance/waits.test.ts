/**
 * Each node without a step (`map`, `sleep`, `sleepUntil`, `waitForEvent`) × everything that can
 * happen while it is at work or waits, on a virtual clock.
 */

import { assert, assertEquals } from "@std/assert";
import type { SqlClient } from "../sql.ts";
import {
  begun,
  type Flow,
  found,
  HOUR_MS,
  INPUT,
  outcomeOf,
  type Trial,
} from "../testing/between-steps.ts";
import { noting, RUN_ID } from "../testing/construct-cases.ts";
import { type Counts, counted, recordedPaths } from "../testing/execution-counts.ts";
import { FAKE_START_MS, turns } from "../testing/fake-effects.ts";
import { FaultyClient } from "../testing/faulty-client.ts";
import { Count, type CountValue } from "../testing/samples.ts";
import { AFTER_LEASE_MS, World } from "../testing/world.ts";

/** A node without a step, between `before` and `after`. */
interface NodeCase {
  readonly name: string;
  readonly build: (trial: Trial) => Flow;
  /** What is executed when the run comes to the node. */
  readonly begun: readonly string[];
  /** What is executed after that. */
  readonly rest: readonly string[];
  readonly output: number;
  /** An event ends the wait; else its time is over after an hour. */
  readonly isSent?: boolean;
}

/** A function's value, with a note that it was called. */
function noted<T>({ executions }: Trial, path: string, value: T): () => T {
  return () => {
    executions.push(path);
    return value;
  };
}

function waitCase(name: string, output: number, build: NodeCase["build"]): NodeCase {
  return { name, build, begun: ["before", name], rest: ["after"], output };
}

const MAP: NodeCase = {
  name: "map",
  build: (trial) =>
    begun(trial)
      .map(noted(trial, "map", { n: 10 }))
      .then(noting("after", trial.executions))
      .commit(),
  begun: ["before", "map", "after"],
  rest: [],
  output: 11,
};

const EVENT: NodeCase = {
  ...waitCase("waitForEvent", 8, (trial) =>
    begun(trial)
      .waitForEvent("go", { schema: Count, match: noted(trial, "waitForEvent", "m") })
      .then(noting("after", trial.executions))
      .commit(),
  ),
  isSent: true,
};

const GIVING_UP: NodeCase = {
  name: "waitForEvent with onTimeout",
  build: (trial) =>
    begun(trial)
      .waitForEvent("go", {
        schema: Count,
        match: noted(trial, "waitForEvent", "m"),
        timeoutMs: HOUR_MS,
        onTimeout: noted(trial, "waitForEvent gave up", { n: 4 }),
      })
      .then(noting("after", trial.executions))
      .commit(),
  begun: ["before", "waitForEvent"],
  rest: ["waitForEvent gave up", "after"],
  output: 5,
};

const WAITS: readonly NodeCase[] = [
  waitCase("sleep", 2, (trial) =>
    begun(trial)
      .sleep(noted(trial, "sleep", "1h"))
      .then(noting("after", trial.executions))
      .commit(),
  ),
  waitCase("sleepUntil", 2, (trial) =>
    begun(trial)
      .sleepUntil(noted(trial, "sleepUntil", new Date(FAKE_START_MS + HOUR_MS)))
      .then(noting("after", trial.executions))
      .commit(),
  ),
  EVENT,
  GIVING_UP,
];

function whole(one: NodeCase): Counts {
  return counted([...one.begun, ...one.rest]);
}

/** A run that has come to the node, and the means to go on. */
async function come(world: World, one: NodeCase, limit: Pick<Trial, "flowTimeoutMs"> = {}) {
  const executions: string[] = [];
  const flow = one.build({ executions, ...limit });
  const run = await world.engine().createRun(flow, RUN_ID);
  const result = await world.effects.until(run.safeStart(INPUT));
  assertEquals(counted(executions), counted(one.begun));
  return { executions, flow, run, result };
}

/** What ends the wait. */
async function wake(world: World, one: NodeCase, client: SqlClient = world.client): Promise<void> {
  if (one.isSent !== true) world.effects.advance(HOUR_MS);
  else await world.engine({ client }).sendEvent("go", { n: 7 }, { match: "m" });
}

for (const one of [MAP, ...WAITS]) {
  Deno.test(`${one.name}: the run goes on from a fresh process, and nothing is called twice`, async () => {
    await using world = await World.create();
    const { executions, flow } = await come(world, one);
    await wake(world, one);
    assertEquals(outcomeOf(await found(world, flow)), { n: one.output });
    assertEquals(counted(executions), whole(one));
  });

  Deno.test(`${one.name}: goes on after a kill at any call, and repeats nothing recorded`, async () => {
    let hits = 0;
    for (let call = 1; hits === call - 1; call++) {
      assert(call < 40, "the run makes more and more calls");
      if (await survivesKill(one, call)) hits++;
    }
    assert(hits >= 3, `only ${hits} calls were met`);
  });
}

/** One process dies at a call, when it starts or when it is woken; another one ends the run. */
async function survivesKill(one: NodeCase, call: number): Promise<boolean> {
  await using world = await World.create();
  await world.storage().init();
  const executions: string[] = [];
  const flow = one.build({ executions });
  const client = new FaultyClient(world.client, { call, mode: "killAfter" });
  const doomed = world.engine({ client, workflows: [flow] });
  const start = doomed.createRun(flow, RUN_ID).then((run) => run.safeStart(INPUT));
  await world.effects.until(Promise.race([start, client.killed]));
  world.effects.advance(AFTER_LEASE_MS);
  await found(world, flow);
  await wake(world, one);
  await world.effects.until(Promise.race([doomed.tick(), client.killed]));
  const isHit = client.calls >= call;
  const recorded = await recordedPaths(world.client);
  const before = executions.length;
  world.effects.advance(AFTER_LEASE_MS);
  assertEquals(outcomeOf(await found(world, flow)), { n: one.output }, `call ${call}`);
  for (const path of recorded)
    assert(!executions.slice(before).includes(path), `${path} ran again`);
  return isHit;
}

for (const one of WAITS) {
  Deno.test(`${one.name}: a run that is canceled while it waits is never woken`, async () => {
    await using world = await World.create();
    const { executions, flow, run, result } = await come(world, one);
    assertEquals(result.status, "waiting");
    assertEquals((await run.cancel()).wasCanceled, true);
    await wake(world, one);
    assertEquals(outcomeOf(await found(world, flow)), "canceled");
    assertEquals(counted(executions), counted(one.begun));
  });

  Deno.test(`${one.name}: a workflow whose time is up while it waits has failed`, async () => {
    await using world = await World.create();
    const { executions, flow } = await come(world, one, { flowTimeoutMs: HOUR_MS / 2 });
    world.effects.advance(HOUR_MS / 2);
    const outcome = outcomeOf(await found(world, flow)) as { message: string; code: string };
    assertEquals(outcome.code, "TIMED_OUT");
    assert(outcome.message.startsWith('Workflow "flow" ran out of time before "'), outcome.message);
    assertEquals(counted(executions), counted(one.begun));
  });
}

Deno.test("map: a function that does not come to an end is given up when the workflow's time is up", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  const flow = begun({ executions, flowTimeoutMs: 5_000 })
    .map(() => new Promise<CountValue>(() => {}))
    .then(noting("after", executions))
    .commit();
  const run = await world.engine().createRun(flow, RUN_ID);
  const message = 'Workflow "flow" ran out of time in "map"';
  assertEquals(outcomeOf(await world.effects.until(run.safeStart(INPUT))), {
    message,
    step: "map",
    code: "TIMED_OUT",
  });
  assertEquals(executions, ["before"]);
});

Deno.test("waitForEvent: without onTimeout an event that does not come fails the run", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  const flow = begun({ executions })
    .waitForEvent("go", { schema: Count, timeoutMs: HOUR_MS })
    .then(noting("after", executions))
    .commit();
  const run = await world.engine().createRun(flow, RUN_ID);
  await world.effects.until(run.safeStart(INPUT));
  world.effects.advance(HOUR_MS);
  const message = `Event "go" did not come within ${HOUR_MS} ms`;
  assertEquals(outcomeOf(await found(world, flow)), {
    message,
    step: "waitForEvent",
    code: "TIMED_OUT",
  });
  assertEquals(executions, ["before"]);
});

Deno.test("map: a function that does not come to an end is given up when the run is canceled", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  const flow = begun({ executions })
    .map(() => new Promise<CountValue>(() => {}))
    .then(noting("after", executions))
    .commit();
  const run = await world.engine().createRun(flow, RUN_ID);
  const started = run.safeStart(INPUT);
  await turns(12);
  assertEquals((await run.cancel()).wasCanceled, true);
  assertEquals(outcomeOf(await started), "canceled");
  assertEquals(executions, ["before"]);
});

Deno.test("map: a function that does not come to an end is given up when the lease is lost", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  let turnsTaken = 0;
  const flow = begun({ executions })
    .map(({ inputData }) => (turnsTaken++ === 0 ? new Promise<CountValue>(() => {}) : inputData))
    .then(noting("after", executions))
    .commit();
  const started = (await world.engine().createRun(flow, RUN_ID)).safeStart(INPUT);
  await turns(12);
  world.effects.advance(AFTER_LEASE_MS);
  await world.effects.until(started);
  // A renewal may have been under way when the process gave up.
  world.effects.advance(AFTER_LEASE_MS);
  assertEquals(outcomeOf(await found(world, flow)), { n: 2 });
  // The first result of `before` was to ride with the next step, which did not come.
  assertEquals(executions, ["before", "before", "after"]);
});
