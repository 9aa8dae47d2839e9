/** What waiting runs must get right beside waiting: neighbours, limits, time boxes, words. */
import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { RunFailedError, RunSuspendedError, WrkflwError } from "./errors.ts";
import type { SqlClient } from "./sql.ts";
import { createStep, type StepConfig } from "./step.ts";
import { turns } from "./testing/fake-effects.ts";
import { FaultyClient } from "./testing/faulty-client.ts";
import { addOne, Count } from "./testing/samples.ts";
import { AFTER_LEASE_MS, World } from "./testing/world.ts";
import { createWorkflow } from "./workflow-builder.ts";

const config = { id: "flow", inputSchema: Count, outputSchema: Count } as const;
const open = { id: "flow", inputSchema: Count, outputSchema: z.unknown() } as const;

type Execute = StepConfig<string, typeof Count, typeof Count>["execute"];

function stepOf(id: string, execute: Execute, retries = 0) {
  return createStep({ ...config, id, retries, execute });
}

const ask = stepOf("ask", async ({ inputData, resumeData, suspend }) =>
  resumeData === undefined ? await suspend() : inputData,
);

Deno.test("time-outs that no date can hold are refused where they are given", () => {
  for (const timeoutMs of [Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER, 1e300]) {
    const message = "timeoutMs must be at most a hundred years";
    assertThrows(() => createWorkflow({ ...config, timeoutMs }), WrkflwError, message);
    const step = () => createStep({ ...config, timeoutMs, execute: ({ inputData }) => inputData });
    assertThrows(step, WrkflwError, message);
    const wait = () => createWorkflow(open).waitForEvent("go", { schema: Count, timeoutMs });
    assertThrows(wait, WrkflwError, message);
  }
});

Deno.test("a run with hundreds of event waits parks within what every database takes, and loses none", async () => {
  await using world = await World.create();
  const sizes: number[] = [];
  const strict: SqlClient = {
    execute: (statement) => world.client.execute(statement),
    batch: (statements, mode) => {
      sizes.push(statements.length);
      const chars = statements.reduce((sum, { sql }) => sum + sql.length, 0);
      const isTooMuch = statements.length > 500 || chars > 100_000;
      return isTooMuch
        ? Promise.reject(new Error("too much"))
        : world.client.batch(statements, mode);
    },
  };
  const item = createWorkflow({ ...config, id: "item" })
    .waitForEvent("go", { schema: Count, match: ({ getInitData }) => String(getInitData().n) })
    .commit();
  const flow = createWorkflow(open)
    .map(() => Array.from({ length: 250 }, (_, n) => ({ n })))
    .foreach(item, { concurrency: 250 })
    .map(({ inputData }) => inputData.reduce((sum, { n }) => sum + n, 0))
    .commit();
  const engine = world.engine({ client: strict });
  const run = await engine.createRun(flow, "r");
  assertEquals(
    (await world.effects.until(run.safeStart({ inputData: { n: 0 } }))).status,
    "waiting",
  );
  assert((await engine.explain("r")).length < 400);
  for (let n = 0; n < 250; n++) await engine.sendEvent("go", { n: 1 }, { match: String(n) });
  await world.settle(engine);
  assertEquals((await run.getSnapshot())?.result, 250);
  assert(Math.max(...sizes) <= 400);
});

Deno.test("a slow sibling holds back no short retry and no short sleep", async () => {
  await using world = await World.create();
  const began = world.effects.now();
  const times: Record<string, number> = {};
  const note = (id: string) => {
    times[id] = world.effects.now() - began;
  };
  let failures = 0;
  const quick = stepOf(
    "quick",
    ({ inputData }) => {
      if (failures++ === 0) throw new Error("once");
      note("quick");
      return inputData;
    },
    1,
  );
  const after = stepOf("after", ({ inputData }) => {
    note("after");
    return inputData;
  });
  const nap = createWorkflow({ ...config, id: "nap" })
    .sleep(1_000)
    .then(after)
    .commit();
  const slow = stepOf("slow", async ({ inputData }) => {
    await world.effects.sleep(600_000);
    return inputData;
  });
  const run = await world
    .engine()
    .createRun(createWorkflow(open).parallel([quick, nap, slow]).commit());
  await world.effects.until(run.start({ inputData: { n: 0 } }));
  assert((times.quick ?? 1e9) <= 1_000 && times.after === 1_000, JSON.stringify(times));
});

Deno.test("control flow without steps keeps to the tick's time, and loses nothing of what it did", async () => {
  await using world = await World.create();
  let calls = 0;
  const work = createWorkflow({ ...config, id: "work" })
    .map(async ({ inputData }) => {
      calls++;
      await world.effects.sleep(1_000);
      return inputData;
    })
    .commit();
  const items = createWorkflow(open)
    .map(() => Array.from({ length: 20 }, (_, n) => ({ n })))
    .foreach(work)
    .commit();
  const engine = world.engine({ workflows: [items] });
  const run = await engine.createRun(items, "r");
  await run.enqueue({ inputData: { n: 0 } });
  let ticks = 0;
  while ((await run.getSnapshot())?.status !== "success") {
    const begun = world.effects.now();
    await world.effects.until(engine.tick({ budgetMs: 5_000 }));
    assert(world.effects.now() - begun <= 6_000, "the tick took longer than its budget");
    assert(++ticks < 10, "the run does not get on");
  }
  assertEquals(calls, 20);
});

Deno.test("unseen short steps do not cost a tick each", async () => {
  await using world = await World.create();
  const short = (id: string) =>
    stepOf(id, async ({ inputData }) => {
      await world.effects.sleep(10);
      return inputData;
    });
  const flow = createWorkflow(config).then(short("a")).then(short("b")).then(short("c")).commit();
  const engine = world.engine();
  await (await engine.createRun(flow, "r")).enqueue({ inputData: { n: 0 } });
  await world.effects.until(engine.tick({ budgetMs: 900 }));
  assertEquals((await engine.loadSnapshot("r"))?.status, "success");
});

Deno.test("a run that rests in its process again and again is parked in the end", async () => {
  await using world = await World.create();
  const turn = createWorkflow({ ...config, id: "turn" })
    .then(addOne("add", []))
    .sleep(2_000)
    .commit();
  const flow = createWorkflow(config)
    .dountil(turn, ({ inputData }) => inputData.n >= 100)
    .commit();
  const engine = world.engine();
  await (await engine.createRun(flow, "r")).enqueue({ inputData: { n: 0 } });
  const begun = world.effects.now();
  await world.effects.until(engine.tick({ limit: 1 }));
  assert(world.effects.now() - begun <= 65_000);
  assertEquals((await engine.loadSnapshot("r"))?.status, "waiting");
});

Deno.test("what a mapping does to the input of its workflow does not reach getInitData(), nested or not", async () => {
  await using world = await World.create();
  const doubling = (id: string) =>
    createWorkflow({ id, inputSchema: Count, outputSchema: Count })
      .map(({ inputData }) => {
        inputData.n *= 2;
        return inputData;
      })
      .map(({ inputData, getInitData }) => ({ n: inputData.n + getInitData().n }))
      .commit();
  const flow = createWorkflow({ id: "flow", inputSchema: Count, outputSchema: Count })
    .then(doubling("nested"))
    .commit();
  for (const [each, n] of [
    [doubling("alone"), 30],
    [flow, 30],
  ] as const) {
    const run = await world.engine().createRun(each);
    assertEquals(await world.effects.until(run.start({ inputData: { n: 10 } })), { n });
  }
});

Deno.test("what a step does to its input reaches neither the next attempt nor getInitData()", async () => {
  await using world = await World.create();
  const List = z.custom<{ list: number[] }>(() => true);
  const seen: unknown[] = [];
  const spoil = createStep({
    id: "spoil",
    inputSchema: List,
    outputSchema: List,
    retries: 1,
    execute: ({ inputData, attempt }) => {
      seen.push([...inputData.list]);
      inputData.list.push(9);
      if (attempt === 1) throw new Error("once");
      return inputData;
    },
  });
  const flow = createWorkflow({ id: "flow", inputSchema: List, outputSchema: z.unknown() })
    .then(spoil)
    .map(({ getInitData }) => getInitData())
    .commit();
  const run = await world.engine().createRun(flow);
  const output = await world.effects.until(run.start({ inputData: { list: [1] } }));
  assertEquals([seen, output], [[[1], [1]], { list: [1] }]);
});

Deno.test("resume() in the process that drives the run follows it to where it rests", async () => {
  await using world = await World.create();
  let end: () => void = () => {};
  const slow = stepOf("slow", async ({ inputData }) => {
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    return inputData;
  });
  const run = await world
    .engine()
    .createRun(createWorkflow(open).parallel([ask, slow]).commit(), "r");
  const started = run.safeStart({ inputData: { n: 1 } });
  await turns(30);
  // To load it takes more turns than are waited for where the machine is busy.
  await import("./resume.ts");
  const resumed = run.safeResume({ resumeData: "yes" });
  await turns(30);
  end();
  const statuses = await world.effects.until(Promise.all([started, resumed]));
  assertEquals(
    statuses.map(({ status }) => status),
    ["success", "success"],
  );
});

Deno.test("explain() and the last word on a run that kills its process name the step, also after a wait", async () => {
  await using world = await World.create();
  const deadly = stepOf("deadly", async ({ resumeData, suspend }) =>
    resumeData === undefined ? await suspend() : await new Promise(() => {}),
  );
  const flow = createWorkflow(config).then(addOne("one", [])).then(deadly).commit();
  const first = world.engine();
  const run = await first.createRun(flow, "r");
  await world.effects.until(run.safeStart({ inputData: { n: 1 } }));
  for (let death = 0; death < 8; death++) {
    const client = new FaultyClient(world.client);
    const engine = world.engine({ client, workflows: [flow] });
    if (death === 0) engine.resume("r", { resumeData: 1 }).catch(() => {});
    else engine.tick().catch(() => {});
    await turns(40);
    if (death === 0) assertEquals(await first.explain("r"), 'Running "deadly"');
    client.kill();
    world.effects.advance(AFTER_LEASE_MS);
  }
  assertEquals(
    (await run.getSnapshot())?.error,
    'Gave up run "r": its process died 5 times in step "deadly"',
  );
});

Deno.test("of many waits some are told, and how many more there are", async () => {
  await using world = await World.create();
  const each = createWorkflow({ ...config, id: "each" })
    .then(ask)
    .commit();
  const flow = createWorkflow(open)
    .map(() => Array.from({ length: 50 }, (_, n) => ({ n })))
    .foreach(each, { concurrency: 50 })
    .commit();
  const engine = world.engine();
  const run = await engine.createRun(flow, "r");
  const error = await assertRejects(
    () => world.effects.until(run.start({ inputData: { n: 0 } })),
    RunSuspendedError,
    "; and 47 more",
  );
  assertEquals(error.waits.length, 50);
  assertEquals(
    await engine.explain("r"),
    'Waits for somebody to resume "each[0]/ask"; Waits for somebody to resume "each[1]/ask"; Waits for somebody to resume "each[2]/ask"; and 47 more',
  );
});

for (const match of [undefined, null, 5, "x".repeat(201), "a\u0000"]) {
  Deno.test(`a wait whose match is ${JSON.stringify(match)?.slice(0, 10)} fails its run instead of waiting for ever`, async () => {
    await using world = await World.create();
    const flow = createWorkflow(open)
      .waitForEvent("go", { schema: Count, match: () => match as string })
      .commit();
    const run = await world.engine().createRun(flow);
    await assertRejects(
      () => world.effects.until(run.start({ inputData: { n: 0 } })),
      RunFailedError,
      'Cannot wait for event "go": its match must be a text of at most 200 characters',
    );
  });
}

Deno.test("a run that waits for an event which has another name now is blocked", async () => {
  await using world = await World.create();
  const flowFor = (name: string) =>
    createWorkflow(open).waitForEvent(name, { schema: Count }).commit();
  const run = await world.engine().createRun(flowFor("go"), "r");
  await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
  const next = world.engine({ workflows: [flowFor("went")] });
  await world.engine({ workflows: [flowFor("go")] }).sendEvent("go", { n: 1 });
  await world.settle(next);
  const sentence =
    'Blocked: The workflow was changed while the run was under way: "waitForEvent" waited for event "go" and waits for "went" now';
  assertEquals(await next.explain("r"), sentence);
  const back = world.engine({ workflows: [flowFor("go")] });
  assertEquals((await world.effects.until(back.resume("r"))).status, "success");
});

Deno.test("a retryIf that gives no answer fails the run and says so", async () => {
  await using world = await World.create();
  const retryIf = (() => Promise.resolve(false)) as unknown as () => boolean;
  const bad = createStep({
    ...config,
    id: "bad",
    retry: { attempts: 3, retryIf },
    execute: () => Promise.reject(new Error("no")),
  });
  const run = await world.engine().createRun(createWorkflow(config).then(bad).commit());
  await assertRejects(
    () => world.effects.until(run.start({ inputData: { n: 0 } })),
    RunFailedError,
    "retryIf must return true or false: got a promise",
  );
});

Deno.test("what still waited when a run was canceled is shown as canceled", async () => {
  await using world = await World.create();
  const run = await world.engine().createRun(createWorkflow(config).then(ask).commit());
  await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
  await run.cancel();
  assertEquals((await run.getSnapshot())?.stepResults.ask?.status, "canceled");
});
