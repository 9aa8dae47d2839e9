/** Gets an order out of the warehouse. A workflow of its own, and a step of the order workflow. */
import { z } from "npm:zod@4.6.7";
import { createStep, createWorkflow } from "../../backend/index.ts";
import { loadProducts } from "./products.ts";

/** What is to be sent, and to whom. */
export const Parcel = z.object({
  orderId: z.string(),
  customer: z.string(),
  items: z.array(z.object({ sku: z.string(), quantity: z.int().positive() })),
});

const Label = z.object({ trackingCode: z.string(), label: z.string() });

const reserve = createStep({
  id: "reserve",
  description: "Checks that the warehouse has every item",
  inputSchema: Parcel,
  outputSchema: Parcel,
  execute: async ({ inputData: parcel, log }) => {
    const products = await loadProducts();
    for (const { sku, quantity } of parcel.items) {
      const stock = products.get(sku)?.stock ?? 0;
      if (stock < quantity) {
        throw new Error(`Cannot reserve ${quantity} of "${sku}": the warehouse has ${stock}`);
      }
      log.info(`Reserved ${quantity} of ${sku}`, { left: stock - quantity });
    }
    return parcel;
  },
});

const label = createStep({
  id: "label",
  description: "Makes the parcel's label",
  inputSchema: Parcel,
  outputSchema: Label,
  execute: ({ inputData: { orderId, customer, items } }) => {
    const pieces = items.reduce((sum, { quantity }) => sum + quantity, 0);
    return { trackingCode: `WF-${orderId}`, label: `${customer}: ${pieces} pieces` };
  },
});

/** Reserves the items of a parcel and labels it. */
export const fulfilment = createWorkflow({
  id: "fulfilment",
  description: "Reserves the items and labels the parcel",
  inputSchema: Parcel,
  outputSchema: Label,
})
  .then(reserve)
  .then(label)
  .commit();
