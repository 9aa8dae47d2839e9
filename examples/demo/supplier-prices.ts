/** Asks a supplier for prices; suppliers do not always answer, so it asks again, less and less often. */
import { z } from "npm:zod@4.6.7";
import { createStep, createWorkflow } from "../../backend/index.ts";

const SUPPLIERS = ["Harbour Tea", "Hill Garden", "Closed for Winter"] as const;
const Question = z.object({ supplier: z.enum(SUPPLIERS) });
const Prices = z.record(z.string(), z.int());

/** How often each does not answer before it does. */
const REFUSALS: Readonly<Record<(typeof SUPPLIERS)[number], number>> = {
  "Harbour Tea": 0,
  "Hill Garden": 2,
  "Closed for Winter": Number.POSITIVE_INFINITY,
};

const askSupplier = createStep({
  id: "ask-supplier",
  description: "Asks for the prices of today",
  inputSchema: Question,
  outputSchema: Prices,
  retry: { attempts: 8, initialMs: 800, factor: 4, jitter: false },
  execute: async ({ inputData: { supplier }, attempt, log }) => {
    log.info(`Asking ${supplier}`, { attempt });
    await new Promise((resolve) => setTimeout(resolve, 120));
    if (attempt <= REFUSALS[supplier]) throw new Error(`HTTP 503: ${supplier} does not answer`);
    return { "tea-250": 790, "cup-set": 2_450 };
  },
});

/** Gets the prices of a supplier. */
export const supplierPrices = createWorkflow({
  id: "supplier-prices",
  description: "Asks a supplier for prices, again and again until there is an answer",
  inputSchema: Question,
  outputSchema: Prices,
})
  .then(askSupplier)
  .commit();
