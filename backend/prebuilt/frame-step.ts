import { quote } from "../errors.ts";
import { assertNodeId } from "../ids.ts";
import type { Entry, Frame, Outcome, Result } from "../node.ts";
import { computed } from "../nodes/function-context.ts";
import { parse, type Schema } from "../schema.ts";
import type { Step } from "../step.ts";

/** A step that reaches nothing outside of the run. */
export interface FrameStepConfig<Id extends string, In, Given, Out> {
  readonly id: Id;
  readonly description: string;
  readonly inputSchema: Schema<In, Given>;
  readonly outputSchema: Schema<Out>;
  /** What it does with input that fits. */
  readonly work: (
    input: Given,
    frame: Frame,
    known: Entry | undefined,
  ) => Result<Out> | Promise<Result<Out>>;
}

/**
 * A step made of the checkpoint alone. Since it reaches nothing outside, nothing needs to be
 * stored before it begins: it costs no round trip of its own, and may wait without a process.
 */
export function frameStep<const Id extends string, In, Given, Out>(
  config: FrameStepConfig<Id, In, Given, Out>,
): Step<Id, In, Out> {
  const { id, description, inputSchema, outputSchema, work } = config;
  assertNodeId(id, "Step id");
  const subject = `Step ${quote(id)} was given invalid input`;

  async function run(input: In, frame: Frame): Promise<Outcome<Out>> {
    return await frame.checkpoint<Out>({ kind: "step", input }, async (known) => {
      const given = await computed(frame, () => parse(inputSchema, frame.handOut(input), subject));
      return given.status === "success" ? await work(given.output as Given, frame, known) : given;
    });
  }

  return Object.freeze({
    id,
    description,
    inputSchema,
    outputSchema,
    stateSchema: undefined,
    run,
    shape: () => ({
      kind: "step",
      id,
      description,
      schemas: { input: inputSchema, output: outputSchema },
    }),
    withId: <NewId extends string>(newId: NewId) => frameStep({ ...config, id: newId }),
  });
}
