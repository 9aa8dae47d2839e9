/** Plans by chance: any workflow, any troubles. */
import { Ambiguous, foretell } from "../model.ts";
import { Chance, randomWorkflow } from "../random-workflow.ts";
import type { Plan, ProcessPlan } from "./plan.ts";

/** What a seed decides. */
export function planOf(seed: number): Plan {
  const chance = new Chance(seed);
  const input = chance.below(20);
  while (true) {
    const workflow = randomWorkflow(chance);
    try {
      const expected = foretell(workflow, input);
      const troubles = Array.from({ length: chance.below(4) }, () => trouble(chance));
      const budgetMs = chance.pick([Number.POSITIVE_INFINITY, 50_000, 5_000, 100]);
      const processes = [...troubles, { faults: [] }];
      return { seed, workflow, input, expected, manner: "chance", processes, budgetMs };
    } catch (error) {
      if (!(error instanceof Ambiguous)) throw error;
    }
  }
}

function trouble(chance: Chance): ProcessPlan {
  const call = 1 + chance.below(12);
  const skewMs = chance.pick([0, 0, 0, 3_600_000, -3_600_000, 12_345]);
  const mode = chance.pick(["kill", "kill", "err", "pause", "late", "slow", "odd", "outage"]);
  const calls = chance.below(12);
  switch (mode) {
    case "kill":
      return { skewMs, faults: [{ call, mode: chance.pick(["killBefore", "killAfter"]) }] };
    case "err":
      return { skewMs, faults: [{ call, mode: chance.pick(["errBefore", "errAfter"]) }] };
    case "pause":
      return {
        skewMs,
        faults: [{ call, calls, mode: chance.pick(["pauseBefore", "pauseAfter"]) }],
      };
    case "late":
      return { skewMs, faults: [{ call, calls, mode: "late" }] };
    case "slow":
      return { skewMs, faults: [{ call, mode: "slow", ms: chance.pick([9_000, 57_000, 60_000]) }] };
    case "odd":
      return { skewMs, faults: [{ call, mode: chance.pick(["dup", "busy", "full", "torn"]) }] };
    default:
      return { skewMs, faults: [{ call, mode: "errAfter", lasts: true }] };
  }
}
