import { boxLines, type DiagramNode } from "./diagram-node.ts";
import { STATUS_LOOKS } from "./status-look.ts";

const INDENT = "  ";

/**
 * A directed graph for Graphviz. Constructs are clusters around what is in them.
 *
 * @see https://graphviz.org/doc/info/lang.html
 */
export function dotOf(root: DiagramNode): string {
  const end = `${root.key}e`;
  return [
    "digraph {",
    "  graph [compound=true, fontname=Helvetica, style=rounded]",
    '  node [shape=box, style="rounded,filled", fillcolor="#e1f5ff", fontname=Helvetica]',
    `  ${root.key} [${attributesOf({ ...root, children: [] })}, shape=oval]`,
    `  ${end} [label="End", shape=oval]`,
    ...inside(root, INDENT),
    ...ends(root, end),
    "}",
    "",
  ].join("\n");
}

function inside({ children, arrangement }: DiagramNode, indent: string): string[] {
  const follows = arrangement === "sequence" ? children.slice(1) : [];
  const arrows = follows.flatMap((child, index) => {
    const before = children[index];
    return before === undefined ? [] : [indent + arrow(before, child)];
  });
  return [...children.flatMap((child) => linesOf(child, indent)), ...arrows];
}

function linesOf(node: DiagramNode, indent: string): string[] {
  const attributes = attributesOf(node);
  if (node.children.length === 0) return [`${indent}${node.key} [${attributes}]`];
  return [
    `${indent}subgraph cluster_${node.key} {`,
    `${indent}${INDENT}graph [${attributes}]`,
    ...inside(node, indent + INDENT),
    `${indent}}`,
  ];
}

function ends(root: DiagramNode, end: string): string[] {
  const { key, children, arrangement } = root;
  if (children.length === 0) return [`${INDENT}${key} -> ${end}`];
  const isSequence = arrangement === "sequence";
  const first = isSequence ? children.slice(0, 1) : children;
  const last = isSequence ? children.slice(-1) : children;
  const leaf = (own: string) => ({ ...root, key: own, children: [] });
  return [
    ...first.map((child) => INDENT + arrow(leaf(key), child)),
    ...last.map((child) => INDENT + arrow(child, leaf(end))),
  ];
}

/** An arrow goes from node to node; a cluster is named as the border at which it is cut. */
function arrow(from: DiagramNode, to: DiagramNode): string {
  const cuts = [
    ...(from.children.length === 0 ? [] : [`ltail=cluster_${from.key}`]),
    ...(to.children.length === 0 ? [] : [`lhead=cluster_${to.key}`]),
  ];
  const attributes = cuts.length === 0 ? "" : ` [${cuts.join(", ")}]`;
  return `${lastIn(from)} -> ${firstIn(to)}${attributes}`;
}

function firstIn(node: DiagramNode): string {
  const [first] = node.children;
  return first === undefined ? node.key : firstIn(first);
}

function lastIn(node: DiagramNode): string {
  const last = node.children.at(-1);
  return last === undefined ? node.key : lastIn(last);
}

function attributesOf(node: DiagramNode): string {
  const { standing, isCurrent, children } = node;
  const label = `label="${boxLines(node).map(escaped).join("\\n")}"`;
  const border = isCurrent ? ["penwidth=3"] : [];
  if (standing === undefined) return [label, ...border].join(", ");
  const { fill, line } = STATUS_LOOKS[standing.status];
  const inside = children.length === 0 ? "fillcolor" : "bgcolor";
  const colours = [`color="${line}"`, 'fontcolor="#212121"', `${inside}="${fill}"`];
  return [label, ...colours, ...border].join(", ");
}

/** Graphviz reads escapes and HTML entities in labels. */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("&", "&amp;");
}
