/**
 * One of several processes that drain one database: it ticks until nothing is due, then prints
 * the ids of the runs that it executed, one a line. Argument: database URL.
 */
import { ExecutionEngine } from "../engine.ts";
import { createStep } from "../step.ts";
import { WorkflowStorage } from "../storage.ts";
import type { Workflow } from "../workflow.ts";
import { createWorkflow } from "../workflow-builder.ts";
import { Count, type CountValue } from "./samples.ts";

/** One step that tells which run executed it. */
export function herdWorkflow(
  onRun: (runId: string) => void,
): Workflow<"herd", CountValue, CountValue> {
  const step = createStep({
    id: "only",
    inputSchema: Count,
    outputSchema: Count,
    execute: ({ inputData, runId }) => {
      onRun(runId);
      return { n: inputData.n + 1 };
    },
  });
  return createWorkflow({ id: "herd", inputSchema: Count, outputSchema: Count })
    .then(step)
    .commit();
}

if (import.meta.main) {
  const [url = ""] = Deno.args;
  const executed: string[] = [];
  const workflow = herdWorkflow((runId) => executed.push(runId));
  const storage = new WorkflowStorage({ url });
  const engine = new ExecutionEngine(storage, { workflows: [workflow] });
  while ((await engine.tick()).nextDueInMs !== null);
  await storage.close();
  await new Blob([executed.join("\n")]).stream().pipeTo(Deno.stdout.writable);
}
