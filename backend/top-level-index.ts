import type { NodeShape } from "./node.ts";

const indexes = new WeakMap<() => NodeShape, ReadonlyMap<string, number>>();

/**
 * Tells in which top-level entry of a workflow a path lies, from 0; -1 when in none.
 *
 * @param shape The workflow's own `shape` function, which is asked once.
 */
export function topLevelIndex(shape: () => NodeShape): (path: string) => number {
  const index = indexes.get(shape) ?? indexOf(shape());
  indexes.set(shape, index);
  return (path) => {
    const [first = path] = path.split("/", 1);
    // `items[17]` and `poll#3` lie in `items` and `poll`, but `map#2` is a node of its own.
    return index.get(first) ?? index.get(first.replace(/[[#].*$/, "")) ?? -1;
  };
}

function indexOf(workflow: NodeShape): ReadonlyMap<string, number> {
  const index = new Map<string, number>();
  workflow.children?.forEach((child, position) => {
    for (const id of idsOf(child)) index.set(id, position);
  });
  return index;
}

/** The ids that are addressed in the same scope as the node itself. */
function idsOf(node: NodeShape): string[] {
  const children = node.opensScope === true ? [] : (node.children ?? []);
  return [node.id, ...children.flatMap(idsOf)];
}
