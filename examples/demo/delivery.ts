/** Packs a parcel, waits until the carrier says that it has arrived, and asks for an opinion later. */
import { z } from "npm:zod@4.6.7";
import { createStep, createWorkflow } from "../../backend/index.ts";

const Delivery = z.object({
  orderId: z.string().describe("The order that is delivered"),
  items: z.array(z.string()).min(1),
});
const Arrival = z.object({ signedBy: z.string(), place: z.enum(["door", "neighbour", "box"]) });

const packItem = createStep({
  id: "pack-item",
  description: "Wraps one item",
  inputSchema: z.string(),
  outputSchema: z.string(),
  execute: async ({ inputData: item, log }) => {
    await new Promise((resolve) => setTimeout(resolve, 60 + item.length * 5));
    log.info(`Wrapped ${item}`);
    return `${item}, wrapped`;
  },
});

const askOpinion = createStep({
  id: "ask-opinion",
  description: "Asks how it was",
  inputSchema: Arrival,
  outputSchema: z.string(),
  execute: ({ inputData: { signedBy } }) => `Dear ${signedBy}, how was your tea?`,
});

/** Takes a parcel to its customer. */
export const delivery = createWorkflow({
  id: "delivery",
  description: "Packs a parcel, follows it to the customer, and asks for an opinion",
  inputSchema: Delivery,
  outputSchema: z.string(),
})
  .map(({ inputData }) => inputData.items)
  .foreach(packItem, { concurrency: 2 })
  .waitForEvent("parcel.arrived", {
    schema: Arrival,
    match: ({ getInitData }) => getInitData().orderId,
    timeoutMs: 14 * 24 * 60 * 60 * 1000,
  })
  .sleep("2d")
  .then(askOpinion)
  .commit();
