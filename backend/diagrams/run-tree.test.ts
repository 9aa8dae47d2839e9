import { z } from "npm:zod@4.6.7";
import { assert, assertEquals } from "@std/assert";
import type { NodeShape } from "../node.ts";
import type { StoredRun } from "../records.ts";
import { createStep } from "../step.ts";
import { turns } from "../testing/fake-effects.ts";
import { outlineOf } from "../testing/outline.ts";
import { race } from "../testing/race.ts";
import { addOne, Count } from "../testing/samples.ts";
import { World } from "../testing/world.ts";
import type { Workflow } from "../workflow.ts";
import { createWorkflow } from "../workflow-builder.ts";
import { runTree } from "./run-tree.ts";
import type { RunTreeNode } from "./run-tree-node.ts";

const config = { id: "flow", inputSchema: Count, outputSchema: Count } as const;
const open = { id: "flow", inputSchema: Count, outputSchema: z.unknown() } as const;
type Flow = Workflow<string, { n: number }, unknown>;

async function stored(world: World): Promise<StoredRun> {
  const loaded = await world.storage().loadRun("r");
  assert(loaded !== null);
  return loaded;
}

/** Starts a run, and gives back what is stored of it when it rests. */
async function start(world: World, flow: Flow): Promise<StoredRun> {
  const run = await world.engine().createRun(flow, "r");
  await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
  return await stored(world);
}

async function outline(flow: Flow): Promise<string[]> {
  await using world = await World.create();
  return outlineOf(runTree(await start(world, flow), flow.shape()));
}

/** The nodes of a tree by their paths. */
function byPath(node: RunTreeNode): Record<string, RunTreeNode> {
  return Object.assign({ [node.path]: node }, ...node.children.map(byPath));
}

Deno.test("each kind of wait is drawn as what it is, with what it waits for", async () => {
  const HOUR_MS = 3_600_000;
  await using world = await World.create();
  const until = world.effects.now() + HOUR_MS;
  const retrying = createStep({
    ...config,
    id: "retrying",
    retry: { attempts: 5, initialMs: HOUR_MS, maxMs: HOUR_MS, jitter: false },
    execute: () => Promise.reject(new Error("busy")),
  });
  const asking = createStep({ ...config, id: "asking", execute: ({ suspend }) => suspend("who?") });
  const sleeping = createWorkflow({ ...open, id: "sleeping" })
    .sleep(HOUR_MS)
    .commit();
  const listening = createWorkflow({ ...open, id: "listening" })
    .waitForEvent("paid", { schema: Count, match: "7" })
    .commit();
  const flow = createWorkflow(open).parallel([retrying, asking, sleeping, listening]).commit();
  const nodes = byPath(runTree(await start(world, flow), flow.shape()));
  const waits = Object.values(nodes).map(({ path, activity: { status, places } }) => [
    path,
    status,
    places[0]?.wait,
  ]);
  assertEquals(waits, [
    ["", "waiting", undefined],
    ["parallel", "waiting", undefined],
    ["retrying", "waiting", { path: "retrying", until, failures: 1 }],
    ["asking", "suspended", { path: "asking", payload: "who?" }],
    ["sleeping", "waiting", undefined],
    ["sleeping/sleep", "waiting", { path: "sleeping/sleep", until }],
    ["listening", "waiting", undefined],
    [
      "listening/waitForEvent",
      "waiting",
      { path: "listening/waitForEvent", event: { name: "paid", match: "7" } },
    ],
  ]);
  assertEquals(nodes.retrying?.activity.places[0]?.attempts, 1);
  world.effects.advance(HOUR_MS);
  await world.settle(world.engine({ workflows: [flow] }));
  const later = byPath(runTree(await stored(world), flow.shape()));
  assertEquals(later.retrying?.activity.places[0]?.attempts, 2);
  assertEquals(later.sleeping?.activity.status, "success");
  await world.engine({ workflows: [flow] }).cancel("r");
  const lines = outlineOf(runTree(await stored(world), flow.shape()));
  assertEquals(lines, [
    "flow canceled",
    "  parallel canceled",
    "    retrying canceled x2",
    "    asking canceled",
    "    sleeping success",
    "      sleep success",
    "    listening canceled",
    "      waitForEvent canceled",
  ]);
});

Deno.test("a step at work is drawn as running, and so is what it lies in", async () => {
  await using world = await World.create();
  let end: () => void = () => {};
  const slow = createStep({
    ...config,
    id: "slow",
    execute: async ({ inputData }) => {
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      return inputData;
    },
  });
  const nested = createWorkflow({ ...config, id: "nested" })
    .then(addOne("one", []))
    .then(slow)
    .commit();
  const flow = createWorkflow(open)
    .map(({ inputData }) => [inputData, inputData, inputData])
    .foreach(nested)
    .then(createStep({ ...open, id: "last", inputSchema: z.unknown(), execute: () => 1 }))
    .commit();
  const started = (await world.engine().createRun(flow, "r")).safeStart({ inputData: { n: 0 } });
  await turns(40);
  assertEquals(outlineOf(runTree(await stored(world), flow.shape())), [
    "flow running",
    "  map success",
    "  foreach running",
    "    nested running: 1 running, 2 not-reached",
    "      one success",
    "      slow running",
    "  last not-reached",
  ]);
  for (let item = 0; item < 3; item++) {
    end();
    await turns(40);
  }
  await world.effects.until(started);
  const nodes = byPath(runTree(await stored(world), flow.shape()));
  assertEquals(nodes["nested/slow"]?.activity.counts, { success: 3 });
  assertEquals(
    nodes["nested/slow"]?.activity.places.map(({ path }) => path),
    ["nested[0]/slow", "nested[1]/slow", "nested[2]/slow"],
  );
});

Deno.test("a failed run that gets another chance is drawn as going on where it failed", async () => {
  await using world = await World.create();
  let isMended = false;
  const frail = createStep({
    ...config,
    id: "frail",
    execute: ({ inputData }) => {
      if (!isMended) throw new Error("broken");
      return inputData;
    },
  });
  const nested = createWorkflow({ ...config, id: "nested" })
    .then(addOne("one", []))
    .then(frail)
    .commit();
  const asking = createStep({ ...config, id: "asking", execute: ({ suspend }) => suspend("who?") });
  const flow = createWorkflow(open).parallel([nested, asking]).commit();
  const drawn = (status: string, frailNow: string, askingNow: string) => [
    `flow ${status}`,
    `  parallel ${status === "pending" ? "waiting" : status}`,
    `    nested ${frailNow}`,
    "      one success",
    `      frail ${frailNow}`,
    `    asking ${askingNow}`,
  ];
  const failed = runTree(await start(world, flow), flow.shape());
  assertEquals(outlineOf(failed), drawn("failed", "failed", "canceled"));
  const engine = world.engine({ workflows: [flow] });
  await world.storage().retry({ runId: "r", epoch: (await stored(world)).run.epoch, mark: "1" });
  const reopened = runTree(await stored(world), flow.shape());
  assertEquals(outlineOf(reopened), drawn("pending", "waiting x2", "suspended"));
  isMended = true;
  await world.settle(engine);
  const mended = runTree(await stored(world), flow.shape());
  assertEquals(outlineOf(mended), drawn("suspended", "success x2", "suspended"));
});

Deno.test("times go from the first record to the last, of what is within as well", async () => {
  await using world = await World.create();
  const begin = world.effects.now();
  const nested = createWorkflow({ ...config, id: "nested" })
    .sleep(1_000)
    .then(addOne("one", []))
    .sleep(2_000)
    .commit();
  const flow = createWorkflow(config)
    .sleep(500)
    .parallel([nested])
    .map(() => ({ n: 1 }))
    .commit();
  const nodes = byPath(runTree(await start(world, flow), flow.shape()));
  const times = ["", "sleep", "parallel", "nested", "nested/one", "nested/sleep#2"].map((path) => {
    const { startedAt, endedAt } = nodes[path]?.activity ?? {};
    return [path, (startedAt ?? 0) - begin, (endedAt ?? 0) - begin];
  });
  assertEquals(times, [
    ["", 0, 3_500],
    ["sleep", 0, 500],
    ["parallel", 500, 3_500],
    ["nested", 500, 3_500],
    ["nested/one", 1_500, 1_500],
    ["nested/sleep#2", 1_500, 3_500],
  ]);
});

Deno.test("arms taken differ from item to item and from turn to turn", async () => {
  const nested = createWorkflow({ ...open, id: "nested" })
    .branch([
      [({ inputData }) => inputData.n % 2 === 0, addOne("even", [])],
      [({ inputData }) => inputData.n > 2, addOne("large", [])],
    ])
    .commit();
  const flow = createWorkflow(open)
    .map(() => [{ n: 1 }, { n: 2 }, { n: 4 }])
    .foreach(nested)
    .commit();
  assertEquals(await outline(flow), [
    "flow success",
    "  map success",
    "  foreach success",
    "    nested success: 3 success",
    "      branch success: 3 success",
    "        even success: 1 skipped, 2 success",
    "        large success: 2 skipped, 1 success",
  ]);
});

Deno.test("a construct that nobody has heard of is drawn by its children", async () => {
  const bad = createStep({ ...config, id: "bad", execute: () => Promise.reject(new Error("x")) });
  const slow = createWorkflow({ ...config, id: "slow" })
    .sleep("1h")
    .then(addOne("late", []))
    .commit();
  const flow = createWorkflow(config)
    .then(race("race", [bad, addOne("good", []), slow]))
    .then(addOne("after", []))
    .commit();
  assertEquals(await outline(flow), [
    "flow success",
    "  race success",
    "    bad failed",
    "    good success",
    "    slow success",
    "      sleep canceled",
    "      late skipped",
    "  after success",
  ]);
});

Deno.test("a foreach over nothing and a loop that never ended are drawn as they are", async () => {
  const empty = createWorkflow(open)
    .map(() => [])
    .foreach(addOne("each", []))
    .commit();
  assertEquals(await outline(empty), [
    "flow success",
    "  map success",
    "  foreach success",
    "    each skipped",
  ]);
  const throwing = createWorkflow(open)
    .dountil(addOne("turn", []), ({ iterationCount }) => {
      if (iterationCount === 2) throw new Error("lost count");
      return false;
    })
    .commit();
  assertEquals(await outline(throwing), [
    "flow failed",
    "  dountil failed",
    "    turn success: 2 success",
  ]);
});

Deno.test("a run whose workflow is gone is drawn from its records", async () => {
  await using world = await World.create();
  const nested = createWorkflow({ ...config, id: "nested" })
    .then(addOne("one", []))
    .commit();
  const flow = createWorkflow(open)
    .then(addOne("a", []))
    .map(({ inputData }) => inputData)
    .map(({ inputData }) => [inputData, inputData])
    .foreach(nested)
    .map(() => ({ n: 0 }))
    .dountil(addOne("turn", []), ({ iterationCount }) => iterationCount === 2)
    .commit();
  const lines = outlineOf(runTree(await start(world, flow)));
  assertEquals(lines, [
    "flow (gone) success",
    "  a (gone) success",
    "  map (gone) success",
    "  map#2 (gone) success",
    "  foreach (gone) success",
    "  nested (gone) success: 2 success",
    "    one (gone) success: 2 success",
    "  map#3 (gone) success",
    "  turn (gone) success: 2 success",
    "  dountil (gone) success: 2 success",
  ]);
});

Deno.test("a run whose workflow was changed is drawn on the new one, and what is gone beside it", async () => {
  await using world = await World.create();
  const before = createWorkflow(config)
    .then(addOne("a", []))
    .then(addOne("b", []))
    .then(
      createWorkflow({ ...config, id: "c" })
        .then(addOne("inner", []))
        .commit(),
    )
    .then(addOne("d", []))
    .commit();
  const loaded = await start(world, before);
  const renamed = createStep({
    ...config,
    id: "alpha",
    renamedFrom: "a",
    execute: ({ inputData }) => inputData,
  });
  const after = createWorkflow(config)
    .then(renamed)
    .then(addOne("c", []))
    .then(addOne("new", []))
    .then(addOne("d", []))
    .commit();
  assertEquals(outlineOf(runTree(loaded, after.shape())), [
    "flow success",
    "  alpha success",
    "  b (gone) success",
    "  c success",
    "    inner (gone) success",
    "  new skipped",
    "  d success",
  ]);
});

const SHAPE: NodeShape = {
  kind: "workflow",
  id: "greet",
  opensScope: true,
  children: ["fetch/user", "say", "log"].map((id) => ({ kind: "step", id })),
};

Deno.test("a run of the first version of the library is drawn from its results, whatever its ids are", async () => {
  await using world = await World.create();
  await world.storage().init();
  const results = {
    "fetch/user": { status: "success", output: { name: "Ann" }, timestamp: 5 },
    say: { status: "failed", error: {}, timestamp: 6 },
  };
  const sql = `INSERT INTO wrkflw_workflow_runs (run_id, workflow_id, status, execution_path, step_results, error)
    VALUES ('r', 'greet', 'failed', '[0,1]', ?, 'No voice')`;
  await world.client.execute({ sql, args: [JSON.stringify(results)] });
  const run = await stored(world);
  assertEquals(outlineOf(runTree(run, SHAPE)), [
    "greet failed",
    "  fetch/user success",
    "  say failed",
    "  log not-reached",
  ]);
  assertEquals(outlineOf(runTree(run)), [
    "greet (gone) failed",
    "  fetch/user (gone) success",
    "  say (gone) failed",
  ]);
  const snapshot = await world.storage().loadSnapshot("r");
  assert(snapshot !== null);
  assertEquals(outlineOf(runTree(snapshot, SHAPE)), outlineOf(runTree(run, SHAPE)));
});

Deno.test("what cannot be read hides nothing else", async () => {
  await using world = await World.create();
  const flow = createWorkflow(open)
    .then(addOne("a", []))
    .branch([[() => true, addOne("b", [])]])
    .sleep("1h")
    .commit();
  const { run, steps } = await start(world, flow);
  const broken = {
    run: { ...run, waits: "{", position: "7", failure: "[", executionPath: "x", stepResults: "!" },
    steps: steps.map((step) => ({ ...step, output: "{", wait: "(" })),
  };
  assertEquals(outlineOf(runTree(broken, flow.shape())), [
    "flow waiting",
    "  a success",
    "  branch success",
    "    b success",
    "  sleep suspended",
  ]);
});
