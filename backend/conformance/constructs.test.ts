/**
 * Each construct that holds nodes × everything that can happen to a step in it, on a virtual
 * clock. A function that throws and waits without a step have tables of their own, since a step
 * in a construct can do neither.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { NonRetryableError, WrkflwError } from "../errors.ts";
import type { RunResult } from "../run.ts";
import { CONSTRUCTS, type ConstructCase, type Deed, RUN_ID } from "../testing/construct-cases.ts";
import { type Counts, counted, recordedPaths } from "../testing/execution-counts.ts";
import { FaultyClient } from "../testing/faulty-client.ts";
import type { CountValue } from "../testing/samples.ts";
import { AFTER_LEASE_MS, World } from "../testing/world.ts";

const INPUT = { inputData: { n: 0 } };
const HOUR_MS = 3_600_000;

/** What a run that succeeded has executed, the probe so many times. */
function whole({ trouble, others }: ConstructCase, times: number): Counts {
  return { ...counted(["before", ...others, "after"]), [trouble]: times };
}

/** What a run has executed that did not get past the construct. */
function part({ trouble }: ConstructCase, others: readonly string[], times: number): Counts {
  return { ...counted(["before", ...others]), [trouble]: times };
}

type Tried = Pick<Parameters<ConstructCase["build"]>[0], "retry" | "timeoutMs" | "flowTimeoutMs">;

/** One run of a construct in one world. */
async function begin(world: World, one: ConstructCase, deed?: Deed, options: Tried = {}) {
  const executions: string[] = [];
  const flow = one.build({ executions, ...(deed === undefined ? {} : { deed }), ...options });
  const engine = world.engine();
  const run = await engine.createRun(flow, RUN_ID);
  const fresh = () => world.engine({ workflows: [flow] });
  const start = () => world.effects.until(run.safeStart(INPUT));
  return { executions, engine, run, flow, start, fresh };
}

async function assertSucceeded(world: World, output: number): Promise<void> {
  const snapshot = await world.storage().loadSnapshot(RUN_ID);
  assertEquals([snapshot?.status, snapshot?.result], ["success", { n: output }]);
}

function failureOf(result: RunResult<unknown>) {
  return result.status === "failed"
    ? { message: result.error.message, step: result.error.step, code: result.error.code }
    : result;
}

const addOne: Deed = ({ inputData }) => ({ n: inputData.n + 1 });
const hang: Deed = () => new Promise(() => {});
const suspendOnce: Deed = async ({ resumeData, inputData, suspend }) => {
  if (resumeData === undefined) return await suspend({ n: 7 });
  return { n: inputData.n + resumeData.n };
};
const untilAborted: Deed = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

function failing(times: number): Deed {
  return (context) => {
    if (context.attempt <= times) throw new Error(`boom ${context.attempt}`);
    return addOne(context);
  };
}

type Scenario = (world: World, one: ConstructCase) => Promise<void>;

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  async "succeeds, each step once"(world, one) {
    const { start, executions } = await begin(world, one);
    const result = await start();
    assertEquals(result.status === "success" && result.output, { n: one.output });
    assertEquals(counted(executions), whole(one, 1));
  },

  async "fails with the step's error, and nothing after it runs"(world, one) {
    const { start, executions, fresh } = await begin(world, one, failing(9));
    assertEquals(failureOf(await start()), {
      message: "boom 1",
      step: one.trouble,
      code: undefined,
    });
    world.effects.advance(HOUR_MS);
    await world.settle(fresh());
    assertEquals(counted(executions), part(one, one.despiteFailure, 1));
  },

  async "retries in the process where the pauses are short"(world, one) {
    const retry = { attempts: 3, initialMs: 100 };
    const { start, executions } = await begin(world, one, failing(2), { retry });
    assertEquals((await start()).status, "success");
    assertEquals(counted(executions), whole(one, 3));
    await assertSucceeded(world, one.output);
  },

  async "retries in other processes where the pauses are long"(world, one) {
    const retry = { attempts: 3, initialMs: HOUR_MS, jitter: false, maxMs: HOUR_MS };
    const { start, executions, fresh } = await begin(world, one, failing(2), { retry });
    assertEquals((await start()).status, "waiting");
    assertEquals(counted(executions), part(one, one.despiteSuspension, 1));
    for (let pause = 0; pause < 2; pause++) {
      world.effects.advance(HOUR_MS);
      await world.settle(fresh());
    }
    assertEquals(counted(executions), whole(one, 3));
    await assertSucceeded(world, one.output);
  },

  async "fails at once with an error that is not to be retried"(world, one) {
    const deed: Deed = () => {
      throw new NonRetryableError("no use");
    };
    const { start, executions } = await begin(world, one, deed, { retry: { attempts: 5 } });
    const { message, step } = Object(failureOf(await start()));
    assertEquals([message, step], ["no use", one.trouble]);
    assertEquals(counted(executions), part(one, one.despiteFailure, 1));
  },

  async "suspends, and is resumed by another process"(world, one) {
    const { start, executions, fresh } = await begin(world, one, suspendOnce);
    const result = await start();
    const waits = [{ path: one.trouble, payload: { n: 7 } }];
    assertEquals([result.status, "waits" in result && result.waits], ["suspended", waits]);
    assertEquals(counted(executions), part(one, one.despiteSuspension, 1));
    const resumed = fresh().resume(RUN_ID, { step: one.trouble, resumeData: { n: 1 } });
    assertEquals((await world.effects.until(resumed)).status, "success");
    assertEquals(counted(executions), whole(one, 2));
    await assertSucceeded(world, one.output);
  },

  async "refuses data that do not fit, and stays suspended"(world, one) {
    const { start, executions, fresh } = await begin(world, one, suspendOnce);
    await start();
    await assertRejects(
      () => fresh().resume(RUN_ID, { resumeData: { n: "one" } }),
      Error,
      `Cannot resume step "${one.trouble}" of run "r": invalid resumeData`,
    );
    const snapshot = await world.storage().loadSnapshot(RUN_ID);
    assertEquals(
      [snapshot?.status, snapshot?.stepResults[one.trouble]?.status],
      ["suspended", "suspended"],
    );
    assertEquals(counted(executions), part(one, one.despiteSuspension, 1));
  },

  async "is canceled at work: the signal aborts, nothing after it runs"(world, one) {
    let isAborted = false;
    let began: () => void = () => {};
    const atWork = new Promise<void>((resolve) => {
      began = resolve;
    });
    const deed: Deed = (context) => {
      context.signal.addEventListener("abort", () => {
        isAborted = true;
      });
      began();
      return untilAborted(context);
    };
    const { run, executions, fresh } = await begin(world, one, deed);
    const result = run.safeStart(INPUT);
    await atWork;
    assertEquals((await run.cancel()).wasCanceled, true);
    assertEquals((await world.effects.until(result)).status, "canceled");
    assertEquals(isAborted, true);
    world.effects.advance(HOUR_MS);
    await world.settle(fresh());
    const counts = counted(executions);
    assertEquals([counts[one.trouble], counts.before, counts.after], [1, 1, undefined]);
  },

  async "is canceled while suspended, and cannot be resumed"(world, one) {
    const { start, run, executions, fresh } = await begin(world, one, suspendOnce);
    await start();
    assertEquals((await run.cancel()).status, "canceled");
    await assertRejects(
      () => fresh().resume(RUN_ID, { resumeData: { n: 1 } }),
      WrkflwError,
      "canceled",
    );
    assertEquals(counted(executions), part(one, one.despiteSuspension, 1));
  },

  async "fails when the step takes too long"(world, one) {
    const { start, executions } = await begin(world, one, hang, { timeoutMs: 500 });
    assertEquals(failureOf(await start()), {
      message: 'Step "probe" took longer than 500 ms',
      step: one.trouble,
      code: "TIMED_OUT",
    });
    assertEquals(counted(executions), part(one, one.despiteFailure, 1));
  },

  async "tries again when an attempt took too long"(world, one) {
    const deed: Deed = (context) => (context.attempt === 1 ? hang(context) : addOne(context));
    const options = { timeoutMs: 500, retry: { attempts: 2, initialMs: 10 } };
    const { start, executions } = await begin(world, one, deed, options);
    assertEquals((await start()).status, "success");
    assertEquals(counted(executions), whole(one, 2));
    await assertSucceeded(world, one.output);
  },

  async "fails when the workflow takes too long at work"(world, one) {
    const { start, executions } = await begin(world, one, hang, { flowTimeoutMs: 5_000 });
    assertEquals(failureOf(await start()), {
      message: 'Workflow "flow" ran out of time in step "probe"',
      step: one.trouble,
      code: "TIMED_OUT",
    });
    assertEquals(counted(executions), part(one, one.despiteFailure, 1));
  },

  async "fails when the workflow takes too long while suspended"(world, one) {
    const options = { flowTimeoutMs: HOUR_MS };
    const { start, executions, fresh } = await begin(world, one, suspendOnce, options);
    assertEquals((await start()).status, "suspended");
    world.effects.advance(HOUR_MS - 1);
    await world.settle(fresh());
    assertEquals((await world.storage().loadSnapshot(RUN_ID))?.status, "suspended");
    world.effects.advance(1);
    await world.settle(fresh());
    const snapshot = await world.storage().loadSnapshot(RUN_ID);
    assertEquals(snapshot?.status, "failed");
    assert(snapshot?.error?.startsWith('Workflow "flow" ran out of time'), snapshot?.error);
    assertEquals(counted(executions), part(one, one.despiteSuspension, 1));
  },

  async "ends with success where the step bails"(world, one) {
    const deed: Deed = ({ bail }) => bail({ n: 100 });
    const { start, executions } = await begin(world, one, deed);
    assertEquals((await start()).status, "success");
    await assertSucceeded(world, one.isNested === true ? 101 : 100);
    const expected = part(one, one.despiteFailure, 1);
    const after = one.isNested === true ? { after: 1 } : {};
    assertEquals(counted(executions), { ...expected, ...after });
  },
};

for (const one of CONSTRUCTS) {
  for (const [what, prove] of Object.entries(SCENARIOS)) {
    Deno.test(`${one.name}: ${what}`, async () => {
      await using world = await World.create();
      await prove(world, one);
    });
  }

  Deno.test(`${one.name}: goes on after a kill at any call, and repeats nothing recorded`, async () => {
    let hits = 0;
    for (let call = 1; hits === call - 1; call++) {
      assert(call < 60, "the run makes more and more calls");
      if (await survivesKill(one, call)) hits++;
    }
    assert(hits >= 5, `only ${hits} calls were met`);
  });
}

/** One process dies at a call, when it starts or when it resumes; another one ends the run. */
async function survivesKill(one: ConstructCase, call: number): Promise<boolean> {
  await using world = await World.create();
  await world.storage().init();
  const executions: string[] = [];
  const flow = one.build({ executions, deed: suspendOnce });
  const client = new FaultyClient(world.client, { call, mode: "killAfter" });
  const run = await Promise.race([
    world.engine({ client }).createRun(flow, RUN_ID),
    client.killed.then(() => undefined),
  ]);
  const result =
    run === undefined ? undefined : await untilKilled(world, client, run.safeStart(INPUT));
  if (result?.status === "suspended") {
    const doomed = world.engine({ client, workflows: [flow] });
    await untilKilled(world, client, doomed.resume(RUN_ID, { resumeData: { n: 1 } }));
  }
  const recorded = await recordedPaths(world.client);
  const atDeath = executions.length;
  await endRun(world, one, flow);
  const again = executions.slice(atDeath).filter((path) => recorded.includes(path));
  assertEquals(again, [], `recorded steps ran again after a kill at call ${call}`);
  await assertSucceeded(world, one.output);
  return client.calls >= call;
}

async function untilKilled<T>(world: World, client: FaultyClient, promise: Promise<T>) {
  return await world.effects.until(Promise.race([promise, client.killed.then(() => undefined)]));
}

/** Another process starts the run or takes it up, and resumes it where it is suspended. */
async function endRun(
  world: World,
  one: ConstructCase,
  flow: ReturnType<ConstructCase["build"]>,
): Promise<void> {
  world.effects.advance(AFTER_LEASE_MS);
  const engine = world.engine();
  const run = await engine.createRun(flow, RUN_ID);
  const result: RunResult<CountValue> = await world.effects.until(run.safeStart(INPUT));
  if (result.status !== "suspended") return;
  const resumed = engine.resume(RUN_ID, { step: one.trouble, resumeData: { n: 1 } });
  assertEquals((await world.effects.until(resumed)).status, "success");
}
