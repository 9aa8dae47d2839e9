/** Diagrams of workflows and runs as text: Mermaid, Graphviz, plain text, JSON. */
import { asciiOf } from "./diagrams/ascii.ts";
import { diagramOf } from "./diagrams/diagram-node.ts";
import {
  type DiagramOptions,
  diagramOptions,
  type ExecutionVisualizationOptions,
  type VisualizationOptions,
} from "./diagrams/diagram-options.ts";
import { dotOf } from "./diagrams/dot.ts";
import { jsonOf } from "./diagrams/json.ts";
import { mermaidOf } from "./diagrams/mermaid.ts";
import { runTree } from "./diagrams/run-tree.ts";
import { type TreeNode, workflowTree } from "./diagrams/workflow-tree.ts";
import { quote, WrkflwError } from "./errors.ts";
import type { NodeShape } from "./node.ts";
import type { StoredRun } from "./records.ts";
import type { WorkflowSnapshot } from "./snapshot.ts";

/** What a diagram is written in: Mermaid's flowchart, a tree as JSON, plain text, or Graphviz's dot. */
export type VisualizationFormat = "mermaid" | "json" | "ascii" | "dot";

/** Every format. */
export const VISUALIZATION_FORMATS: readonly VisualizationFormat[] = [
  "mermaid",
  "json",
  "ascii",
  "dot",
];

/** Anything that has a shape to draw, such as a workflow. */
export interface Drawable {
  /** What it looks like. */
  readonly shape: () => NodeShape;
}

/**
 * A diagram of a workflow. Ids, descriptions and schemas are only labels in it, whatever they hold.
 *
 * @param format Default: `"mermaid"`.
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if there is no such format.
 *
 * @example
 * ```ts
 * import { createWorkflow, visualizeWorkflow } from "@wrkflw/wrkflw";
 * import { z } from "npm:zod@4.6.7";
 *
 * const nap = createWorkflow({ id: "nap", inputSchema: z.string(), outputSchema: z.string() })
 *   .sleep("20m")
 *   .commit();
 * console.log(visualizeWorkflow(nap, "ascii"));
 * ```
 */
export function visualizeWorkflow(
  workflow: Drawable,
  format: VisualizationFormat = "mermaid",
  options: VisualizationOptions = {},
): string {
  return write(workflowTree(workflow.shape()), format, diagramOptions(options));
}

/**
 * A diagram of a run: its workflow, and what happened at each node.
 *
 * @param workflow The run's workflow; when it is `undefined`, what is recorded is drawn.
 * @param run A snapshot, or what `storage.loadRun()` gives, which knows more: times, attempts and
 * what is waited for.
 * @param format Default: `"mermaid"`.
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if there is no such format.
 */
export function visualizeExecution(
  workflow: Drawable | undefined,
  run: WorkflowSnapshot | StoredRun,
  format: VisualizationFormat = "mermaid",
  options: ExecutionVisualizationOptions = {},
): string {
  return write(runTree(run, workflow?.shape()), format, diagramOptions(options));
}

const WRITERS: Readonly<
  Record<VisualizationFormat, (tree: TreeNode, options: DiagramOptions) => string>
> = {
  mermaid: (tree, options) => mermaidOf(diagramOf(tree, options)),
  json: jsonOf,
  ascii: (tree, options) => asciiOf(diagramOf(tree, options)),
  dot: (tree, options) => dotOf(diagramOf(tree, options)),
};

function write(tree: TreeNode, format: VisualizationFormat, options: DiagramOptions): string {
  if (Object.hasOwn(WRITERS, format)) return WRITERS[format](tree, options);
  const formats = VISUALIZATION_FORMATS.map(quote).join(", ");
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot visualize as ${quote(String(format))}: use one of ${formats}`,
  );
}
