import { quote, serializeError, WrkflwError } from "../errors.ts";
import type { Frame, Node, Result } from "../node.ts";
import { isThenable } from "../thenable.ts";

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

/**
 * Waits for a function no longer than the workflow has time, and not when this process has to
 * let go of the run.
 */
async function inTime<Out>(frame: Frame, compute: () => Out | Promise<Out>): Promise<Out> {
  const value = compute();
  if (!isThenable(value)) return value;
  const isOver = new AbortController();
  try {
    return await Promise.race([value, stopped(frame, isOver.signal), late(frame, isOver.signal)]);
  } finally {
    isOver.abort("over");
  }
}

/** Rejects when this process has to let go of the run. */
function stopped(frame: Frame, isOver: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (frame.signal.aborted) return reject(frame.signal.reason);
    frame.signal.addEventListener("abort", () => reject(frame.signal.reason), { signal: isOver });
  });
}

/** Rejects when the workflow's time is up. */
async function late(frame: Frame, isOver: AbortSignal): Promise<never> {
  const { deadline } = frame;
  if (deadline === undefined) return await new Promise(() => {});
  await frame.sleep(deadline.at - frame.now(), isOver);
  if (isOver.aborted) return await new Promise(() => {});
  const place = `Workflow ${quote(deadline.workflowId)} ran out of time in ${quote(frame.path)}`;
  throw new WrkflwError("TIMED_OUT", place);
}
