/**
 * A process that tests kill: it starts or resumes a run of ten slow steps and notes every
 * execution in a file. Arguments: database URL, file of executions, run id.
 */
import { z } from "npm:zod@4.6.7";
import { ExecutionEngine } from "../engine.ts";
import { createStep } from "../step.ts";
import { WorkflowStorage } from "../storage.ts";
import type { Workflow } from "../workflow.ts";
import { createWorkflow } from "../workflow-builder.ts";
import { Count, type CountValue } from "./samples.ts";

/** How long a step takes: long enough to be killed in. */
const STEP_MS = 15;

/** Ten steps that each note their execution in a file before their result is recorded. */
export function slowWorkflow(file: string): Workflow<"slow", CountValue, CountValue> {
  let builder = createWorkflow({ id: "slow", inputSchema: Count, outputSchema: Count });
  for (let index = 1; index <= 10; index++) {
    builder = builder.then(
      createStep({
        id: `step-${index}`,
        inputSchema: Count,
        outputSchema: z.object({ n: z.number() }),
        execute: async ({ inputData, idempotencyKey }) => {
          await Deno.writeTextFile(file, `${idempotencyKey}\n`, { append: true });
          await new Promise((resolve) => setTimeout(resolve, STEP_MS));
          return { n: inputData.n + 1 };
        },
      }),
    );
  }
  return builder.commit();
}

if (import.meta.main) {
  const [url = "", file = "", runId = ""] = Deno.args;
  const engine = new ExecutionEngine(new WorkflowStorage({ url }));
  const run = await engine.createRun(slowWorkflow(file), runId);
  await run.start({ inputData: { n: 0 } });
}
