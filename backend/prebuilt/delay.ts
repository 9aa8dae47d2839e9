import { toMilliseconds } from "../duration.ts";
import { type Entry, type Frame, type Result, stillWaiting } from "../node.ts";
import { computed } from "../nodes/function-context.ts";
import type { Step } from "../step.ts";
import { described } from "./described.ts";
import { frameStep } from "./frame-step.ts";
import { usableStep } from "./usable-step.ts";

/** What the step takes. */
export interface DelayInput {
  /** How long to wait, in milliseconds; up to a hundred years. */
  readonly durationMs: number;
}

/** What the step puts out. */
export interface DelayOutput {
  /** How long it was to wait, in milliseconds. */
  durationMs: number;
  /** When it was over, as an ISO date. */
  completedAt: string;
}

/** How another step like it is made. */
export interface DelayOptions<Id extends string> {
  /** The step's id. @default "delay" */
  readonly id?: Id;
}

/** The step, which makes others like it when it is called. */
export interface DelayStep extends Step<"delay", DelayInput, DelayOutput> {
  /** The same step under another id. */
  <const Id extends string = "delay">(
    options?: DelayOptions<Id>,
  ): Step<Id, DelayInput, DelayOutput>;
}

const durationMs = { type: "number", minimum: 0 } as const;

const inputSchema = described<DelayInput>({
  type: "object",
  required: ["durationMs"],
  properties: { durationMs },
});

const outputSchema = described<DelayOutput>({
  type: "object",
  required: ["durationMs", "completedAt"],
  properties: { durationMs, completedAt: { type: "string" } },
});

function make<const Id extends string = "delay">(
  options: DelayOptions<Id> = {},
): Step<Id, DelayInput, DelayOutput> {
  return frameStep({
    id: options.id ?? ("delay" as Id),
    description: "Waits for a time, without a process",
    inputSchema,
    outputSchema,
    work,
  });
}

/** The moment is recorded when the wait begins; nothing runs until it has come. */
async function work(
  input: DelayInput,
  frame: Frame,
  known: Entry | undefined,
): Promise<Result<DelayOutput>> {
  const moment: Result<number> = await computed(
    frame,
    () => known?.wait.until ?? frame.after(toMilliseconds(input.durationMs)),
  );
  if (moment.status !== "success") return moment;
  const wait = { until: moment.output };
  if (frame.now() < moment.output) {
    return known === undefined ? { status: "suspended", wait } : stillWaiting(frame, wait);
  }
  const completedAt = new Date(frame.now()).toISOString();
  return { status: "success", output: { durationMs: input.durationMs, completedAt } };
}

/** Waits for `durationMs` milliseconds. Nothing runs meanwhile, and no crash makes it longer. */
export const delay: DelayStep = usableStep(make(), make);
