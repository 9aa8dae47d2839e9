import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { WrkflwError } from "./errors.ts";
import { createStep } from "./step.ts";
import { turns } from "./testing/fake-effects.ts";
import { quickestMs } from "./testing/quickest.ts";
import { race } from "./testing/race.ts";
import { addOne, Count } from "./testing/samples.ts";
import { World } from "./testing/world.ts";
import { visualizeExecution, visualizeWorkflow } from "./visualize.ts";
import type { Workflow } from "./workflow.ts";
import { createWorkflow } from "./workflow-builder.ts";

const config = { inputSchema: Count, outputSchema: Count } as const;

const charge = createStep({
  ...config,
  id: "charge",
  description: "Takes the money",
  execute: ({ inputData }) => {
    if (inputData.n === 2) throw new Error("No credit");
    return inputData;
  },
});

/** A workflow with every construct in it. */
const everything = createWorkflow({ id: "everything", inputSchema: Count, outputSchema: z.any() })
  .then(addOne("first", []))
  .map(({ inputData }) => [inputData, { n: 7 }])
  .foreach(charge)
  .map(() => ({ n: 0 }))
  .parallel([
    addOne("left", []),
    createWorkflow({ ...config, id: "right" })
      .sleep(1)
      .commit(),
  ])
  .map(() => ({ n: 0 }))
  .branch([[() => true, addOne("yes", [])]], { otherwise: addOne("no", []) })
  .map(() => ({ n: 0 }))
  .dountil(addOne("poll", []), () => true)
  .sleepUntil(0)
  .waitForEvent("paid", { schema: Count })
  .then(race("race", [addOne("hare", []), addOne("tortoise", [])]))
  .commit();

const simple = createWorkflow({ ...config, id: "simple", description: "Two in a row" })
  .then(addOne("first", []))
  .then(charge)
  .commit();

async function run(world: World, flow: Workflow<string, { n: number }, unknown>, n: number) {
  const made = await world.engine().createRun(flow, "r");
  await world.effects.until(made.safeStart({ inputData: { n } }));
  return made;
}

Deno.test("a workflow is drawn in Mermaid unless another format is asked for", () => {
  assertEquals(simple.visualize(), visualizeWorkflow(simple, "mermaid"));
  assertEquals(
    simple.visualize(),
    `flowchart TD
  n0(["simple<br/>Two in a row"])
  n1["first"]
  n2["charge<br/>Takes the money"]
  n1 --> n2
  n0e(["End"])
  n0 --> n1
  n2 --> n0e
`,
  );
});

Deno.test("a workflow is drawn for Graphviz", () => {
  assertEquals(
    simple.visualize("dot", { includeDescriptions: false }),
    `digraph {
  graph [compound=true, fontname=Helvetica, style=rounded]
  node [shape=box, style="rounded,filled", fillcolor="#e1f5ff", fontname=Helvetica]
  n0 [label="simple", shape=oval]
  n0e [label="End", shape=oval]
  n1 [label="first"]
  n2 [label="charge"]
  n1 -> n2
  n0 -> n1
  n2 -> n0e
}
`,
  );
});

Deno.test("every construct is drawn by what is in it", () => {
  assertEquals(
    everything.visualize("ascii"),
    `everything
+-> first
+-> map
+-> foreach
|   | : for each item
|   +-- charge
|         : Takes the money
+-> map#2
+-> parallel
|   +-- left
|   +-- right (workflow)
|       +-> sleep
+-> map#3
+-> branch
|   +-- yes
|   +-- no
+-> map#4
+-> dountil
|   | : again and again
|   +-- poll
+-> sleepUntil
+-> waitForEvent
|     : paid
+-> race
    +-- hare
    +-- tortoise
`,
  );
});

Deno.test("a run is drawn with where each node stands, and with results when they are asked for", async () => {
  await using world = await World.create();
  const failed = await run(world, everything, 1);
  assertEquals(
    await failed.visualize("ascii", { showResults: true, includeDescriptions: false }),
    `[!] everything: failed
| : error: No credit
+-> [x] first: success
|     : result: {"n":2}
+-> [x] map: success
|     : result: [{"n":2},{"n":7}]
+-> [!] foreach: failed
|   | : for each item
|   +-- [!] charge: 1 failed, 1 not reached
|         : error: No credit
+-> [ ] map#2: not reached
+-> [ ] parallel: not reached
|   +-- [ ] left: not reached
|   +-- [ ] right (workflow): not reached
|       +-> [ ] sleep: not reached
+-> [ ] map#3: not reached
+-> [ ] branch: not reached
|   +-- [ ] yes: not reached
|   +-- [ ] no: not reached
+-> [ ] map#4: not reached
+-> [ ] dountil: not reached
|   | : again and again
|   +-- [ ] poll: not reached
+-> [ ] sleepUntil: not reached
+-> [ ] waitForEvent: not reached
+-> [ ] race: not reached
    +-- [ ] hare: not reached
    +-- [ ] tortoise: not reached
`,
  );
});

Deno.test("the options choose what is drawn of a run", async () => {
  await using world = await World.create();
  const waiting = await run(world, everything, 5);
  const full = (await waiting.visualize("ascii")) ?? "";
  assertStringIncludes(full, "+-> [~] waitForEvent: waiting for paid <--\n");
  assertStringIncludes(full, "|   +-- [/] no: skipped\n");
  assertStringIncludes(full, "+-> [x] branch: success\n|   +-- [x] yes: success\n");
  assert(!full.includes("result:"));
  const plain = await waiting.visualize("ascii", {
    showStatus: false,
    highlightCurrentStep: false,
  });
  assertEquals(plain, everything.visualize("ascii"));
  const marked = await waiting.visualize("ascii", { showStatus: false });
  assertEquals(marked, plain?.replace("waitForEvent\n", "waitForEvent <--\n"));
  const coloured = (await waiting.visualize("mermaid")) ?? "";
  assertStringIncludes(coloured, "classDef current stroke-width:4px\n  class n18 current\n");
  const uncoloured = await waiting.visualize("mermaid", { showStatus: false });
  assert(!uncoloured?.includes("classDef success"));
});

Deno.test("schemas are drawn when they are asked for, with the event that is waited for", () => {
  const flow = createWorkflow({
    id: "flow",
    inputSchema: z.object({ id: z.string(), tags: z.array(z.string()).optional() }),
    outputSchema: z.any(),
  })
    .map(() => ({ n: 1 }))
    .then(charge)
    .waitForEvent("paid", { schema: z.object({ total: z.number() }) })
    .commit();
  assertEquals(
    flow.visualize("ascii", { includeSchemas: true, includeDescriptions: false }),
    `flow
| : takes { id: string, tags?: string[] }
| : gives any
+-> map
+-> charge
|     : takes { n: number }
|     : gives { n: number }
+-> waitForEvent
      : waits for { total: number }
`,
  );
  const tree = JSON.parse(flow.visualize("json", { includeSchemas: true }));
  assertEquals(tree.children[1].schemas.input.properties, { n: { type: "number" } });
  assertEquals(tree.children[2].schemas.event.required, ["total"]);
  assert(!flow.visualize("json").includes("schemas"));
});

Deno.test("a pause between attempts, a suspension and a running step are told apart", async () => {
  await using world = await World.create();
  const retrying = createStep({
    ...config,
    id: "retrying",
    retry: { attempts: 3, initialMs: 60_000, jitter: false },
    execute: () => Promise.reject(new Error("busy")),
  });
  const asking = createStep({ ...config, id: "asking", execute: ({ suspend }) => suspend() });
  let end: () => void = () => {};
  const working = createStep({
    ...config,
    id: "working",
    execute: async ({ inputData }) => {
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      return inputData;
    },
  });
  const flow = createWorkflow({ id: "flow", inputSchema: Count, outputSchema: z.any() })
    .parallel([retrying, asking, working])
    .commit();
  const made = await world.engine().createRun(flow, "r");
  assertEquals(await made.visualize(), null, "before the run is started");
  const started = made.safeStart({ inputData: { n: 0 } });
  await turns(40);
  assertEquals(
    await made.visualize("ascii"),
    `[>] flow: running
+-> [>] parallel: running
    +-- [~] retrying: waiting until 2026-01-01 00:01 UTC <--
    +-- [?] asking: suspended <--
    +-- [>] working: running <--
`,
  );
  end();
  await world.effects.until(started);
  world.effects.advance(60_000);
  await world.settle(world.engine({ workflows: [flow] }));
  const later = (await made.visualize("ascii")) ?? "";
  assertStringIncludes(later, "retrying: waiting until 2026-01-01 00:03 UTC, attempt 2 <--");
});

Deno.test("the first version's calls take a snapshot", async () => {
  await using world = await World.create();
  const made = await run(world, simple, 1);
  const snapshot = await made.getSnapshot();
  assert(snapshot !== null);
  const options = { highlightCurrentStep: true, showStatus: true };
  assertEquals(
    visualizeExecution(simple, snapshot, "mermaid", options),
    await made.visualize("mermaid", options),
  );
});

Deno.test("a run whose workflow is not at hand is drawn from its records", async () => {
  await using world = await World.create();
  await run(world, simple, 0);
  const stored = await world.storage().loadRun("r");
  assert(stored !== null);
  assertEquals(
    visualizeExecution(undefined, stored, "ascii"),
    `[x] simple (gone): success
+-> [x] first: success
+-> [x] charge: success
`,
  );
});

Deno.test("JSON holds the tree for programs", async () => {
  await using world = await World.create();
  const made = await run(world, simple, 0);
  const tree: unknown = JSON.parse((await made.visualize("json", { showResults: true })) ?? "");
  const at = world.effects.now();
  const place = (path: string, result: unknown) => ({
    path,
    status: "success",
    attempts: path === "" ? 0 : 1,
    startedAt: at,
    endedAt: at,
    ...(result === undefined ? {} : { result }),
  });
  const node = (id: string, path: string, result?: unknown) => ({
    path,
    id,
    kind: path === "" ? "workflow" : "step",
    arrangement: path === "" ? "sequence" : "beside",
    status: "success",
    counts: { success: 1 },
    startedAt: at,
    endedAt: at,
    places: [place(path, result)],
  });
  assertEquals(tree, {
    ...node("simple", "", { n: 1 }),
    description: "Two in a row",
    children: [
      { ...node("first", "first", { n: 1 }), children: [] },
      {
        ...node("charge", "charge", { n: 1 }),
        description: "Takes the money",
        children: [],
      },
    ],
  });
});

Deno.test("a format that there is not is refused with those that there are", () => {
  for (const format of ["svg", "", "constructor", "__proto__", null, 7]) {
    const error = assertThrows(
      () => visualizeWorkflow(simple, format as "dot"),
      WrkflwError,
      'use one of "mermaid", "json", "ascii", "dot"',
    );
    assertEquals(error.code, "INVALID_ARGUMENT");
  }
});

Deno.test("a workflow without nodes, and one with five thousand, are drawn", async () => {
  const empty = createWorkflow({ ...config, id: "empty" }).commit();
  assertStringIncludes(empty.visualize(), "n0 --> n0e");
  assertStringIncludes(empty.visualize("dot"), "n0 -> n0e");
  assertEquals(empty.visualize("ascii"), "empty\n");
  const children = Array.from({ length: 5_000 }, (_, index) => ({ kind: "step", id: `s${index}` }));
  const large = { shape: () => ({ kind: "workflow", id: "w", opensScope: true, children }) };
  const tookMs = await quickestMs(2_000, () => {
    for (const format of ["mermaid", "dot", "ascii", "json"] as const) {
      assert(visualizeWorkflow(large, format).split("\n").length >= 5_000);
    }
  });
  assert(tookMs < 2_000, `it took ${tookMs} ms`);
});
