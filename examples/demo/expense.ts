/** An expense claim: checks side by side, small sums approved at once, others by a person. */
import { z } from "npm:zod@4.6.7";
import { createStep, createWorkflow } from "../../backend/index.ts";

const Claim = z.object({
  employee: z.string(),
  items: z.array(z.object({ what: z.string(), cents: z.number().int().positive() })).min(1),
});
const Sum = Claim.extend({ cents: z.number() });
const Decision = z.object({ approved: z.boolean(), by: z.string() });

/** Up to this sum nobody has to be asked. */
const SMALL_CENTS = 5_000;

const addUp = createStep({
  id: "add-up",
  description: "Adds the items up",
  inputSchema: Claim,
  outputSchema: z.number(),
  execute: ({ inputData }) => inputData.items.reduce((sum, { cents }) => sum + cents, 0),
});

const findDoubles = createStep({
  id: "find-doubles",
  description: "Looks for items that are claimed twice",
  inputSchema: Claim,
  outputSchema: z.array(z.string()),
  execute: ({ inputData }) => {
    const names = inputData.items.map(({ what }) => what);
    return names.filter((name, index) => names.indexOf(name) !== index);
  },
});

const approve = createStep({
  id: "approve",
  description: "Approves a small sum",
  inputSchema: Sum,
  outputSchema: Decision,
  execute: () => ({ approved: true, by: "the rule for small sums" }),
});

const askManager = createStep({
  id: "ask-manager",
  description: "Waits for a manager's decision",
  inputSchema: Sum,
  outputSchema: Decision,
  resumeSchema: Decision,
  suspendSchema: z.object({ question: z.string() }),
  execute: async ({ inputData, resumeData, suspend }) => {
    if (resumeData !== undefined) return resumeData;
    const euros = (inputData.cents / 100).toFixed(2);
    return await suspend({ question: `May ${inputData.employee} have €${euros} back?` });
  },
});

/** Decides an expense claim. */
export const expense = createWorkflow({
  id: "expense",
  description: "Decides whether an expense is paid back",
  inputSchema: Claim,
  outputSchema: z.string(),
})
  .parallel([addUp, findDoubles])
  .map(({ inputData, getInitData }) => {
    const doubles = inputData["find-doubles"];
    if (doubles.length > 0) throw new Error(`Claimed twice: ${doubles.join(", ")}`);
    return { ...getInitData(), cents: inputData["add-up"] };
  })
  .branch([[({ inputData }) => inputData.cents <= SMALL_CENTS, approve]], { otherwise: askManager })
  .map(({ inputData, getInitData }) => {
    const decision = inputData.approve ?? inputData["ask-manager"];
    const verdict = decision?.approved ? "is paid back" : "is not paid back";
    return `${getInitData().employee} ${verdict}, decided by ${decision?.by}`;
  })
  .commit();
