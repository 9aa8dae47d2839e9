/** What to draw of a run: the tree of its workflow, with what happened at each node. */
import type { NodeShape } from "../node.ts";
import type { StoredRun } from "../records.ts";
import type { WorkflowSnapshot } from "../snapshot.ts";
import { courseOf, courseOfSnapshot } from "./run-course.ts";
import { RunPainter } from "./run-painter.ts";
import type { RunTreeNode } from "./run-tree-node.ts";

/**
 * The tree of a run to draw: of any version of the library, and also when its workflow was
 * changed since.
 *
 * @param run What `storage.loadRun()` gives, or a snapshot, which knows less.
 * @param workflow What `workflow.shape()` gives; without it the tree is made of what is recorded.
 */
export function runTree(run: StoredRun | WorkflowSnapshot, workflow?: NodeShape): RunTreeNode {
  const course = "steps" in run ? courseOf(run.run, run.steps) : courseOfSnapshot(run);
  const unknown = {
    kind: "workflow",
    id: course.workflowId,
    opensScope: true,
    isGone: true,
  } as const;
  const shape = workflow ?? unknown;
  return new RunPainter(course, shape).paint();
}
