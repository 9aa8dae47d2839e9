import { quote, serializeError, WrkflwError } from "../errors.ts";
import type { Frame, Node, Result } from "../node.ts";

/** What the functions between steps are given: mappings, conditions, durations. */
export interface FunctionContext<In, Init> {
  /** The current value: the output of the node before. */
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

/** A function of the current value and what came before. */
export type FlowFunction<In, Init, Out> = (
  context: FunctionContext<In, Init>,
) => Out | Promise<Out>;

/** What a function is given at a place. */
export function contextOf<In, Init>(input: In, frame: Frame): FunctionContext<In, Init> {
  return {
    inputData: input,
    state: frame.state,
    runId: frame.runId,
    workflowId: frame.workflowId,
    getInitData: () => frame.initData as Init,
    getStepResult: (step) => frame.outputOf(step),
  };
}

/** What a user's function gave; one that throws is a failure that names the place. */
export async function computed<Out>(
  frame: Frame,
  compute: () => Out | Promise<Out>,
): Promise<Result<Out>> {
  try {
    return { status: "success", output: await inTime(frame, compute) };
  } catch (error) {
    return { status: "failed", error: { ...serializeError(error), step: frame.path } };
  }
}

/** Waits for a function no longer than the workflow has time. */
async function inTime<Out>(frame: Frame, compute: () => Out | Promise<Out>): Promise<Out> {
  const { deadline } = frame;
  if (deadline === undefined) return await compute();
  const isOver = new AbortController();
  const late = frame.sleep(deadline.at - frame.now(), isOver.signal).then((): never => {
    const place = `Workflow ${quote(deadline.workflowId)} ran out of time in ${quote(frame.path)}`;
    throw new WrkflwError("TIMED_OUT", place);
  });
  try {
    return await Promise.race([compute(), late]);
  } finally {
    late.catch(() => {});
    isOver.abort("over");
  }
}
