import { joinPath, type NodeSchemas, type NodeShape } from "../node.ts";

/** A node of a workflow as it is drawn: by its children, never by its kind. */
export interface TreeNode {
  /** Its address in the workflow: ids joined by `/`, without items and turns; empty for the workflow itself. */
  readonly path: string;
  /** Unique among the nodes beside it. */
  readonly id: string;
  /** A word for people, such as `step` or `map`. */
  readonly kind: string;
  /** Shown to people beside the id. */
  readonly description?: string;
  /** What the node takes and gives. */
  readonly schemas?: NodeSchemas;
  /** Whether the children follow one another or run beside each other. */
  readonly arrangement: "sequence" | "beside";
  /** Its child runs once for each item of a list, or turn after turn. */
  readonly repeats?: "items" | "turns";
  /** Which of its children run, is decided in the run. */
  readonly choosesChildren?: true;
  /** The run has records of it, and the workflow as it is now has it no more. */
  readonly isGone?: true;
  /** The nodes within it, in their order. */
  readonly children: readonly TreeNode[];
}

/**
 * The tree of a workflow to draw.
 *
 * @param shape What `workflow.shape()` gives.
 */
export function workflowTree(shape: NodeShape): TreeNode {
  return treeOf(shape, "", "");
}

function treeOf(shape: NodeShape, path: string, scope: string): TreeNode {
  const inner = shape.opensScope === true ? path : scope;
  const children = (shape.children ?? []).map((child) =>
    treeOf(child, joinPath(inner, child.id), inner),
  );
  return { ...drawable(shape, path), children };
}

/** What is drawn of a node itself. */
export function drawable(shape: NodeShape, path: string): Omit<TreeNode, "children"> {
  const { kind, id, description, schemas, opensScope, repeats, choosesChildren } = shape;
  return {
    path,
    id,
    kind,
    arrangement: shape.arrangement ?? (opensScope === true ? "sequence" : "beside"),
    ...(description === undefined ? {} : { description }),
    ...(schemas === undefined ? {} : { schemas }),
    ...(repeats === undefined ? {} : { repeats }),
    ...(choosesChildren === true ? { choosesChildren } : {}),
  };
}
