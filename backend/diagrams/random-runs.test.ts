/** Runs of workflows by chance are drawn at every moment of their course. */
import { assert, assertEquals } from "@std/assert";
import { isTerminal, type RunRecord, type StepRecord } from "../records.ts";
import { buildWorkflow } from "../testing/build-workflow.ts";
import { takeCourse } from "../testing/faults/course.ts";
import type { Plan } from "../testing/faults/plan.ts";
import { planOf } from "../testing/faults/random-plan.ts";
import { quickestMs } from "../testing/quickest.ts";
import { runTree } from "./run-tree.ts";
import type { RunTreeNode, TreePlace } from "./run-tree-node.ts";

const SEEDS = Number(Deno.env.get("WRKFLW_SEEDS") ?? 80);

const idle = { executed: () => Promise.resolve(""), meddle: async () => {}, spend: async () => {} };

function nodesIn(node: RunTreeNode): RunTreeNode[] {
  return [node, ...node.children.flatMap(nodesIn)];
}

function placesIn(tree: RunTreeNode): TreePlace[] {
  return nodesIn(tree).flatMap(({ activity }) => activity.places);
}

/** The run as it was when only its first records were there. */
function earlier(run: RunRecord): RunRecord {
  const nothing = { result: null, error: null, failure: null, waits: null, endedAt: null };
  return { ...run, ...nothing, status: "running", position: null, executionPath: null };
}

/** Places that a step or a construct has recorded, but for notes such as a loop's decisions. */
function ownPaths(steps: readonly StepRecord[]): Set<string> {
  const own = steps.filter(({ path, kind }) => kind !== "decision" && !path.includes("#input"));
  return new Set(own.map(({ path }) => path));
}

function assertSound(tree: RunTreeNode, steps: readonly StepRecord[], name: string): void {
  const drawn = placesIn(tree).map(({ path }) => path);
  assertEquals(new Set(drawn).size, drawn.length, `${name}: a place is drawn twice`);
  for (const path of ownPaths(steps)) assert(drawn.includes(path), `${name}: ${path} is missing`);
  for (const { path, children, activity } of nodesIn(tree)) {
    const counted = Object.values(activity.counts).reduce((sum, count) => sum + count, 0);
    assert(counted >= activity.places.length, `${name}: ${path} has places that do not count`);
    const isFailed = children.some((child) => child.activity.status === "failed");
    const says = activity.status;
    assert(!isFailed || says === "failed" || says === "running", `${name}: ${path} is ${says}`);
  }
}

function assertAtEnd(tree: RunTreeNode, { status }: RunRecord, name: string): void {
  assertEquals(tree.activity.status, status, name);
  assert(isTerminal(status), name);
  const over = new Set(placesIn(tree).map((place) => place.status));
  for (const open of ["running", "waiting", "suspended"] as const) {
    assert(!over.has(open), `${name}: a place is ${open} though the run is over`);
  }
  const leaves = nodesIn(tree).filter(({ children }) => children.length === 0);
  const hasFailed = nodesIn(tree).some(
    ({ path, activity }) => path !== "" && activity.status === "failed",
  );
  if (status === "success") {
    assertEquals(hasFailed, false, name);
    assert(
      leaves.every(({ activity }) => activity.status !== "not-reached"),
      name,
    );
  } else {
    assertEquals(hasFailed, true, `${name}: nothing says where it failed`);
  }
}

async function drawAll(plan: Plan): Promise<void> {
  const { run, steps } = await takeCourse(plan);
  const shape = buildWorkflow(plan.workflow, idle).shape();
  const succeeded = new Set<string>();
  for (let count = 0; count <= steps.length; count++) {
    const name = `seed ${plan.seed} after ${count} of ${steps.length} records`;
    const known = steps.slice(0, count);
    const tree = runTree({ run: earlier(run), steps: known }, shape);
    assertSound(tree, known, name);
    for (const { path, status } of placesIn(tree)) {
      if (status === "success") succeeded.add(path);
      else assert(!succeeded.has(path), `${name}: ${path} was a success and is ${status}`);
    }
  }
  const tree = runTree({ run, steps }, shape);
  assertSound(tree, steps, `seed ${plan.seed}`);
  assertAtEnd(tree, run, `seed ${plan.seed}`);
  assertSound(runTree({ run, steps }), steps, `seed ${plan.seed} without its workflow`);
}

Deno.test("runs by chance are drawn whole and without contradiction after every record", async () => {
  for (let seed = 0; seed < SEEDS; seed++) await drawAll(planOf(seed));
});

Deno.test("ten thousand items of a nested workflow are drawn soon", async () => {
  const record = (path: string, seq: number): StepRecord => ({
    path,
    seq,
    firstSeq: seq,
    attempt: 1,
    kind: "step",
    status: "success",
    input: null,
    inputFrom: null,
    output: "1",
    error: null,
    wait: null,
    state: null,
    logs: null,
    startedAt: 1,
    endedAt: 2,
  });
  const steps = Array.from({ length: 10_000 }, (_, item) => [
    record(`each[${item}]/a`, item * 3 + 2),
    record(`each[${item}]/b`, item * 3 + 3),
    { ...record(`each[${item}]`, item * 3 + 4), kind: "workflow" },
  ]).flat();
  const run = { workflowId: "flow", status: "running", reached: 0 } as RunRecord;
  const count = { ...record("foreach", 1), kind: "foreach", output: "10001" };
  const step = (id: string) => ({ kind: "step", id });
  const each = { kind: "workflow", id: "each", opensScope: true, children: [step("a"), step("b")] };
  const list = { kind: "foreach", id: "foreach", repeats: "items", children: [each] } as const;
  const shape = { kind: "workflow", id: "flow", opensScope: true, children: [list] };
  const draw = () => runTree({ run, steps: [count, ...steps] }, shape);
  const tookMs = await quickestMs(2_000, draw);
  assert(tookMs < 2_000, `it took ${tookMs} ms`);
  const tree = draw();
  assertEquals(tree.children[0]?.children[0]?.activity.counts, {
    success: 10_000,
    "not-reached": 1,
  });
});
