import { boxLines, type DiagramNode } from "./diagram-node.ts";
import { STATUS_LOOKS } from "./status-look.ts";

const INDENT = "  ";
/** All that a label may hold as it is; what else there is, is written as a number. */
const NOT_PLAIN = /[^\p{L}\p{M}\p{N} ]/gu;
/** What Mermaid looks for even then: line breaks, formulas, icons and its own sign for a number. */
const READ_LATE = /(\\(?=n)|\$(?=\$)|fa[a-z]?:(?=fa-)|ﬂ(?=°)|¶(?=ß))/g;
/** Parts two characters without being seen. */
const WORD_JOINER = "\u2060";

/**
 * A flowchart for Mermaid. Constructs are boxes around what is in them.
 *
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export function mermaidOf(root: DiagramNode): string {
  const entries = root.children.length === 0 ? [] : inside(root, INDENT);
  const end = `${root.key}e`;
  return [
    "flowchart TD",
    `${INDENT}${root.key}([${labelOf(root)}])`,
    ...entries,
    `${INDENT}${end}(["${escaped("End")}"])`,
    ...ends(root, end).map((edge) => INDENT + edge),
    ...classesOf(root).map((line) => INDENT + line),
    "",
  ].join("\n");
}

/** The children of a node, and the arrows between those that follow one another. */
function inside({ children, arrangement }: DiagramNode, indent: string): string[] {
  const follows = arrangement === "sequence" ? children.slice(1) : [];
  const arrows = follows.map((child, index) => `${indent}${children[index]?.key} --> ${child.key}`);
  return [...children.flatMap((child) => linesOf(child, indent)), ...arrows];
}

function linesOf(node: DiagramNode, indent: string): string[] {
  if (node.children.length === 0) return [`${indent}${node.key}[${labelOf(node)}]`];
  return [
    `${indent}subgraph ${node.key}[${labelOf(node)}]`,
    ...inside(node, indent + INDENT),
    `${indent}end`,
  ];
}

/** From the beginning to the first child, or all of them, and from the last to the end. */
function ends({ key, children, arrangement }: DiagramNode, end: string): string[] {
  if (children.length === 0) return [`${key} --> ${end}`];
  const isSequence = arrangement === "sequence";
  const first = isSequence ? children.slice(0, 1) : children;
  const last = isSequence ? children.slice(-1) : children;
  return [
    ...first.map((child) => `${key} --> ${child.key}`),
    ...last.map((child) => `${child.key} --> ${end}`),
  ];
}

function labelOf(node: DiagramNode): string {
  return `"${boxLines(node).map(escaped).join("<br/>")}"`;
}

/** Characters become numbers, which Mermaid puts in after it has read the diagram and its markdown. */
function escaped(text: string): string {
  const parted = text.replace(READ_LATE, `$1${WORD_JOINER}`);
  const label = parted.replace(NOT_PLAIN, (char) => `#${char.codePointAt(0)};`);
  return label.trim() === "" ? "#32;" : label;
}

function classesOf(root: DiagramNode): string[] {
  const keys = new Map<string, string[]>();
  for (const { key, standing, isCurrent } of allOf(root)) {
    const names = [
      ...(standing === undefined ? [] : [standing.status]),
      ...(isCurrent ? ["current"] : []),
    ];
    for (const name of names) {
      const members = keys.get(name);
      if (members === undefined) keys.set(name, [key]);
      else members.push(key);
    }
  }
  return [...keys].flatMap(([name, members]) => [
    `classDef ${name} ${styleOf(name)}`,
    `class ${members.join(",")} ${name}`,
  ]);
}

function styleOf(name: string): string {
  if (name === "current") return "stroke-width:4px";
  const { fill, line } =
    Object.entries(STATUS_LOOKS).find(([status]) => status === name)?.[1] ?? {};
  return `fill:${fill},stroke:${line},color:#212121`;
}

function allOf(node: DiagramNode): DiagramNode[] {
  return [node, ...node.children.flatMap(allOf)];
}
