import {
  type AnyDefinition,
  type ExecutionEngine,
  type RunSummary,
  type Schedule,
  type ScheduleRecord,
  type TreeNode,
  workflowTree,
} from "../../backend/index.ts";
import type { Site } from "../site.ts";

/** A workflow with what became of its runs. */
export interface WorkflowOverview {
  readonly tree: TreeNode;
  readonly counts: ReadonlyMap<string, number>;
  /** Newest first. */
  readonly recent: readonly RunSummary[];
  /** When it starts by itself. */
  readonly schedule: Schedule | undefined;
  /** Where its schedule stands; `undefined` before the first tick. */
  readonly record: ScheduleRecord | undefined;
}

const RECENT_RUNS = 12;

/** Looks up what became of the runs of each workflow. */
export async function overviews({ engine }: Site): Promise<WorkflowOverview[]> {
  const schedules = await engine.loadSchedules();
  const found = engine.workflows.map((each) => overview(engine, each, schedules.get(each.id)));
  return await Promise.all(found);
}

async function overview(
  engine: ExecutionEngine,
  workflow: AnyDefinition,
  record: ScheduleRecord | undefined,
): Promise<WorkflowOverview> {
  const [counts, { runs }] = await Promise.all([
    engine.storage.countRuns(workflow.id),
    engine.storage.queryRuns({ workflowId: workflow.id, limit: RECENT_RUNS }),
  ]);
  const { schedule } = workflow;
  return { tree: workflowTree(workflow.shape()), counts, recent: runs, schedule, record };
}
