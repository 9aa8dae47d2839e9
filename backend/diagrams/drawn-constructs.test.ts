/** Each construct is drawn as it stands, whatever its step does: a table. */
import { assert, assertEquals } from "@std/assert";
import { CONSTRUCTS, type Deed } from "../testing/construct-cases.ts";
import { outlineOf } from "../testing/outline.ts";
import type { CountValue } from "../testing/samples.ts";
import { World } from "../testing/world.ts";
import type { Workflow } from "../workflow.ts";
import { runTree } from "./run-tree.ts";

async function outline(flow: Workflow<string, CountValue, unknown>): Promise<string[]> {
  await using world = await World.create();
  const run = await world.engine().createRun(flow, "r");
  await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
  const loaded = await world.storage().loadRun("r");
  assert(loaded !== null);
  return outlineOf(runTree(loaded, flow.shape()));
}

const DEEDS: Readonly<Record<string, Deed | undefined>> = {
  succeeds: undefined,
  fails: () => {
    throw new Error("lost");
  },
  suspends: ({ suspend }) => suspend({ n: 1 }),
  bails: ({ bail }) => bail({ n: 1 }),
};

/** What is drawn of each construct when its step succeeds, fails, suspends and bails; without the map behind it. */
const DRAWN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  then: {
    succeeds: "probe success",
    fails: "probe failed",
    suspends: "probe suspended",
    bails: "probe success",
  },
  "a nested workflow": {
    succeeds: "nested success >probe success >inner success",
    fails: "nested failed >probe failed >inner not-reached",
    suspends: "nested suspended >probe suspended >inner not-reached",
    bails: "nested success >probe success >inner skipped",
  },
  parallel: {
    succeeds: "parallel success >probe success >sibling success",
    fails: "parallel failed >probe failed >sibling success",
    suspends: "parallel suspended >probe suspended >sibling success",
    bails: "parallel success >probe success >sibling success",
  },
  "branch, every arm that holds": {
    succeeds: "branch success >probe success >never skipped >sibling success",
    fails: "branch failed >probe failed >never skipped >sibling success",
    suspends: "branch suspended >probe suspended >never skipped >sibling success",
    bails: "branch success >probe success >never skipped >sibling success",
  },
  "branch, the first arm that holds": {
    succeeds: "branch success >never skipped >probe success >late skipped",
    fails: "branch failed >never skipped >probe failed >late skipped",
    suspends: "branch suspended >never skipped >probe suspended >late skipped",
    bails: "branch success >never skipped >probe success >late skipped",
  },
  "branch, otherwise": {
    succeeds: "branch success >never skipped >probe success",
    fails: "branch failed >never skipped >probe failed",
    suspends: "branch suspended >never skipped >probe suspended",
    bails: "branch success >never skipped >probe success",
  },
  "foreach, one at a time": {
    succeeds: "foreach success >probe success: 3 success",
    fails: "foreach failed >probe failed: 1 success, 1 failed, 1 not-reached",
    suspends: "foreach suspended >probe suspended: 2 success, 1 suspended",
    bails: "foreach success >probe success: 2 success, 1 skipped",
  },
  "foreach, three at a time": {
    succeeds: "foreach success >probe success: 3 success",
    fails: "foreach failed >probe failed: 2 success, 1 failed",
    suspends: "foreach suspended >probe suspended: 2 success, 1 suspended",
    bails: "foreach success >probe success: 3 success",
  },
  dowhile: {
    succeeds: "dowhile success >probe success: 3 success",
    fails: "dowhile failed >probe failed",
    suspends: "dowhile suspended >probe suspended",
    bails: "dowhile success >probe success",
  },
  dountil: {
    succeeds: "dountil success >probe success: 3 success",
    fails: "dountil failed >probe failed",
    suspends: "dountil suspended >probe suspended",
    bails: "dountil success >probe success",
  },
};

const STANDINGS: Readonly<Record<string, readonly [run: string, after: string]>> = {
  succeeds: ["success", "success"],
  fails: ["failed", "not-reached"],
  suspends: ["suspended", "not-reached"],
  bails: ["success", "skipped"],
};

for (const { name, build, isNested = false } of CONSTRUCTS) {
  Deno.test(`${name} is drawn as it stands when its step succeeds, fails, suspends and bails`, async () => {
    for (const [deedName, deed] of Object.entries(DEEDS)) {
      const flow = build(deed === undefined ? { executions: [] } : { executions: [], deed });
      const lines = (await outline(flow)).filter((line) => !line.startsWith("  map"));
      const goesOn = isNested && deedName === "bails";
      const [run, after] = goesOn ? ["success", "success"] : (STANDINGS[deedName] ?? []);
      const drawn = (DRAWN[name]?.[deedName] ?? "").split(">").map((line) => line.trimEnd());
      const inside = drawn.map((line, index) => (index === 0 ? `  ${line}` : `    ${line}`));
      const expected = [`flow ${run}`, "  before success", ...inside, `  after ${after}`];
      assertEquals(lines, expected, deedName);
    }
  });
}
