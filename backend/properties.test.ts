import { assert, assertEquals } from "@std/assert";
import { provePlan } from "./testing/faults/judge.ts";
import { step } from "./testing/faults/pieces.ts";
import { planOf } from "./testing/faults/random-plan.ts";
import { foretell } from "./testing/model.ts";
import {
  Chance,
  type Piece,
  randomWorkflow,
  type WorkflowPiece,
} from "./testing/random-workflow.ts";

/** One seed alone, or another number of seeds than the usual one. */
const ONLY = Deno.env.get("WRKFLW_SEED");
const SEEDS = Number(Deno.env.get("WRKFLW_SEEDS") ?? 2_000);
const LOGGED_SEEDS = 50;

Deno.test("workflows by chance come to what a plain model says, whatever faults they meet", async () => {
  const first = Number(ONLY ?? 0);
  const last = ONLY === undefined ? SEEDS : first + 1;
  for (let seed = first; seed < last; seed++) await provePlan(planOf(seed));
});

Deno.test("the same seed gives the same log", async () => {
  for (let seed = 0; seed < LOGGED_SEEDS; seed++) {
    const first = await provePlan(planOf(seed));
    assertEquals((await provePlan(planOf(seed))).log, first.log, `seed ${seed}`);
  }
});

Deno.test("workflows by chance are made of every construct", () => {
  const text = JSON.stringify(
    Array.from({ length: 100 }, (_, seed) => randomWorkflow(new Chance(seed))),
  );
  for (const kind of KINDS) assert(text.includes(`"kind":"${kind}"`), `No ${kind} was made`);
});

/** Many courses of one workflow, each with another death and other chances. */
async function proveAll(pieces: readonly Piece[], budgetMs: number): Promise<void> {
  const workflow: WorkflowPiece = { kind: "workflow", id: "flow", pieces };
  const expected = foretell(workflow, 1);
  for (let seed = 0; seed < 40; seed++) {
    const mode = seed % 2 === 0 ? "killAfter" : "killBefore";
    const processes = [
      { faults: [{ call: 1 + Math.floor(seed / 2), mode } as const] },
      { faults: [] },
    ];
    await provePlan({ seed, workflow, input: 1, expected, manner: "chance", processes, budgetMs });
  }
}

Deno.test("a process that dies after it gave up waits, before the run failed, hides no failure", async () => {
  const retrying = step("retrying", { failures: 2, attempts: 3, takesMs: 20 });
  const failing = step("failing", { failures: 1, fails: "final", takesMs: 20 });
  const units = [step("fine", { takesMs: 20 }), retrying, failing];
  await proveAll([{ kind: "parallel", units }], Number.POSITIVE_INFINITY);
});

Deno.test("a process that dies after it gave up waits, before the run bailed, fails no run", async () => {
  const asking = step("asking", { suspends: 1, takesMs: 20 });
  const bailing = step("bailing", { bails: true, takesMs: 20 });
  const units = [asking, step("fine", { takesMs: 20 }), bailing];
  await proveAll([{ kind: "parallel", units }], Number.POSITIVE_INFINITY);
});

Deno.test("items that a tick has no time to come by keep what they wait for", async () => {
  const unit = step("item", { failures: 2, attempts: 3, takesMs: 4_000 });
  await proveAll([{ kind: "foreach", items: 3, concurrency: 2, unit }], 100);
  const nested: WorkflowPiece = {
    kind: "workflow",
    id: "nested",
    pieces: [step("slow", { takesMs: 4_000 }), step("asking", { suspends: 1 })],
  };
  await proveAll([{ kind: "foreach", items: 4, concurrency: 1, unit: nested }], 100);
});

const KINDS = [
  "step",
  "workflow",
  "map",
  "parallel",
  "branch",
  "foreach",
  "dowhile",
  "dountil",
  "sleep",
  "sleepUntil",
  "event",
];
