/** Workflows of what stands between steps, and how their runs end. */
import type { RunResult } from "../run.ts";
import type { Workflow } from "../workflow.ts";
import { createWorkflow } from "../workflow-builder.ts";
import { noting, RUN_ID } from "./construct-cases.ts";
import { Count, type CountValue } from "./samples.ts";
import type { World } from "./world.ts";

/** What every run is started with. */
export const INPUT = { inputData: { n: 0 } };
/** An hour. */
export const HOUR_MS = 3_600_000;
const RETRY = { attempts: 3, initialMs: 10 };

/** What the tables build. */
export type Flow = Workflow<"flow", CountValue, CountValue>;

/** What a workflow is built from. */
export interface Trial {
  /** Notes the path of each execution, also of functions. */
  readonly executions: string[];
  readonly flowTimeoutMs?: number;
}

/** Steps would be repeated; functions between them must not be. */
export function begun({ executions, flowTimeoutMs }: Trial) {
  const config = { id: "flow", inputSchema: Count, outputSchema: Count, retry: RETRY } as const;
  const limit = flowTimeoutMs === undefined ? {} : { timeoutMs: flowTimeoutMs };
  return createWorkflow({ ...config, ...limit }).then(noting("before", executions));
}

/** The run as another process finds it, once nothing is due. */
export async function found(world: World, flow: Flow): Promise<RunResult<CountValue>> {
  const engine = world.engine({ workflows: [flow] });
  await world.settle(engine);
  const run = await engine.createRun(flow, RUN_ID);
  return await world.effects.until(run.safeStart(INPUT));
}

/** A result in what matters of it. */
export function outcomeOf(result: RunResult<CountValue>): unknown {
  if (result.status === "success") return result.output;
  if (result.status !== "failed") return result.status;
  const { message, step, code } = result.error;
  return { message, step, code };
}
