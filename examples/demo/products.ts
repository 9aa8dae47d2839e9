import { join } from "node:path";
import { z } from "npm:zod@4.6.7";
import { DATA_FOLDER } from "./data-folder.ts";

const Products = z.array(
  z.object({ sku: z.string(), name: z.string(), priceCents: z.int(), stock: z.int() }),
);

/** What the shop of the demo sells. */
export type Product = z.infer<typeof Products>[number];

/** Every product by its stock keeping unit. */
export async function loadProducts(): Promise<ReadonlyMap<string, Product>> {
  const text = await Deno.readTextFile(join(DATA_FOLDER, "products.json"));
  return new Map(Products.parse(JSON.parse(text)).map((product) => [product.sku, product]));
}

/** An amount as people read it: `€12.50`. */
export function euros(cents: number): string {
  return `€${(cents / 100).toFixed(2)}`;
}
