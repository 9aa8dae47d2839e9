/** What the places around a node say of the nodes within. */
import type { NodeShape } from "../node.ts";
import { decode } from "../serialize.ts";
import type { RecordedPlace } from "./recorded-place.ts";

/** Where a node's places lie: a workflow's place in the run, and what is known there of the node. */
export interface Surroundings {
  /** What the paths of the places begin with. */
  readonly scope: string;
  /** The run went on behind the node. */
  readonly isPassed: boolean;
  /** The ids of the nodes that run, where they were chosen. */
  readonly chosen?: readonly unknown[];
  /** How many items the node is run on. */
  readonly items?: number;
}

/** Whether its own record only says what is to run within it. */
export function announces({ choosesChildren, repeats }: NodeShape): boolean {
  return choosesChildren === true || repeats === "items";
}

/** Which children are to run, or on how many items, as the construct's own record says. */
export function announcedBy(shape: NodeShape, { records }: RecordedPlace): Partial<Surroundings> {
  const output = outputOf(records.at(-1)?.output ?? null);
  if (shape.choosesChildren === true && Array.isArray(output)) return { chosen: output };
  return shape.repeats === "items" && typeof output === "number" ? { items: output } : {};
}

/** What cannot be read must not hide the rest of the run. */
function outputOf(text: string | null): unknown {
  try {
    return text === null ? undefined : decode(text);
  } catch {
    return undefined;
  }
}

/** Whether its children lie in the scope that it lies in itself. */
export function isConstruct({ opensScope, children = [] }: NodeShape): boolean {
  return opensScope !== true && children.length > 0;
}

/** Whether a place at a construct is only one of its notes, such as a loop's decision on a turn. */
export function isPart({ id, kind }: NodeShape, { segments, records }: RecordedPlace): boolean {
  return segments.at(-1) !== id && records.at(-1)?.kind !== kind;
}

/** Whether its last record says so. */
export function hasSucceeded({ records }: RecordedPlace): boolean {
  const status = records.at(-1)?.status;
  return status === "success" || status === "bailed";
}

/** How a node stands that has not begun: `skipped` where the run will never come to it. */
export function absentIn(
  { id, renamedFrom }: NodeShape,
  around: readonly Surroundings[],
): "not-reached" | "skipped" {
  const isLeftOut = ({ chosen, isPassed }: Surroundings) =>
    isPassed || (chosen !== undefined && !chosen.includes(id) && !chosen.includes(renamedFrom));
  return around.every(isLeftOut) ? "skipped" : "not-reached";
}
