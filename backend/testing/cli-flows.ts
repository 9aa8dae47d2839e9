/** What a user's module looks like to the command line. */
import { z } from "npm:zod@4.6.7";
import { createStep } from "../step.ts";
import { createWorkflow } from "../workflow-builder.ts";

const Order = z.object({ total: z.number() });
let isMended = false;

/** Lets {@linkcode order} succeed at its next attempt. */
export function mend(): void {
  isMended = true;
}

const approve = createStep({
  id: "approve",
  description: "Asks a person",
  inputSchema: Order,
  outputSchema: Order,
  resumeSchema: z.object({ approved: z.boolean() }),
  execute: ({ inputData, resumeData, suspend }) =>
    resumeData === undefined ? suspend() : { total: resumeData.approved ? inputData.total : 0 },
});

const ship = createStep({
  id: "ship",
  inputSchema: Order,
  outputSchema: Order,
  execute: ({ inputData }) => {
    if (!isMended) throw new Error("No ship today \u001b[31m");
    return inputData;
  },
});

/** Waits for a person, then fails until it is mended. */
export const order = createWorkflow({ id: "order", inputSchema: Order, outputSchema: Order })
  .then(approve)
  .then(ship)
  .commit();

/** Succeeds. */
export const nap = createWorkflow({ id: "nap", inputSchema: Order, outputSchema: Order })
  .map(({ inputData }) => inputData)
  .commit();

/** Anything else that a module may export. */
export const unrelated = [null, 1, "text", {}];
