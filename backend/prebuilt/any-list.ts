import type { Schema } from "../schema.ts";
import { described } from "./described.ts";

/** The input of a step whose function knows what the items are: a list of anything. */
export function anyList<Item>(): Schema<{ readonly array: readonly Item[] }> {
  return described({
    type: "object",
    required: ["array"],
    properties: { array: { type: "array" } },
  });
}
