import { computed } from "../nodes/function-context.ts";
import type { Step } from "../step.ts";
import { described } from "./described.ts";
import { frameStep } from "./frame-step.ts";
import { usableStep } from "./usable-step.ts";

/** What the step takes. */
export interface PickFieldsInput {
  /** The object to take from. */
  readonly object: Readonly<Record<string, unknown>>;
  /** The names of the fields to keep. */
  readonly fields: readonly string[];
}

/** What the step puts out. */
export interface PickFieldsOutput {
  /** The fields that the object has. */
  result: Record<string, unknown>;
}

/** How another step like it is made. */
export interface PickFieldsOptions<Id extends string> {
  /** The step's id. @default "pick-fields" */
  readonly id?: Id;
}

/** The step, which makes others like it when it is called. */
export interface PickFieldsStep extends Step<"pick-fields", PickFieldsInput, PickFieldsOutput> {
  /** The same step under another id. */
  <const Id extends string = "pick-fields">(
    options?: PickFieldsOptions<Id>,
  ): Step<Id, PickFieldsInput, PickFieldsOutput>;
}

const inputSchema = described<PickFieldsInput>({
  type: "object",
  required: ["object", "fields"],
  properties: {
    object: { type: "object" },
    fields: { type: "array", items: { type: "string" } },
  },
});

const outputSchema = described<PickFieldsOutput>({
  type: "object",
  required: ["result"],
  properties: { result: { type: "object" } },
});

function make<const Id extends string = "pick-fields">(
  options: PickFieldsOptions<Id> = {},
): Step<Id, PickFieldsInput, PickFieldsOutput> {
  return frameStep({
    id: options.id ?? ("pick-fields" as Id),
    description: "Keeps some fields of an object",
    inputSchema,
    outputSchema,
    work: (input, frame) => computed(frame, () => ({ result: picked(input) })),
  });
}

/** Only fields of its own: what every object inherits is no data. */
function picked({ object, fields }: PickFieldsInput): Record<string, unknown> {
  const own = fields.filter((field) => Object.hasOwn(object, field));
  return Object.fromEntries(own.map((field) => [field, object[field]]));
}

/** Keeps some fields of an object: `{ object, fields: ["id", "name"] }`. */
export const pickFields: PickFieldsStep = usableStep(make(), make);
