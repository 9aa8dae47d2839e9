import type { RunTreeNode } from "../diagrams/run-tree-node.ts";

/** A run's tree in lines such as `items failed: 2 success, 1 failed`, indented by depth. */
export function outlineOf({ id, isGone, activity, children }: RunTreeNode): string[] {
  const { status, counts, places } = activity;
  const isMany = Object.keys(counts).length > 1 || places.length > 1;
  const many = isMany ? `: ${Object.entries(counts).map(([key, count]) => `${count} ${key}`)}` : "";
  const [place] = places;
  const tries = places.length === 1 && place !== undefined && place.attempts > 1;
  const own = [id, isGone === true ? "(gone)" : "", status + many.replaceAll(",", ", ")];
  const line = [...own.filter((word) => word !== ""), tries ? `x${place.attempts}` : ""];
  const below = children.flatMap(outlineOf).map((text) => `  ${text}`);
  return [line.join(" ").trim(), ...below];
}
