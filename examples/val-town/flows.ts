/** What the three vals beside this file share: the workflow, and the engine that drives its runs. */
import { z } from "npm:zod@4.6.7";
import {
  createStep,
  createWorkflow,
  ExecutionEngine,
  WorkflowStorage,
} from "../../backend/index.ts";

const Ticket = z.object({ from: z.string(), subject: z.string() });
const Reply = z.object({ text: z.string() });
const Closed = z.object({ from: z.string(), answer: z.string() });

const confirm = createStep({
  id: "confirm",
  inputSchema: Ticket,
  outputSchema: Ticket,
  retries: 3,
  execute: ({ inputData, log }) => {
    // Send a message here, with https://esm.town/v/std/email or any other service.
    log.info(`Dear ${inputData.from}, we are looking into "${inputData.subject}"`);
    return inputData;
  },
});

const close = createStep({
  id: "close",
  inputSchema: Reply,
  outputSchema: Closed,
  execute: ({ inputData, getStepResult }) => {
    return { from: getStepResult(confirm).from, answer: inputData.text };
  },
});

/** Begins with a message, and ends with the next one from the same sender, or after a week. */
export const ticket = createWorkflow({
  id: "ticket",
  description: "Answers a message",
  inputSchema: Ticket,
  outputSchema: Closed,
})
  .then(confirm)
  .waitForEvent("reply", {
    schema: Reply,
    match: ({ inputData }) => inputData.from,
    timeoutMs: 7 * 86_400_000,
    onTimeout: () => ({ text: "" }),
  })
  .then(close)
  .commit();

/** Keeps its runs in Val Town's own database there, elsewhere where WRKFLW_DATABASE_URL says. */
export const engine = new ExecutionEngine(new WorkflowStorage(), { workflows: [ticket] });
