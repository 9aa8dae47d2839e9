/**
 * A run that waits for a person: no process holds it meanwhile, so it may take a minute or a month.
 *
 * Run it: deno run -A examples/human-approval.ts
 */
import { z } from "npm:zod@4.6.7";
import { createStep, createWorkflow, ExecutionEngine, WorkflowStorage } from "../backend/index.ts";

const Expense = z.object({ who: z.string(), euros: z.number() });
const Decision = z.object({ approved: z.boolean(), by: z.string() });
const Paid = z.object({ euros: z.number(), by: z.string() });

const decide = createStep({
  id: "decide",
  inputSchema: Expense,
  outputSchema: Paid,
  // Whom to ask and what: shown to people, and typed.
  suspendSchema: z.object({ question: z.string() }),
  // What the answer must look like: checked before anything changes.
  resumeSchema: Decision,
  execute: ({ inputData, resumeData, suspend, bail }) => {
    // The first time there is no answer yet. After suspend() this process is free.
    if (resumeData === undefined) {
      return suspend({ question: `May ${inputData.who} spend ${inputData.euros} euros?` });
    }
    const { approved, by } = resumeData;
    // bail() ends the workflow early, and with success.
    return approved ? { euros: inputData.euros, by } : bail({ euros: 0, by });
  },
});

const pay = createStep({
  id: "pay",
  inputSchema: Paid,
  outputSchema: Paid,
  // The key is the same in every attempt: a payment service that knows it pays once.
  execute: ({ inputData, idempotencyKey, log }) => {
    log.info(`Paying ${inputData.euros} euros`, { idempotencyKey });
    return inputData;
  },
});

const expense = createWorkflow({ id: "expense", inputSchema: Expense, outputSchema: Paid })
  .then(decide)
  .then(pay)
  .commit();

const engine = new ExecutionEngine(new WorkflowStorage({ url: ":memory:" }), {
  workflows: [expense],
});
for (const [runId, approved] of [["hotel", true] as const, ["yacht", false] as const]) {
  const run = await engine.createRun(expense, runId);
  const parked = await run.safeStart({ inputData: { who: "Ann", euros: 90 } });
  if (parked.status === "suspended") console.log(parked.status, parked.waits[0]?.payload);
  console.log(await engine.explain(runId));

  // Days later, in another process, somebody answers. A form or a button calls this.
  const answer = { approved, by: "Bob" };
  const result = await engine.resume(runId, { step: "decide", resumeData: answer });
  if (result.status === "success") console.log(runId, result.output);
}
