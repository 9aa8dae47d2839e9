import { computed } from "../nodes/function-context.ts";
import type { Step } from "../step.ts";
import { anyList } from "./any-list.ts";
import { type DescribedSchema, described } from "./described.ts";
import { frameStep } from "./frame-step.ts";
import { usableStep } from "./usable-step.ts";
import { valueAt } from "./value-at.ts";

/** What is taken of each item: the value at a path, or an object of such values. */
export type ItemMapping =
  | { readonly path: string }
  | { readonly fields: Readonly<Record<string, string>> };

/** What the step takes when its mapping comes as data. */
export interface MapArrayInput {
  /** The items. */
  readonly array: readonly unknown[];
  /** `{ path: "title" }`, or `{ fields: { name: "user.name", age: "user.age" } }`. */
  readonly map: ItemMapping;
}

/** What the step puts out. */
export interface MapArrayOutput<Mapped = unknown> {
  /** What became of the items, in their order. */
  mapped: Mapped[];
  /** How many there are. */
  count: number;
}

/** How another step like it is made. */
export interface MapArrayOptions<Id extends string> {
  /** The step's id. @default "map-array" */
  readonly id?: Id;
}

/** How a step is made that asks a function. */
export interface MapArrayFunctionOptions<Id extends string, Item, Mapped>
  extends MapArrayOptions<Id> {
  /** What becomes of an item. */
  readonly map: (item: Item, index: number) => Mapped | Promise<Mapped>;
}

/** The step, which makes others like it when it is called. */
export interface MapArrayStep extends Step<"map-array", MapArrayInput, MapArrayOutput> {
  /** A step that asks a function. */
  <const Id extends string, Item, Mapped>(
    options: MapArrayFunctionOptions<Id, Item, Mapped>,
  ): Step<Id, { readonly array: readonly Item[] }, MapArrayOutput<Mapped>>;
  /** The same step under another id. */
  <const Id extends string = "map-array">(
    options?: MapArrayOptions<Id>,
  ): Step<Id, MapArrayInput, MapArrayOutput>;
}

const path: DescribedSchema = { type: "string" };

const inputSchema = described<MapArrayInput>(
  {
    type: "object",
    required: ["array", "map"],
    properties: {
      array: { type: "array" },
      map: {
        anyOf: [
          { type: "object", required: ["path"], properties: { path } },
          {
            type: "object",
            required: ["fields"],
            properties: { fields: { type: "object", additionalProperties: path } },
          },
        ],
      },
    },
  },
  refuseCode,
);

const outputJson = {
  type: "object",
  required: ["mapped", "count"],
  properties: { mapped: { type: "array" }, count: { type: "number" } },
} as const;

/** The first version evaluated a text; nothing here ever does. */
function refuseCode(value: unknown) {
  const isCode = typeof value === "object" && value !== null && Object.hasOwn(value, "mapFn");
  if (!isCode) return undefined;
  return {
    message:
      "is code in a text, which is never run: use map: { path }, or mapArray({ id, map: (item) => ... })",
    path: ["mapFn"],
  };
}

function make<const Id extends string, Item, Mapped>(
  options: MapArrayFunctionOptions<Id, Item, Mapped>,
): Step<Id, { readonly array: readonly Item[] }, MapArrayOutput<Mapped>>;
function make<const Id extends string = "map-array">(
  options?: MapArrayOptions<Id>,
): Step<Id, MapArrayInput, MapArrayOutput>;
function make<const Id extends string, Item, Mapped>(
  options: MapArrayOptions<Id> | MapArrayFunctionOptions<Id, Item, Mapped> = {},
): Step<Id, never, MapArrayOutput> {
  const id = options.id ?? ("map-array" as Id);
  const description = "Makes something of each item of a list";
  const outputSchema = described<MapArrayOutput>(outputJson);
  if ("map" in options) {
    const { map } = options;
    return frameStep({
      id,
      description,
      inputSchema: anyList<Item>(),
      outputSchema,
      work: ({ array }, frame) => computed(frame, () => mappedBy(array, map)),
    });
  }
  return frameStep({
    id,
    description,
    inputSchema,
    outputSchema,
    work: ({ array, map }, frame) =>
      computed(frame, () => mappedBy(array, (item) => taken(item, map))),
  });
}

async function mappedBy<Item>(
  array: readonly Item[],
  map: (item: Item, index: number) => unknown,
): Promise<MapArrayOutput> {
  const mapped: unknown[] = [];
  for (const [index, item] of array.entries()) mapped.push(await map(item, index));
  return { mapped, count: mapped.length };
}

function taken(item: unknown, mapping: ItemMapping): unknown {
  if ("path" in mapping) return valueAt(item, mapping.path);
  const fields = Object.entries(mapping.fields);
  return Object.fromEntries(fields.map(([name, from]) => [name, valueAt(item, from)]));
}

/**
 * Takes something of each item of a list: `{ array, map: { path: "title" } }`.
 * `mapArray({ id, map: (item) => ... })` makes a step that asks a function.
 */
export const mapArray: MapArrayStep = usableStep(make(), make);
