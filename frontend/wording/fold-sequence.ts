import type { Activity, TreeNode } from "../../backend/index.ts";

/** One node, or many that are folded because nothing about them stands out. */
export interface FlowItem<Node> {
  readonly nodes: readonly Node[];
}

/** Rows of plain nodes that are longer than this are folded. */
const MAX_ROW = 40;
/** So many stay visible at either end of a row that is folded. */
const SHOWN_ENDS = 10;
/** What people look for stays visible. */
const QUIET = new Set(["success", "not-reached", "skipped", undefined]);

/** Nodes in their order, with long rows of those that look alike folded. */
export function foldSequence<Node extends TreeNode & { readonly activity?: Activity }>(
  nodes: readonly Node[],
): FlowItem<Node>[] {
  const items: FlowItem<Node>[] = [];
  let row: Node[] = [];
  const endRow = () => {
    items.push(...foldRow(row));
    row = [];
  };
  for (const node of nodes) {
    const status = node.activity?.status;
    const isPlain = node.children.length === 0 && QUIET.has(status);
    if (!isPlain) {
      endRow();
      items.push({ nodes: [node] });
      continue;
    }
    if (row.length > 0 && row[0]?.activity?.status !== status) endRow();
    row.push(node);
  }
  endRow();
  return items;
}

function foldRow<Node>(row: readonly Node[]): FlowItem<Node>[] {
  const alone = (node: Node) => ({ nodes: [node] });
  if (row.length <= MAX_ROW) return row.map(alone);
  return [
    ...row.slice(0, SHOWN_ENDS).map(alone),
    { nodes: row.slice(SHOWN_ENDS, -SHOWN_ENDS) },
    ...row.slice(-SHOWN_ENDS).map(alone),
  ];
}
