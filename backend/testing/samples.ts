/** Small workflows that tests run, with a note of every execution. */
import { z } from "npm:zod@4.6.7";
import { createStep, type Step } from "../step.ts";
import type { Workflow } from "../workflow.ts";
import { createWorkflow } from "../workflow-builder.ts";

/** What every sample step takes and puts out. */
export const Count: z.ZodObject<{ n: z.ZodNumber }> = z.object({ n: z.number() });

/** A value of {@linkcode Count}. */
export interface CountValue {
  n: number;
}

/** Notes each execution as `step-id@idempotency-key`. */
export type Executions = string[];

/** A step that adds one, and notes that it was executed. */
export function addOne<const Id extends string>(
  id: Id,
  executions: Executions,
): Step<Id, CountValue, CountValue> {
  return createStep({
    id,
    inputSchema: Count,
    outputSchema: Count,
    execute: ({ inputData, idempotencyKey }) => {
      executions.push(idempotencyKey);
      return { n: inputData.n + 1 };
    },
  });
}

/** Puts out the text that it is resumed with. */
export const askForText: Step<"ask", string, string> = createStep({
  id: "ask",
  inputSchema: z.string(),
  outputSchema: z.string(),
  resumeSchema: z.string(),
  execute: ({ resumeData, suspend }) => resumeData ?? suspend({}),
});

/** `length` steps that each add one. */
export function countingWorkflow(
  length: number,
  executions: Executions = [],
): Workflow<"counting", CountValue, CountValue> {
  let builder = createWorkflow({ id: "counting", inputSchema: Count, outputSchema: Count });
  for (let index = 1; index <= length; index++) {
    builder = builder.then(addOne(`step-${index}`, executions));
  }
  return builder.commit();
}

/** Five steps with a mapping between them, two of them in a nested workflow: adds 5, then 10. */
export function mixedWorkflow(executions: Executions): Workflow<"mixed", CountValue, CountValue> {
  const nested = createWorkflow({ id: "nested", inputSchema: Count, outputSchema: Count })
    .then(addOne("third", executions))
    .then(addOne("fourth", executions))
    .commit();
  return createWorkflow({ id: "mixed", inputSchema: Count, outputSchema: Count })
    .then(addOne("first", executions))
    .then(addOne("second", executions))
    .map(({ inputData }) => ({ n: inputData.n + 10 }))
    .then(nested)
    .then(addOne("fifth", executions))
    .commit();
}
