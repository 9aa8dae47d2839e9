/** Questions about the tree of a workflow, answered from its shape. */
import type { NodeShape } from "./node.ts";

/** All nodes that are addressed in the same scope as this one, itself first. */
export function inScope(node: NodeShape): NodeShape[] {
  const children = node.opensScope === true ? [] : (node.children ?? []);
  return [node, ...children.flatMap(inScope)];
}

/** The nodes that are addressed directly below a workflow. */
export function scopeOf(workflow: NodeShape): NodeShape[] {
  return (workflow.children ?? []).flatMap(inScope);
}

/** The id in a segment of a path: `items` of `items[17]`, `poll` of `poll#3`, `map#2` as it is. */
export function idIn(segment: string, ids: { has(id: string): boolean }): string {
  if (ids.has(segment)) return segment;
  const end = Math.max(segment.lastIndexOf("["), segment.lastIndexOf("#"));
  return end === -1 ? segment : segment.slice(0, end);
}

/** The node at a path of a workflow; `undefined` when there is none. */
export function nodeAt(workflow: NodeShape, path: string): NodeShape | undefined {
  let node: NodeShape | undefined = workflow;
  for (const segment of path.split("/")) {
    node = nodeBelow(node, segment);
    if (node === undefined) return undefined;
  }
  return node;
}

function nodeBelow(workflow: NodeShape, segment: string): NodeShape | undefined {
  return nodesBelow(workflow)(segment);
}

/** Finds the nodes that are addressed directly below a workflow by segments of paths. */
export function nodesBelow(workflow: NodeShape): (segment: string) => NodeShape | undefined {
  const below = new Map(scopeOf(workflow).map((each) => [each.id, each]));
  const entries = new Set(workflow.children?.map(({ id }) => id));
  return (segment) => {
    const id = idIn(segment, below);
    // Turns are numbered within a loop only: beside each other, `map#2` is another node than `map`.
    const isOther = segment.charAt(id.length) === "#" && entries.has(id);
    return isOther ? undefined : below.get(id);
  };
}

/** The path that a recorded place has now, where ids on it were changed with `renamedFrom`. */
export function currentPath(workflow: NodeShape, path: string): string {
  let node: NodeShape | undefined = workflow;
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    const below: ReadonlyMap<string, NodeShape> = new Map(
      node === undefined ? [] : scopeOf(node).map((each) => [each.id, each]),
    );
    const id = idIn(segment, below);
    const renamed = [...below.values()].find(({ renamedFrom }) => renamedFrom === id);
    node = below.get(id) ?? renamed;
    segments.push(
      below.has(id) || renamed === undefined ? segment : renamed.id + segment.slice(id.length),
    );
  }
  return segments.join("/");
}

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
    const known = index.get(path);
    if (known !== undefined) return known;
    const [first = path] = path.split("/", 1);
    return index.get(idIn(first, index)) ?? -1;
  };
}

function indexOf(workflow: NodeShape): ReadonlyMap<string, number> {
  const entries = workflow.children ?? [];
  return new Map(
    entries.flatMap((child, position) =>
      inScope(child).map((node): [string, number] => [node.id, position]),
    ),
  );
}
