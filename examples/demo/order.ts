/** Takes an order from its check to the customer's confirmation, with a workflow in between. */
import { join } from "node:path";
import { z } from "npm:zod@4.6.7";
import { createStep, createWorkflow } from "../../backend/index.ts";
import { fulfilment, Parcel } from "./fulfilment.ts";
import { euros, loadProducts } from "./products.ts";

const Order = Parcel.extend({ card: z.string() });
const PricedOrder = Order.extend({ totalCents: z.int().positive() });
const Charged = z.object({ chargeId: z.string() });
const Answer = z.union([Charged, z.object({ error: z.string() })]);
const Confirmation = z.object({ message: z.string(), path: z.string() });

const checkOrder = createStep({
  id: "check-order",
  description: "Looks every item up and adds up the price",
  inputSchema: Order,
  outputSchema: PricedOrder,
  execute: async ({ inputData: order }) => {
    const products = await loadProducts();
    const prices = order.items.map(({ sku, quantity }) => {
      const product = products.get(sku);
      if (product === undefined) throw new Error(`Cannot sell "${sku}": there is no such product`);
      return product.priceCents * quantity;
    });
    return { ...order, totalCents: prices.reduce((sum, cents) => sum + cents, 0) };
  },
});

/** Where orders are charged, and where confirmations are put. */
export interface OrderOptions {
  readonly paymentsUrl: string;
  readonly outbox: string;
}

/** Checks, charges and fulfils an order, then tells the customer. */
export function createOrderWorkflow({ paymentsUrl, outbox }: OrderOptions) {
  const charge = createStep({
    id: "charge",
    description: "Charges the card; a repeated request is not charged again",
    inputSchema: PricedOrder,
    outputSchema: Charged,
    execute: async ({ inputData: { totalCents, card }, idempotencyKey, fetch, log }) => {
      const response = await fetch(`${paymentsUrl}/charges`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Idempotency-Key": idempotencyKey },
        body: JSON.stringify({ amountCents: totalCents, card }),
      });
      const answer = Answer.parse(await response.json());
      if (!("chargeId" in answer)) {
        throw new Error(`Cannot charge ${euros(totalCents)}: ${answer.error}`);
      }
      log.info(`Charged ${euros(totalCents)}`, answer);
      return answer;
    },
  });

  const notify = createStep({
    id: "notify",
    description: "Writes the confirmation into the outbox",
    inputSchema: Confirmation,
    outputSchema: Confirmation,
    execute: async ({ inputData: { message, path } }) => {
      await Deno.mkdir(outbox, { recursive: true });
      await Deno.writeTextFile(path, `${message}\n`);
      return { message, path };
    },
  });

  return createWorkflow({
    id: "order",
    description: "From a checked order to the customer's confirmation",
    inputSchema: Order,
    outputSchema: Confirmation,
  })
    .then(checkOrder)
    .then(charge)
    .map(({ getInitData }) => getInitData())
    .then(fulfilment)
    .map(({ inputData: { trackingCode }, getInitData, getStepResult }) => ({
      message: `Order ${getInitData().orderId} is on its way as ${trackingCode}; payment ${getStepResult(charge).chargeId}`,
      path: join(outbox, `${getInitData().orderId}.txt`),
    }))
    .then(notify)
    .commit();
}
