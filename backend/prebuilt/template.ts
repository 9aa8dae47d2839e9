import { computed } from "../nodes/function-context.ts";
import type { Step } from "../step.ts";
import { described } from "./described.ts";
import { frameStep } from "./frame-step.ts";
import { usableStep } from "./usable-step.ts";

/** What the names in a template stand for. */
export type TemplateVariables = Readonly<Record<string, string | number | boolean>>;

/** What the step takes. */
export interface TemplateInput {
  /** The text, with `{{name}}` where a variable is to stand. */
  readonly template: string;
  /** What the names stand for. */
  readonly variables: TemplateVariables;
}

/** What the step puts out. */
export interface TemplateOutput {
  /** The text with the variables in it. */
  result: string;
}

/** How another step like it is made. */
export interface TemplateOptions<Id extends string> {
  /** The step's id. @default "template" */
  readonly id?: Id;
}

/** The step, which makes others like it when it is called. */
export interface TemplateStep extends Step<"template", TemplateInput, TemplateOutput> {
  /** The same step under another id. */
  <const Id extends string = "template">(
    options?: TemplateOptions<Id>,
  ): Step<Id, TemplateInput, TemplateOutput>;
}

const inputSchema = described<TemplateInput>({
  type: "object",
  required: ["template", "variables"],
  properties: {
    template: { type: "string", description: "A text with {{name}} for each variable" },
    variables: {
      type: "object",
      additionalProperties: {
        anyOf: [{ type: "string" }, { type: "number" }, { type: "boolean" }],
      },
    },
  },
});

const outputSchema = described<TemplateOutput>({
  type: "object",
  required: ["result"],
  properties: { result: { type: "string" } },
});

function make<const Id extends string = "template">(
  options: TemplateOptions<Id> = {},
): Step<Id, TemplateInput, TemplateOutput> {
  return frameStep({
    // Without an id there is no other type for it than the default's.
    id: options.id ?? ("template" as Id),
    description: "Puts variables into a text",
    inputSchema,
    outputSchema,
    work: ({ template: text, variables }, frame) =>
      computed(frame, () => ({ result: filled(text, variables) })),
  });
}

/** A name that no variable has stays as it is. What is put in is not looked at again. */
function filled(text: string, variables: TemplateVariables): string {
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) =>
    Object.hasOwn(variables, name) ? String(variables[name]) : whole,
  );
}

/**
 * Puts variables into a text: `Hello {{name}}`.
 *
 * @example
 * ```ts
 * import { createWorkflow, template } from "@wrkflw/wrkflw";
 * import { z } from "npm:zod@4.6.7";
 *
 * const greeting = createWorkflow({
 *   id: "greeting",
 *   inputSchema: z.object({ name: z.string() }),
 *   outputSchema: z.object({ result: z.string() }),
 * })
 *   .map(({ inputData }) => ({ template: "Hello {{name}}", variables: inputData }))
 *   .then(template)
 *   .commit();
 * console.log(greeting.id); // "greeting"
 * ```
 */
export const template: TemplateStep = usableStep(make(), make);
