/** Resumption: by whom, with what, how often, and whatever goes wrong meanwhile. */

import { z } from "npm:zod@4.6.7";
import { assertEquals, assertRejects } from "@std/assert";
import { RunSuspendedError, ValidationError, WrkflwError } from "./errors.ts";
import { createStep, type Step } from "./step.ts";
import { turns } from "./testing/fake-effects.ts";
import { type FaultMode, FaultyClient } from "./testing/faulty-client.ts";
import { HeldClient } from "./testing/held-client.ts";
import { AFTER_LEASE_MS, World } from "./testing/world.ts";
import type { Workflow } from "./workflow.ts";
import { createWorkflow } from "./workflow-builder.ts";

const Answer = z.object({ ok: z.boolean(), by: z.string().default("nobody") });

/** Suspends until it is answered, then puts out who answered. */
function ask<const Id extends string>(
  id: Id,
  seen: unknown[] = [],
  retry = {},
): Step<Id, unknown, string> {
  return createStep({
    id,
    inputSchema: z.unknown(),
    outputSchema: z.string(),
    resumeSchema: Answer,
    suspendSchema: z.object({ question: z.string() }),
    retry,
    execute: ({ resumeData, attempt, suspend }) => {
      if (resumeData === undefined) return suspend({ question: `${id}?` });
      seen.push(resumeData);
      if (attempt === 1 && seen.length === 1 && "attempts" in retry) throw new Error("once");
      return `${id} by ${resumeData.by}`;
    },
  });
}

type AnyFlow = Workflow<"flow", unknown, unknown>;

function askingOnce(seen: unknown[] = []): AnyFlow {
  return createWorkflow({ id: "flow", inputSchema: z.unknown(), outputSchema: z.unknown() })
    .then(ask("ask", seen))
    .commit();
}

function askingTwice(): AnyFlow {
  return createWorkflow({ id: "flow", inputSchema: z.unknown(), outputSchema: z.unknown() })
    .parallel([ask("first"), ask("second")])
    .commit();
}

async function park(world: World, flow: AnyFlow): Promise<void> {
  const run = await world.engine().createRun(flow, "r");
  const result = await world.effects.until(run.safeStart({ inputData: 0 }));
  assertEquals(result.status, "suspended");
}

const DATA = { resumeData: { ok: true, by: "me" } };

Deno.test("a run is resumed through its handle, safely or not, and by another engine", async () => {
  const flow = askingOnce();
  for (const way of ["resume", "safeResume", "engine"] as const) {
    await using world = await World.create();
    const run = await world.engine().createRun(flow, "r");
    const error = await assertRejects(
      () => world.effects.until(run.start({ inputData: 0 })),
      RunSuspendedError,
      'Run "r" is not over: "ask" waits to be resumed',
    );
    assertEquals(error.waits, [{ path: "ask", payload: { question: "ask?" } }]);
    const other = world.engine({ workflows: [flow] });
    if (way === "resume") {
      assertEquals(await world.effects.until(run.resume(DATA)), "ask by me");
    } else {
      const resuming = way === "engine" ? other.resume("r", DATA) : run.safeResume(DATA);
      const result = await world.effects.until(resuming);
      assertEquals([result.status, "output" in result && result.output], ["success", "ask by me"]);
    }
  }
});

Deno.test("resumeData is what the schema makes of it", async () => {
  await using world = await World.create();
  const seen: unknown[] = [];
  const flow = askingOnce(seen);
  await park(world, flow);
  const engine = world.engine({ workflows: [flow] });
  await world.effects.until(engine.resume("r", { resumeData: { ok: true, extra: 1 } }));
  assertEquals(seen, [{ ok: true, by: "nobody" }]);
});

Deno.test("what cannot be resumed is refused in words, and nothing changes", async () => {
  await using world = await World.create();
  const flow = askingTwice();
  await park(world, flow);
  const engine = world.engine({ workflows: [flow] });
  const before = await world.storage().loadRun("r");
  const refusals: readonly [object, string][] = [
    [DATA, 'several steps are suspended, say which with { step }: "first", "second"'],
    [{ step: "third", ...DATA }, 'step "third" is not suspended; suspended are "first", "second"'],
    [{ step: "first", resumeData: { ok: "yes" } }, "invalid resumeData"],
    [{ step: "first" }, "invalid resumeData"],
    [{ step: "first", resumeData: () => 1 }, "invalid resumeData"],
  ];
  for (const [options, reason] of refusals) {
    const error = await assertRejects(() => engine.resume("r", options), WrkflwError, reason);
    assertEquals(error.code, reason.startsWith("invalid") ? "VALIDATION_FAILED" : "NOT_SUSPENDED");
  }
  await assertRejects(() => engine.resume("r", { step: "first" }), ValidationError);
  assertEquals(await world.storage().loadRun("r"), before);
  await assertRejects(() => engine.resume("none", DATA), WrkflwError, 'Cannot find run "none"');
  await assertRejects(() => world.engine().resume("r", DATA), WrkflwError, 'workflow "flow"');
});

Deno.test("a run that is over, or has not begun, cannot be resumed", async () => {
  await using world = await World.create();
  const flow = askingOnce();
  const engine = world.engine({ workflows: [flow] });
  const enqueued = await engine.createRun(flow, "enqueued");
  await enqueued.enqueue({ inputData: 0 });
  await assertRejects(() => engine.resume("enqueued", DATA), WrkflwError, '"pending"');
  await park(world, flow);
  await world.effects.until(engine.resume("r", DATA));
  const error = await assertRejects(() => engine.resume("r", DATA), WrkflwError);
  assertEquals(
    [error.code, error.message],
    [
      "NOT_SUSPENDED",
      'Cannot resume run "r": its status is "success" and nothing in it is suspended',
    ],
  );
  const canceled = await engine.createRun(flow, "canceled");
  await world.effects.until(canceled.safeStart({ inputData: 0 }));
  await canceled.cancel();
  await assertRejects(() => canceled.resume(DATA), WrkflwError, '"canceled"');
});

Deno.test("two suspended steps are resumed one by one, in any order, from any process", async () => {
  for (const order of [
    ["first", "second"],
    ["second", "first"],
  ]) {
    await using world = await World.create();
    const flow = askingTwice();
    await park(world, flow);
    const [one = "", other = ""] = order;
    const engine = world.engine({ workflows: [flow] });
    const half = await world.effects.until(engine.resume("r", { step: one, ...DATA }));
    assertEquals(
      [half.status, "waits" in half && half.waits.map(({ path }) => path)],
      ["suspended", [other]],
    );
    const last = world.engine({ workflows: [flow] });
    const whole = await world.effects.until(last.resume("r", { step: other, ...DATA }));
    assertEquals("output" in whole && whole.output, {
      first: "first by me",
      second: "second by me",
    });
  }
});

Deno.test("of two resumptions at once one wins, and the step is executed once", async () => {
  for (let seed = 1; seed <= 5; seed++) {
    await using world = await World.create(seed);
    const seen: unknown[] = [];
    const flow = askingOnce(seen);
    await park(world, flow);
    const engines = [world.engine({ workflows: [flow] }), world.engine({ workflows: [flow] })];
    const answers = engines.map((engine, index) =>
      engine.resume("r", { resumeData: { ok: true, by: `engine ${index}` } }),
    );
    const settled = await world.effects.until(Promise.allSettled(answers));
    const refused = settled.filter(({ status }) => status === "rejected");
    assertEquals([refused.length, seen.length], [1, 1]);
    const [rejected] = refused;
    const reason: unknown = rejected?.status === "rejected" ? rejected.reason : undefined;
    assertEquals(reason instanceof WrkflwError && reason.code, "NOT_SUSPENDED");
  }
});

Deno.test("the data of a resumption is kept for a later attempt, and for no later suspension", async () => {
  await using world = await World.create();
  const seen: unknown[] = [];
  const retry = { attempts: 2, initialMs: 60_000, jitter: false };
  const flow = createWorkflow({
    id: "flow",
    inputSchema: z.unknown(),
    outputSchema: z.unknown(),
  })
    .then(ask("ask", seen, retry))
    .then(ask("again"))
    .commit();
  await park(world, flow);
  const engine = world.engine({ workflows: [flow] });
  const failed = await world.effects.until(engine.resume("r", DATA));
  assertEquals(failed.status, "waiting");
  await assertRejects(() => engine.resume("r", DATA), WrkflwError, "nothing in it is suspended");
  world.effects.advance(60_000);
  await world.settle(world.engine({ workflows: [flow] }));
  assertEquals(seen, [DATA.resumeData, DATA.resumeData]);
  const snapshot = await engine.loadSnapshot("r");
  assertEquals(snapshot?.status, "suspended");
  const done = await world.effects.until(engine.resume("r", DATA));
  assertEquals("output" in done && done.output, "again by me");
});

Deno.test("a step that was renamed is resumed under either id, and its data is checked", async () => {
  for (const step of ["ask", "question"]) {
    await using world = await World.create();
    await park(world, askingOnce());
    const renamed = createStep({
      id: "question",
      renamedFrom: "ask",
      inputSchema: z.unknown(),
      outputSchema: z.string(),
      resumeSchema: Answer,
      execute: ({ resumeData }) => `renamed, by ${resumeData?.by}`,
    });
    const flow = createWorkflow({
      id: "flow",
      inputSchema: z.unknown(),
      outputSchema: z.unknown(),
    })
      .then(renamed)
      .commit();
    const engine = world.engine({ workflows: [flow] });
    await assertRejects(() => engine.resume("r", { step, resumeData: 1 }), ValidationError);
    const result = await world.effects.until(engine.resume("r", { step, ...DATA }));
    assertEquals("output" in result && result.output, "renamed, by me");
  }
});

const MODES: readonly FaultMode[] = ["killBefore", "killAfter", "errBefore", "errAfter", "dup"];

Deno.test("a resumption is applied once or not at all, whatever call of it goes wrong", async () => {
  let hits = 0;
  for (const mode of MODES) {
    for (let call = 1; call <= 9; call++) {
      await using world = await World.create();
      const seen: unknown[] = [];
      const flow = askingOnce(seen);
      await park(world, flow);
      const client = new FaultyClient(world.client, { call, mode });
      const doomed = world.engine({ client, workflows: [flow] });
      const resuming = doomed.resume("r", DATA).catch(() => {});
      await world.effects.until(Promise.race([resuming, client.killed]));
      hits += client.calls >= call ? 1 : 0;
      world.effects.advance(AFTER_LEASE_MS);
      const engine = world.engine({ workflows: [flow] });
      await world.settle(engine);
      const subject = `${mode} ${call}`;
      const standing = (await engine.loadSnapshot("r"))?.status;
      if (standing === "suspended") await world.effects.until(engine.resume("r", DATA));
      const snapshot = await engine.loadSnapshot("r");
      assertEquals([snapshot?.status, snapshot?.result], ["success", "ask by me"], subject);
      const loaded = await world.storage().loadRun("r");
      const resumptions = loaded?.steps.filter(({ status }) => status === "resumed");
      assertEquals(resumptions?.length, 1, subject);
      // Only a death between the step's effect and its record repeats it.
      const isDeath = mode.startsWith("kill");
      assertEquals(seen.length <= (isDeath ? 2 : 1), true, `${subject}: ${seen.length} executions`);
    }
  }
  assertEquals(hits >= 20, true, `Only ${hits} faults were met`);
});

Deno.test("a resumption that comes in the very turn in which the run parks is followed", async () => {
  await using world = await World.create();
  const { promise: slowEnd, resolve: endSlow } = Promise.withResolvers<string>();
  const slow = createStep({
    id: "slow",
    inputSchema: z.unknown(),
    outputSchema: z.string(),
    execute: () => slowEnd,
  });
  const flow = createWorkflow({ id: "flow", inputSchema: z.unknown(), outputSchema: z.unknown() })
    .parallel([ask("ask"), slow])
    .commit();
  const client = new HeldClient(world.client);
  const engine = world.engine({ client, workflows: [flow] });
  const run = await engine.createRun(flow, "r");
  const other = await engine.createRun(flow, "other");
  const started = run.safeStart({ inputData: 0 });
  await turns(12);

  client.hold();
  const before = other.enqueue({ inputData: 0, delayMs: 60_000 });
  await turns(12);
  endSlow("slow");
  await turns(12);
  const resumed = engine.resume("r", DATA);
  await turns(12);
  client.release();

  await before;
  assertEquals((await started).status, "suspended");
  assertEquals((await resumed).status, "success");
  assertEquals((await run.getSnapshot())?.result, { ask: "ask by me", slow: "slow" });
});
