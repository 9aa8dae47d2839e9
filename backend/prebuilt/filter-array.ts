import { computed } from "../nodes/function-context.ts";
import type { Step } from "../step.ts";
import { anyList } from "./any-list.ts";
import { CONDITION_SCHEMA, type Condition, holds } from "./conditions.ts";
import { described } from "./described.ts";
import { frameStep } from "./frame-step.ts";
import { usableStep } from "./usable-step.ts";

/** What the step takes when its conditions come as data. */
export interface FilterArrayInput {
  /** The items. */
  readonly array: readonly unknown[];
  /** A condition, or several that must all hold. */
  readonly where: Condition | readonly Condition[];
}

/** What the step puts out. */
export interface FilterArrayOutput<Item = unknown> {
  /** The items that are kept, in their order. */
  filtered: Item[];
  /** How many there were. */
  originalCount: number;
  /** How many are kept. */
  filteredCount: number;
}

/** How another step like it is made. */
export interface FilterArrayOptions<Id extends string> {
  /** The step's id. @default "filter-array" */
  readonly id?: Id;
}

/** How a step is made that keeps what a function says. */
export interface FilterArrayWhereOptions<Id extends string, Item> extends FilterArrayOptions<Id> {
  /** Whether an item is kept. */
  readonly where: (item: Item, index: number) => boolean | Promise<boolean>;
}

/** The step, which makes others like it when it is called. */
export interface FilterArrayStep extends Step<"filter-array", FilterArrayInput, FilterArrayOutput> {
  /** A step that asks a function. */
  <const Id extends string, Item>(
    options: FilterArrayWhereOptions<Id, Item>,
  ): Step<Id, { readonly array: readonly Item[] }, FilterArrayOutput<Item>>;
  /** The same step under another id. */
  <const Id extends string = "filter-array">(
    options?: FilterArrayOptions<Id>,
  ): Step<Id, FilterArrayInput, FilterArrayOutput>;
}

const count = { type: "number" } as const;

const inputSchema = described<FilterArrayInput>(
  {
    type: "object",
    required: ["array", "where"],
    properties: {
      array: { type: "array" },
      where: { anyOf: [CONDITION_SCHEMA, { type: "array", items: CONDITION_SCHEMA }] },
    },
  },
  refuseCode,
);

const outputJson = {
  type: "object",
  required: ["filtered", "originalCount", "filteredCount"],
  properties: { filtered: { type: "array" }, originalCount: count, filteredCount: count },
} as const;

/** The first version evaluated a text; nothing here ever does. */
function refuseCode(value: unknown) {
  const isCode = typeof value === "object" && value !== null && Object.hasOwn(value, "filterFn");
  if (!isCode) return undefined;
  return {
    message:
      "is code in a text, which is never run: use where: { path, op, value }, or filterArray({ id, where: (item) => ... })",
    path: ["filterFn"],
  };
}

function make<const Id extends string, Item>(
  options: FilterArrayWhereOptions<Id, Item>,
): Step<Id, { readonly array: readonly Item[] }, FilterArrayOutput<Item>>;
function make<const Id extends string = "filter-array">(
  options?: FilterArrayOptions<Id>,
): Step<Id, FilterArrayInput, FilterArrayOutput>;
function make<const Id extends string, Item>(
  options: FilterArrayOptions<Id> | FilterArrayWhereOptions<Id, Item> = {},
): Step<Id, never, FilterArrayOutput<Item>> {
  const id = options.id ?? ("filter-array" as Id);
  const description = "Keeps some items of a list";
  const outputSchema = described<FilterArrayOutput<Item>>(outputJson);
  if ("where" in options) {
    const { where } = options;
    return frameStep({
      id,
      description,
      inputSchema: anyList<Item>(),
      outputSchema,
      work: ({ array }, frame) => computed(frame, () => kept(array, where)),
    });
  }
  return frameStep({
    id,
    description,
    inputSchema,
    outputSchema,
    work: ({ array, where }, frame) => {
      const conditions = Array.isArray(where) ? where : [where];
      const fits = (item: unknown) => conditions.every((condition) => holds(condition, item));
      // What an item is, the data says: this form promises nothing of it.
      return computed(frame, () => kept(array as readonly Item[], fits));
    },
  });
}

async function kept<Item>(
  array: readonly Item[],
  where: (item: Item, index: number) => boolean | Promise<boolean>,
): Promise<FilterArrayOutput<Item>> {
  const filtered: Item[] = [];
  for (const [index, item] of array.entries()) if (await where(item, index)) filtered.push(item);
  return { filtered, originalCount: array.length, filteredCount: filtered.length };
}

/**
 * Keeps the items of a list that fulfil a condition: `{ array, where: { path: "age", op: ">=",
 * value: 18 } }`. `filterArray({ id, where: (item) => ... })` makes a step that asks a function.
 */
export const filterArray: FilterArrayStep = usableStep(make(), make);
