import { type RunTreeNode, runTree } from "../../backend/index.ts";
import type { Site } from "../site.ts";
import { placesOf, type RunPlace } from "../wording/run-places.ts";
import type { LoadedRun } from "./load-run.ts";

/** What is drawn of a run. */
export interface DrawnRun {
  readonly tree: RunTreeNode;
  readonly places: readonly RunPlace[];
  /** Whether the engine has the run's workflow. */
  readonly isKnown: boolean;
}

/** Joins a run with the definition of its workflow, where the engine has it. */
export function placesIn(site: Site, { run, stored, steps }: LoadedRun): DrawnRun {
  const workflow = site.engine.workflows.find(({ id }) => id === run.workflowId);
  const tree = runTree({ run, steps: stored }, workflow?.shape());
  return { tree, places: placesOf(tree, steps), isKnown: workflow !== undefined };
}
