/** Answers and requests that take long: by the database's clock nothing happens early all the same. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { ExecutionEngine } from "./engine.ts";
import { RetryAfterError, WrkflwError } from "./errors.ts";
import { delay } from "./prebuilt/delay.ts";
import { isTerminal } from "./records.ts";
import type { ResultSet, SqlClient } from "./sql.ts";
import { createStep, type Step } from "./step.ts";
import { type Fault, FaultyClient } from "./testing/faulty-client.ts";
import { addOne, Count, type CountValue } from "./testing/samples.ts";
import { World } from "./testing/world.ts";
import type { Workflow } from "./workflow.ts";
import { createWorkflow } from "./workflow-builder.ts";

type Flow = Workflow<string, CountValue, CountValue>;

const RUN_ID = "r";
const START = { inputData: { n: 0 } };
const config = { id: "flow", inputSchema: Count, outputSchema: Count } as const;

/** When something was set and when it was over, by the clock of the world, which is the database's. */
class Marks {
  setAt: number | undefined;
  overAt: number | undefined;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  set(): void {
    this.setAt ??= this.#world.effects.now();
  }

  over(): void {
    this.overAt ??= this.#world.effects.now();
  }
}

/** Passes a value on, and notes that it came: a step would have to be written first. */
function noted(note: () => void): (context: { inputData: CountValue }) => CountValue {
  return ({ inputData }) => {
    note();
    return inputData;
  };
}

function noting(id: string, note: () => void): Step<string, CountValue, CountValue> {
  return createStep({ id, inputSchema: Count, outputSchema: Count, execute: noted(note) });
}

/** Fails at first, and must be tried again. */
function failing(
  marks: Marks,
  errorOf: () => Error,
  initialMs: number,
): Step<string, CountValue, CountValue> {
  return createStep({
    id: "fails",
    inputSchema: Count,
    outputSchema: Count,
    retry: { attempts: 2, initialMs, factor: 1, jitter: false },
    execute: ({ inputData, attempt }) => {
      if (attempt === 2) {
        marks.over();
        return inputData;
      }
      marks.set();
      throw errorOf();
    },
  });
}

/** Never returns, and notes when it is stopped. */
function hanging(marks: Marks): Step<string, CountValue, CountValue> {
  return createStep({
    id: "hangs",
    inputSchema: Count,
    outputSchema: Count,
    execute: ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          marks.over();
          reject(signal.reason);
        });
      }),
  });
}

/** Every way to wait for so long, or to be given so long. */
const WAYS: Readonly<Record<string, (marks: Marks, ms: number) => Flow>> = {
  "a sleep": (marks, ms) =>
    createWorkflow(config)
      .then(noting("before", () => marks.set()))
      .sleep(ms)
      .map(noted(() => marks.over()))
      .commit(),
  "a sleep by a function": (marks, ms) =>
    createWorkflow(config)
      .sleep(() => {
        marks.set();
        return ms;
      })
      .map(noted(() => marks.over()))
      .commit(),
  "the delay step": (marks, ms) =>
    createWorkflow(config)
      .then(noting("before", () => marks.set()))
      .map(() => ({ durationMs: ms }))
      .then(delay)
      .map(() => {
        marks.over();
        return { n: 1 };
      })
      .commit(),
  "the pause before the next attempt": (marks, ms) =>
    createWorkflow(config)
      .then(failing(marks, () => new Error("broke"), ms))
      .commit(),
  "the pause that an error asks for": (marks, ms) =>
    createWorkflow(config)
      .then(failing(marks, () => new RetryAfterError(ms, "broke"), 1))
      .commit(),
  "a pause in a nested workflow": (marks, ms) => {
    const step = failing(marks, () => new Error("broke"), ms);
    const nested = createWorkflow({ ...config, id: "nested" })
      .then(step)
      .commit();
    return createWorkflow(config).then(nested).commit();
  },
  "the time-out of an event": (marks, ms) =>
    createWorkflow(config)
      .waitForEvent("never", {
        schema: Count,
        match: () => {
          marks.set();
          return "";
        },
        timeoutMs: ms,
        onTimeout: noted(() => marks.over()),
      })
      .commit(),
  "the time of a nested workflow, in a step": (marks, ms) => {
    const limits = { ...config, id: "nested", timeoutMs: ms };
    const nested = createWorkflow(limits).then(hanging(marks)).commit();
    return createWorkflow(config)
      .then(noting("before", () => marks.set()))
      .then(nested)
      .commit();
  },
  "the time of a nested workflow, in a wait": (marks, ms) => {
    const limits = { ...config, id: "nested", timeoutMs: ms };
    const nested = createWorkflow(limits).waitForEvent("never", { schema: Count }).commit();
    return createWorkflow(config)
      .then(noting("before", () => marks.set()))
      .then(nested)
      .commit();
  },
  "the time of the workflow, in a step": (marks, ms) =>
    createWorkflow({ ...config, timeoutMs: ms })
      .then(hanging(marks))
      .commit(),
  "the time of the workflow, in a wait": (_, ms) =>
    createWorkflow({ ...config, timeoutMs: ms })
      .waitForEvent("never", { schema: Count })
      .commit(),
};

/** Shorter than what a process waits itself, and longer. */
const LENGTHS_MS = [150, 60_000];
const LATE_MS = [40, 1_900, 7_500];
const MODES = ["lag", "slow"] as const;
const BIRTHS = ["start", "tick"] as const;

type Birth = (typeof BIRTHS)[number];

function slowed(world: World, fault: Omit<Fault, "call">): FaultyClient {
  const sleep = (ms: number) => world.effects.sleep(ms);
  return new FaultyClient(world.client, { ...fault, call: 1 }, { sleep });
}

/** The first claim is made over a bad line, and the run is woken over a good one as soon as it is due. */
async function drive(
  world: World,
  flow: Flow,
  fault: Omit<Fault, "call">,
  birth: Birth,
): Promise<void> {
  const engine = world.engine({ workflows: [flow] });
  const late = world.engine({ client: slowed(world, fault), workflows: [flow] });
  await engine.init();
  if (birth === "start") {
    const run = await world.effects.until(late.createRun(flow, RUN_ID));
    await world.effects.until(run.safeStart(START));
  } else {
    await (await engine.createRun(flow, RUN_ID)).enqueue(START);
    await world.effects.until(late.tick());
  }
  await wakeUntilOver(world, engine);
}

async function wakeUntilOver(world: World, engine: ExecutionEngine): Promise<void> {
  for (let tick = 0; tick < 10; tick++) {
    const run = await world.storage().findRun(RUN_ID);
    if (run !== null && isTerminal(run.status)) return;
    const { nextDueInMs } = await world.effects.until(engine.tick());
    world.effects.advance(nextDueInMs ?? 0);
  }
  throw new Error("The run does not end");
}

for (const [way, build] of Object.entries(WAYS)) {
  Deno.test(`however late the database answers, this is not over early: ${way}`, async () => {
    for (const mode of MODES) {
      for (const birth of BIRTHS) {
        for (const lateMs of LATE_MS) {
          for (const ms of LENGTHS_MS) {
            await using world = await World.create();
            const marks = new Marks(world);
            await drive(world, build(marks, ms), { mode, ms: lateMs, lasts: true }, birth);
            marks.over();
            const run = await world.storage().findRun(RUN_ID);
            const { overAt = 0, setAt = run?.startedAt ?? 0 } = marks;
            const tookMs = overAt - setAt;
            const told = `${ms} ms took ${tookMs} ms (${mode} ${lateMs} ms, ${birth})`;
            assert(tookMs >= ms, told);
            // What waits in the process has to write that it does, and to wait for an answer.
            assert(tookMs <= ms + 3 * lateMs, told);
          }
        }
      }
    }
  });
}

Deno.test("however late the database answers, no moment is taken for reached before it is", async () => {
  for (const mode of MODES) {
    for (const birth of BIRTHS) {
      for (const aheadMs of [500, 2_500, 4_500, 5_500, 6_500, 60_000]) {
        await using world = await World.create();
        const marks = new Marks(world);
        const moment = world.effects.now() + aheadMs;
        const flow = createWorkflow(config)
          .sleepUntil(moment)
          .map(noted(() => marks.over()))
          .commit();
        await drive(world, flow, { mode, ms: 2_000, lasts: true }, birth);
        const overAt = marks.overAt ?? 0;
        assert(overAt >= moment, `${aheadMs} ms ahead, over at ${overAt - moment} (${mode})`);
      }
    }
  }
});

Deno.test("what has no length is over at once, however late the database answers", async () => {
  await using world = await World.create();
  const flow = createWorkflow(config)
    .sleep(0)
    .then(failing(new Marks(world), () => new Error("broke"), 0))
    .map(() => ({ durationMs: 0 }))
    .then(delay)
    .map(() => ({ n: 1 }))
    .waitForEvent("never", { schema: Count, timeoutMs: 0, onTimeout: () => ({ n: 2 }) })
    .commit();
  await drive(world, flow, { mode: "lag", ms: 700, lasts: true }, "start");
  const steps = (await world.storage().loadRun(RUN_ID))?.steps ?? [];
  const waited = steps.flatMap(({ wait, endedAt }) => {
    const { until = endedAt } = JSON.parse(wait ?? "{}");
    return until - endedAt;
  });
  assertEquals(new Set(waited), new Set([0]));
  assertEquals(
    steps
      .filter(({ kind, path }) => kind === "sleep" || path === "delay")
      .map((step) => step.status),
    ["success", "success"],
  );
});

Deno.test("what it takes to open the database makes no wait longer", async () => {
  await using world = await World.create();
  const flow = createWorkflow(config)
    .then(failing(new Marks(world), () => new Error("broke"), 100))
    .commit();
  await (await world.engine().createRun(flow, RUN_ID)).enqueue(START);
  const client = slowed(world, { mode: "slow", ms: 6_000 });
  const cold = world.engine({ client, workflows: [flow] });
  const { runs } = await world.effects.until(cold.tick());
  assertEquals(
    runs.map(({ status }) => status),
    ["success"],
  );
  const steps = (await world.storage().loadRun(RUN_ID))?.steps ?? [];
  const [pause] = steps.filter(({ wait }) => wait !== null);
  assertEquals(JSON.parse(pause?.wait ?? "{}").until - (pause?.endedAt ?? 0), 100);
});

Deno.test("a run without time left is due when its tick is over, and not while it could be taken again", async () => {
  await using world = await World.create();
  const marks = new Marks(world);
  const long = createStep({
    id: "long",
    inputSchema: Count,
    outputSchema: Count,
    timeoutMs: 60_000,
    execute: ({ inputData }) => {
      marks.over();
      return inputData;
    },
  });
  const flow = createWorkflow(config).then(addOne("short", [])).then(long).commit();
  await (await world.engine().createRun(flow, RUN_ID)).enqueue(START);
  const client = slowed(world, { mode: "lag", ms: 900, lasts: true });
  const late = world.engine({ client, workflows: [flow] });
  await world.effects.until(late.init());
  const deadline = world.effects.now() + 10_000;
  const { runs } = await world.effects.until(late.tick({ budgetMs: 10_000 }));
  assertEquals(
    runs.map(({ status }) => status),
    ["waiting"],
  );
  const run = await world.storage().findRun(RUN_ID);
  assertEquals((run?.dueAt ?? 0) - deadline, 0);
  assertEquals(marks.overAt, undefined);
});

/** Answers without the time that was asked for. */
class TimelessClient implements SqlClient {
  readonly #inner: SqlClient;

  constructor(inner: SqlClient) {
    this.#inner = inner;
  }

  execute(statement: Parameters<SqlClient["execute"]>[0]): Promise<ResultSet> {
    return this.#inner.execute(statement);
  }

  async batch(
    statements: Parameters<SqlClient["batch"]>[0],
    mode: "write",
  ): Promise<readonly ResultSet[]> {
    const timeless = statements.map(({ sql, args }) => ({
      sql: sql.replace(/, \S+ AS now FROM/, ", NULL AS now FROM"),
      args,
    }));
    return await this.#inner.batch(timeless, mode);
  }
}

Deno.test("no other clock takes the place of the database's", async () => {
  await using world = await World.create();
  const flow = createWorkflow(config).then(addOne("one", [])).commit();
  const sound = world.engine({ workflows: [flow] });
  await (await sound.createRun(flow, "other")).enqueue(START);
  const client = new TimelessClient(world.client);
  const engine = world.engine({ client, workflows: [flow] });
  const run = await engine.createRun(flow, RUN_ID);
  const acts: (() => Promise<unknown>)[] = [() => run.safeStart(START), () => engine.tick()];
  for (const act of acts) {
    const refused = await assertRejects(() => world.effects.until(act()), WrkflwError);
    assertEquals(
      [refused.code, refused.message],
      ["STORAGE_CORRUPT", 'Cannot read the database\'s clock: it is "null" instead of a number'],
    );
  }
});
