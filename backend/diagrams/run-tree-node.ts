import type { WaitInfo } from "../errors.ts";
import type { StepRecord } from "../records.ts";
import type { TreeStatus } from "./tree-status.ts";
import type { TreeNode } from "./workflow-tree.ts";

/** A node of a run's workflow, and what happened there. */
export interface RunTreeNode extends TreeNode {
  /** The nodes within it, in their order. */
  readonly children: readonly RunTreeNode[];
  /** What happened there. */
  readonly activity: Activity;
}

/** What happened at a node, all its items and turns together. */
export interface Activity {
  /** Where it stands as a whole. */
  readonly status: TreeStatus;
  /** How many of its places stand where, those that have not begun included. */
  readonly counts: Readonly<Partial<Record<TreeStatus, number>>>;
  /** Each of its places that has begun: one, or one for each item and turn. */
  readonly places: readonly TreePlace[];
  /** When the first of them began, in milliseconds since 1970; `null` where nobody knows. */
  readonly startedAt: number | null;
  /** When the last of them ended; `null` while the node is not over. */
  readonly endedAt: number | null;
}

/** A place of a run: a node, or one item or turn of it. */
export interface TreePlace {
  /** Its address in the run, such as `items[17]/charge`. */
  readonly path: string;
  /** Where it stands. */
  readonly status: TreeStatus;
  /** How often it was tried: one more than have failed. 0 where a construct records nothing itself. */
  readonly attempts: number;
  /** When it began, in milliseconds since 1970; `null` where nobody knows. */
  readonly startedAt: number | null;
  /** When it ended; `null` while it is not over. */
  readonly endedAt: number | null;
  /** What it waits for. */
  readonly wait?: WaitInfo;
  /** What it put out, as it is stored, where no record of it says so. */
  readonly output?: string;
  /** Why it failed, in one line, where no record of it says so. */
  readonly error?: string;
  /** Its own records, oldest first. */
  readonly records: readonly StepRecord[];
}
