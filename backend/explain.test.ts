/** The one sentence on a run, for each status and each wait. */

import { z } from "npm:zod@4.6.7";
import { assertEquals, assertRejects } from "@std/assert";
import { openLocal } from "./databases/local.ts";
import { ExecutionEngine } from "./engine.ts";
import { WrkflwError } from "./errors.ts";
import { explainRun } from "./explain.ts";
import { createStep, type Step } from "./step.ts";
import { WorkflowStorage } from "./storage.ts";
import { turns } from "./testing/fake-effects.ts";
import { FaultyClient } from "./testing/faulty-client.ts";
import { addOne, Count } from "./testing/samples.ts";
import { AFTER_LEASE_MS, World } from "./testing/world.ts";
import type { Workflow } from "./workflow.ts";
import { createWorkflow, type WorkflowBuilder } from "./workflow-builder.ts";

type AnyFlow = Workflow<"flow", unknown, unknown>;
type Builder = WorkflowBuilder<"flow", typeof Anything, typeof Anything, unknown>;

const Anything = z.unknown();

function flowOf(build: (builder: Builder) => Builder): AnyFlow {
  const config = { id: "flow", inputSchema: Anything, outputSchema: Anything } as const;
  return build(createWorkflow(config)).commit();
}

function doing(execute: () => unknown, retry = {}): Step<"work", unknown, unknown> {
  return createStep({ id: "work", inputSchema: Anything, outputSchema: Anything, retry, execute });
}

function asking(id: string, payload?: unknown): Step<string, unknown, unknown> {
  return createStep({
    id,
    inputSchema: Anything,
    outputSchema: Anything,
    execute: ({ suspend }) => suspend(payload),
  });
}

function failing(): never {
  throw new Error("HTTP 503");
}

const RETRY = { attempts: 3, initialMs: 41_000, jitter: false };

/** What is said of a run once it can go no further by itself. */
const STANDING: readonly [string, (builder: Builder) => Builder, string][] = [
  ["success", (builder) => builder.then(doing(() => 1)), "Succeeded after 0 ms"],
  ["failed", (builder) => builder.then(doing(failing)), "Failed after 0 ms: HTTP 503"],
  ["waiting", (builder) => builder.sleep("3h"), "Sleeps for 3 h more (until 2026-01-01 03:00 UTC)"],
  [
    "waiting",
    (builder) => builder.sleepUntil("2026-01-03T00:00:00Z"),
    "Sleeps for 2 d more (until 2026-01-03 00:00 UTC)",
  ],
  [
    "waiting",
    (builder) => builder.waitForEvent("order.paid", { schema: Anything }),
    'Waits for event "order.paid"',
  ],
  [
    "waiting",
    (builder) =>
      builder.waitForEvent("order.paid", { schema: Anything, match: "7", timeoutMs: 300_000 }),
    'Waits for event "order.paid" for "7", gives up in 5 min (2026-01-01 00:05 UTC)',
  ],
  [
    "waiting",
    (builder) => builder.then(doing(failing, RETRY)),
    'Attempt 2 of "work" in 41 s after: HTTP 503',
  ],
  ["suspended", (builder) => builder.then(asking("ask")), 'Waits for somebody to resume "ask"'],
  [
    "suspended",
    (builder) => builder.then(asking("ask", { cents: 7, question: "May I?" })),
    'Waits for somebody to resume "ask": May I?',
  ],
  [
    "suspended",
    (builder) => builder.then(asking("ask", "é".repeat(500))),
    `Waits for somebody to resume "ask": ${"é".repeat(160)}…`,
  ],
  [
    "suspended",
    (builder) => builder.then(asking("ask", [7])),
    'Waits for somebody to resume "ask"',
  ],
  [
    "waiting",
    (builder) => builder.parallel([asking("ask"), doing(failing, RETRY)]),
    'Waits for somebody to resume "ask"; Attempt 2 of "work" in 41 s after: HTTP 503',
  ],
];

Deno.test("a run that is over or waits says in one sentence why, or for what", async () => {
  for (const [status, build, sentence] of STANDING) {
    await using world = await World.create();
    const engine = world.engine();
    const run = await engine.createRun(flowOf(build), "r");
    const result = await world.effects.until(run.safeStart({ inputData: 0 }));
    assertEquals([result.status, await engine.explain("r")], [status, sentence]);
  }
});

Deno.test("a run that is stored says when it starts, one that was canceled that it was", async () => {
  await using world = await World.create();
  const engine = world.engine();
  const flow = flowOf((builder) => builder.then(doing(() => 1)));
  const soon = await engine.createRun(flow, "soon");
  await soon.enqueue({ inputData: 0 });
  assertEquals(await engine.explain("soon"), "Waits for the next tick");
  const later = await engine.createRun(flow, "later");
  await later.enqueue({ inputData: 0, delayMs: 7_200_000 });
  assertEquals(await engine.explain("later"), "Starts in 2 h");
  world.effects.advance(7_200_000);
  assertEquals(await engine.explain("later"), "Waits for the next tick");
  await later.cancel();
  assertEquals(await engine.explain("later"), "Canceled");
});

Deno.test("a run at work names all its steps, also one that began a little later", async () => {
  const client = await openLocal(":memory:");
  const engine = new ExecutionEngine(new WorkflowStorage({ client }));
  const gate = Promise.withResolvers<number>();
  const work = doing(() => gate.promise);
  const later = flowOf((builder) => builder.map(async () => await Promise.resolve(1)).then(work));
  const flow = flowOf((builder) => builder.parallel([work, later]));
  const run = await engine.createRun(flow, "r");
  const result = run.start({ inputData: 0 });
  await turns(5);
  assertEquals(await engine.explain("r"), 'Running "work", "flow/work"');
  gate.resolve(1);
  assertEquals(await result, { work: 1, flow: 1 });
  client.close();
});

Deno.test("a run at work names its step, and so does one whose process died", async () => {
  await using world = await World.create();
  const client = new FaultyClient(world.client);
  const flow = flowOf((builder) =>
    builder
      .map(() => 1)
      .then(
        doing(() => {
          client.kill();
          return new Promise<never>(() => {});
        }),
      ),
  );
  const doomed = world.engine({ client });
  const run = await doomed.createRun(flow, "r");
  void run.start({ inputData: 0 }).catch(() => {});
  await world.effects.until(client.killed);
  const engine = world.engine();
  assertEquals(await engine.explain("r"), 'Running "work"');
  world.effects.advance(AFTER_LEASE_MS);
  assertEquals(await engine.explain("r"), 'Its process died in "work": goes on at the next tick');
});

Deno.test("a blocked run says why", async () => {
  await using world = await World.create();
  const config = { id: "flow", inputSchema: Count, outputSchema: Count } as const;
  const old = createWorkflow(config).then(addOne("before", [])).sleep("1h").commit();
  const run = await world.engine().createRun(old, "r");
  await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
  world.effects.advance(3_600_000);
  const engine = world.engine({ workflows: [createWorkflow(config).sleep("1h").commit()] });
  await world.settle(engine);
  assertEquals(
    await engine.explain("r"),
    'Blocked: Workflow "flow" was changed while the run was under way: "before" is gone (if it has another id now, say so with renamedFrom); bring the old definition back, or cancel the run',
  );
});

Deno.test("a run that is not there cannot be explained; an odd row still can", async () => {
  await using world = await World.create();
  const engine = world.engine();
  await assertRejects(() => engine.explain("none"), WrkflwError, 'Cannot find run "none"');
  const flow = flowOf((builder) => builder.sleep("1h"));
  const started = await engine.createRun(flow, "r");
  await world.effects.until(started.safeStart({ inputData: 0 }));
  const loaded = await world.storage().loadRun("r");
  if (loaded === null) throw new Error("The run is not there");
  const { run, steps } = loaded;
  const said = (change: object) => explainRun({ ...run, ...change }, steps, world.effects.now());
  assertEquals(said({ waits: null }), "Is waiting");
  for (const waits of ["{}", "", "{", "null", "7", "[1]", '"x"', '[{"path":1}]']) {
    assertEquals(said({ waits }), "Is waiting");
  }
  assertEquals(said({ status: "failed", error: null }), "Failed: the error was not stored");
  assertEquals(said({ status: "blocked", error: null }), "Blocked: the reason was not stored");
  const atWork = { status: "running", position: null, dueAt: null } as const;
  assertEquals(said(atWork), 'Running "sleep"');
  for (const position of ["", "{", "null", "[1]"]) {
    assertEquals(explainRun({ ...run, ...atWork, position }, [], 0), "Running its first step");
  }
  const retry = JSON.stringify([{ path: "work", failures: 1, until: world.effects.now() + 5_000 }]);
  assertEquals(said({ waits: retry }), 'Attempt 2 of "work" in 5 s');
  assertEquals(
    explainRun({ ...run, ...atWork, status: "running" }, [], 0),
    "Running its first step",
  );
});
