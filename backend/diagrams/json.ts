import { jsonSchemasOf, type NodeJsonSchemas } from "../json-schema.ts";
import type { DiagramOptions } from "./diagram-options.ts";
import { errorAt, outputAt } from "./place-result.ts";
import type { Activity, RunTreeNode } from "./run-tree-node.ts";
import type { TreeNode } from "./workflow-tree.ts";

/** Characters that mean something where JSON stands within a page. */
const MARKUP = /[<>&\u2028\u2029]/g;

/** The tree as indented JSON, for programs. It may be put into a page as it is. */
export function jsonOf(tree: TreeNode | RunTreeNode, options: DiagramOptions): string {
  const text = JSON.stringify(nodeOf(tree, options), null, 2);
  return `${text.replace(MARKUP, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}

function nodeOf(node: TreeNode | RunTreeNode, options: DiagramOptions): object {
  const { path, id, kind, description, arrangement, repeats, choosesChildren, isGone, children } =
    node;
  return {
    path,
    id,
    kind,
    arrangement,
    ...(options.includeDescriptions && description !== undefined ? { description } : {}),
    ...(repeats === undefined ? {} : { repeats }),
    ...(choosesChildren === undefined ? {} : { choosesChildren }),
    ...(isGone === undefined ? {} : { isGone }),
    ...(options.includeSchemas ? { schemas: schemasOf(node) } : {}),
    ...("activity" in node ? activityOf(node.activity, options) : {}),
    children: children.map((child) => nodeOf(child, options)),
  };
}

/** As JSON Schema, where the schemas can say themselves in it. */
function schemasOf({ id, kind, schemas = {} }: TreeNode): NodeJsonSchemas {
  return jsonSchemasOf({ id, kind, schemas });
}

function activityOf(
  { status, counts, places, startedAt, endedAt }: Activity,
  { showStatus, showResults }: DiagramOptions,
): object {
  const shown = places.map((place) => ({
    path: place.path,
    ...(showStatus
      ? {
          status: place.status,
          attempts: place.attempts,
          startedAt: place.startedAt,
          endedAt: place.endedAt,
          wait: place.wait,
        }
      : {}),
    ...(showResults ? { result: outputAt(place), error: errorAt(place) } : {}),
  }));
  return {
    ...(showStatus ? { status, counts, startedAt, endedAt } : {}),
    ...(showStatus || showResults ? { places: shown } : {}),
  };
}
