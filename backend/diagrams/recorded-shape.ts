/**
 * The shape of a workflow with a node for every recorded place: a run is drawn whole although its
 * workflow was changed since, or is not at hand at all.
 */
import type { NodeShape } from "../node.ts";
import { nodesBelow } from "../shapes.ts";
import type { RecordedPlace } from "./recorded-place.ts";

/** A shape whose nodes may be known from records only. */
export interface RecordedShape extends NodeShape {
  readonly children?: readonly RecordedShape[];
  /** Known from records only. */
  readonly isGone?: true;
}

/** A shape, and the id of the node in it for each segment of each place. */
export interface Located {
  readonly shape: RecordedShape;
  /** As many ids as the place has segments. */
  readonly idsOf: ReadonlyMap<RecordedPlace, readonly string[]>;
}

/** Finds the node of every place, and adds those that are gone. */
export function locate(workflow: NodeShape, places: readonly RecordedPlace[]): Located {
  const ids = new Map(places.map((place): [RecordedPlace, string[]] => [place, []]));
  const shape = complete(workflow, places, 0, ids);
  return { shape, idsOf: ids };
}

/**
 * @param places Those within this scope, in the order in which they began.
 * @param depth Which of their segments names a node of this scope.
 */
function complete(
  scope: RecordedShape,
  places: readonly RecordedPlace[],
  depth: number,
  ids: Map<RecordedPlace, string[]>,
): RecordedShape {
  const groups = groupByNode(scope, places, depth, ids);
  const completed = new Map<string, RecordedShape>();
  for (const [id, { node, members }] of groups) {
    const deeper = members.filter(({ segments }) => segments.length > depth + 1);
    const base = node ?? goneNode(id, members, depth);
    const whole = { ...base, opensScope: true };
    completed.set(id, deeper.length === 0 ? base : complete(whole, deeper, depth + 1, ids));
  }
  const children = (scope.children ?? []).map((child) => withNodes(child, completed));
  const gone = [...groups].filter(([, { node }]) => node === undefined);
  return gone.length === 0
    ? { ...scope, children }
    : { ...scope, children: inOrder(children, [...groups.keys()], completed) };
}

interface Group {
  readonly node: NodeShape | undefined;
  readonly members: RecordedPlace[];
}

function groupByNode(
  scope: NodeShape,
  places: readonly RecordedPlace[],
  depth: number,
  ids: Map<RecordedPlace, string[]>,
): ReadonlyMap<string, Group> {
  const nodeOf = nodesBelow(scope);
  const segments = new Set(places.map((place) => place.segments[depth] ?? ""));
  const groups = new Map<string, Group>();
  for (const place of places) {
    const segment = place.segments[depth] ?? "";
    // The library's own notes on a workflow, such as its input: no nodes.
    if (segment.startsWith("#")) continue;
    const node = nodeOf(segment);
    const id = node?.id ?? goneId(segment, segments);
    ids.get(place)?.push(id);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, { node, members: [place] });
    else group.members.push(place);
  }
  return groups;
}

/** Turns begin with the first; what is numbered without one, such as `map#2`, is a node. */
function goneId(segment: string, segments: ReadonlySet<string>): string {
  const items = segment.replace(/\[\d+\]$/, "");
  const turns = items.replace(/#\d+$/, "");
  return segments.has(`${turns}#1`) ? turns : items;
}

function goneNode(id: string, members: readonly RecordedPlace[], depth: number): RecordedShape {
  const own = members.find(({ segments }) => segments.length === depth + 1);
  const isScope = members.some(({ segments }) => segments.length > depth + 1);
  return { kind: own?.records.at(-1)?.kind ?? (isScope ? "workflow" : "step"), id, isGone: true };
}

function withNodes(
  node: RecordedShape,
  completed: ReadonlyMap<string, RecordedShape>,
): RecordedShape {
  const own = completed.get(node.id) ?? node;
  if (own.opensScope === true || own.children === undefined) return own;
  return { ...own, children: own.children.map((child) => withNodes(child, completed)) };
}

/** Puts each node that is gone behind the one that began before it. */
function inOrder(
  children: readonly RecordedShape[],
  begun: readonly string[],
  completed: ReadonlyMap<string, RecordedShape>,
): RecordedShape[] {
  const ordered = [...children];
  let position = 0;
  for (const id of begun) {
    const known = ordered.findIndex((child) => holds(child, id));
    const node = completed.get(id);
    if (known !== -1) position = Math.max(position, known + 1);
    else if (node?.isGone === true) ordered.splice(position++, 0, node);
  }
  return ordered;
}

function holds(node: NodeShape, id: string): boolean {
  if (node.id === id) return true;
  return node.opensScope !== true && (node.children ?? []).some((child) => holds(child, id));
}
