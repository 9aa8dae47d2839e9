import type { ExecutionEngine } from "../engine.ts";
import type { WorkflowStorage } from "../storage.ts";
import type { Workflow } from "../workflow.ts";
import type { CountValue } from "./samples.ts";

/** Stores `count` runs that are due now: `run-0` with input `{ n: 0 }`, and so on. */
export async function enqueueMany(
  engine: ExecutionEngine,
  flow: Workflow<string, CountValue, CountValue>,
  count: number,
  name = "run",
): Promise<void> {
  for (let n = 0; n < count; n++) {
    await (await engine.createRun(flow, `${name}-${n}`)).enqueue({ inputData: { n } });
  }
}

/** How many runs there are of each status that any has. */
export async function countedStatuses(storage: WorkflowStorage): Promise<Record<string, number>> {
  return Object.fromEntries(await storage.countRuns());
}
