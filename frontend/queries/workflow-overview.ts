import {
  type AnyDefinition,
  type RunSummary,
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
}

const RECENT_RUNS = 12;

/** Looks up what became of a workflow's runs. */
export async function overview(
  { engine }: Site,
  workflow: AnyDefinition,
): Promise<WorkflowOverview> {
  const [counts, { runs }] = await Promise.all([
    engine.storage.countRuns(workflow.id),
    engine.storage.queryRuns({ workflowId: workflow.id, limit: RECENT_RUNS }),
  ]);
  return { tree: workflowTree(workflow.shape()), counts, recent: runs };
}
