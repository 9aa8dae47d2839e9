import type { DiagramNode } from "./diagram-node.ts";
import { STATUS_LOOKS } from "./status-look.ts";

/** Names that cannot be taken for a part of the drawing; others are put in quotes. */
const PLAIN_NAME = /^[\p{L}\p{M}\p{N}_.#-]+( \([\p{L}\p{M}\p{N}_.#-]+\))*$/u;

/**
 * A tree for terminals and logs: what follows one another hangs on arrows, what runs beside each
 * other on lines. What else is said of a node stands below it behind a colon, so that no text can
 * be taken for a node.
 */
export function asciiOf(root: DiagramNode): string {
  return `${[headOf(root), ...restOf(root, "")].join("\n")}\n`;
}

function restOf({ lines, children, arrangement }: DiagramNode, margin: string): string[] {
  const hook = arrangement === "sequence" ? "+-> " : "+-- ";
  const bar = children.length === 0 ? " " : "|";
  const below = children.flatMap((child, index) => {
    const isLast = index === children.length - 1;
    const inner = `${margin}${isLast ? " " : "|"}   `;
    return [`${margin}${hook}${headOf(child)}`, ...restOf(child, inner)];
  });
  return [...lines.map((line) => `${margin}${bar} : ${line}`), ...below];
}

function headOf({ title, standing, isCurrent }: DiagramNode): string {
  const name = PLAIN_NAME.test(title) ? title : JSON.stringify(title);
  const current = isCurrent ? " <--" : "";
  if (standing === undefined) return name + current;
  return `[${STATUS_LOOKS[standing.status].letter}] ${name}: ${standing.words}${current}`;
}
