import { serializeError } from "../errors.ts";
import type { Frame, Node, Result } from "../node.ts";

/** What a mapping function is given. */
export interface MapContext<In, Init> {
  /** The output of the node before. */
  readonly inputData: In;
  /** The run's state as of now. */
  readonly state: Readonly<Record<string, unknown>>;
  /** The run's id. */
  readonly runId: string;
  /** The workflow's id. */
  readonly workflowId: string;
  /** The input of the workflow. */
  getInitData(): Init;
  /**
   * The output of an earlier step of this workflow.
   *
   * @throws {WrkflwError} With code `STEP_NOT_FINISHED`, if it has not succeeded.
   */
  getStepResult<Out>(step: Node<never, Out>): Out;
}

/** Makes the next node's input. */
export type MapFunction<In, Init, Out> = (context: MapContext<In, Init>) => Out | Promise<Out>;

/** Computes a value from what came before. The result is recorded, so a resumed run keeps it. */
export function map<In, Init, Out>(id: string, fn: MapFunction<In, Init, Out>): Node<In, Out> {
  async function work(input: In, frame: Frame): Promise<Result<Out>> {
    try {
      const output = await fn({
        inputData: input,
        state: frame.state,
        runId: frame.runId,
        workflowId: frame.workflowId,
        getInitData: () => frame.initData as Init,
        getStepResult: (step) => frame.outputOf(step),
      });
      return { status: "success", output };
    } catch (error) {
      return { status: "failed", error: { ...serializeError(error), step: frame.path } };
    }
  }

  return {
    id,
    run: (input, frame) => frame.checkpoint({ kind: "map", input }, () => work(input, frame)),
    shape: () => ({ kind: "map", id }),
  };
}
