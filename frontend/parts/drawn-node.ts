import type { Activity, TreeNode } from "../../backend/index.ts";

/** A node to draw, with what happened there where a run is drawn. */
export interface DrawnNode extends TreeNode {
  readonly children: readonly DrawnNode[];
  readonly activity?: Activity;
}

/** What the nodes of one graph share. */
export interface GraphContext {
  /** The address of a place of the run; without one nodes lead nowhere. */
  readonly placeHref?: (path: string) => string;
  /** The place that was chosen. */
  readonly selected?: string | undefined;
  /** Whether the graph is made of what is recorded alone, since nobody knows the workflow. */
  readonly isDrawnAlone?: boolean;
}
