import { quote, serializeError } from "../errors.ts";
import { inTime, isThenable, type Limit } from "../in-time.ts";
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
    return { status: "success", output: await waited(frame, compute) };
  } catch (error) {
    return { status: "failed", error: { ...serializeError(error), step: frame.path } };
  }
}

/**
 * Waits for a function no longer than the workflow has time, and not when this process has to
 * let go of the run.
 */
function waited<Out>(frame: Frame, compute: () => Out | Promise<Out>): Out | Promise<Out> {
  const value = compute();
  if (!isThenable(value)) return value;
  return inTime<Out>(frame, {
    limit: limitOf(frame),
    wait: (resolve, reject) => void Promise.resolve(value).then(resolve, reject),
  });
}

function limitOf({ deadline, path }: Frame): Limit | undefined {
  if (deadline === undefined) return undefined;
  const { at, workflowId } = deadline;
  return { at, message: () => `Workflow ${quote(workflowId)} ran out of time in ${quote(path)}` };
}
