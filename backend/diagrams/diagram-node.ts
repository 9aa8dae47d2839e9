/** What every format shows of a node, in words that are not escaped yet. */
import type { WaitInfo } from "../errors.ts";
import { jsonSchemasOf } from "../json-schema.ts";
import type { DiagramOptions } from "./diagram-options.ts";
import { errorAt, outputAt } from "./place-result.ts";
import { plainLine } from "./plain-line.ts";
import type { Activity, RunTreeNode } from "./run-tree-node.ts";
import { schemaInWords } from "./schema-in-words.ts";
import { STATUS_LOOKS } from "./status-look.ts";
import type { TreeStatus } from "./tree-status.ts";
import type { TreeNode } from "./workflow-tree.ts";

/** A node as a diagram shows it. */
export interface DiagramNode {
  /** Given by the diagram: `n0`, `n1`, ...; nothing of the node's own is in it. */
  readonly key: string;
  /** Its id, and what kind of node it is where that is worth saying. */
  readonly title: string;
  /** What else is said of it, a line each. */
  readonly lines: readonly string[];
  /** How it stands, where that is shown: as a status, and in words. */
  readonly standing?: { readonly status: TreeStatus; readonly words: string };
  /** It is at work or waits, and has nothing within that does. */
  readonly isCurrent: boolean;
  readonly arrangement: "sequence" | "beside";
  readonly children: readonly DiagramNode[];
}

const MAX_TITLE_CHARS = 80;
const MAX_LINE_CHARS = 120;

/** The whole tree as a diagram shows it. */
export function diagramOf(tree: TreeNode | RunTreeNode, options: DiagramOptions): DiagramNode {
  let count = 0;

  function nodeOf(node: TreeNode | RunTreeNode, around?: TreeNode): DiagramNode {
    const key = `n${count++}`;
    const activity = "activity" in node ? node.activity : undefined;
    const isShown = activity !== undefined && options.showStatus;
    return {
      key,
      title: plainLine(titleOf(node, around), MAX_TITLE_CHARS),
      lines: linesOf(node, activity, options)
        .map((line) => plainLine(line, MAX_LINE_CHARS))
        .filter((line) => line !== ""),
      ...(isShown ? { standing: { status: activity.status, words: standingOf(activity) } } : {}),
      isCurrent: options.highlightCurrentStep && isCurrent(node, activity),
      arrangement: node.arrangement,
      children: node.children.map((child) => nodeOf(child, node)),
    };
  }

  return nodeOf(tree);
}

/** What is written in a box: the title with its mark, how it stands, and what else is said. */
export function boxLines({ title, standing, lines }: DiagramNode): readonly string[] {
  if (standing === undefined) return [title, ...lines];
  return [`${STATUS_LOOKS[standing.status].mark} ${title}`, standing.words, ...lines];
}

function titleOf({ path, id, kind, isGone }: TreeNode, around: TreeNode | undefined): string {
  const isPlain = path === "" || kind === "step" || id === kind || id.startsWith(`${kind}#`);
  return `${id}${isPlain ? "" : ` (${kind})`}${isGone === true && around?.isGone !== true ? " (gone)" : ""}`;
}

function linesOf(
  node: TreeNode,
  activity: Activity | undefined,
  options: DiagramOptions,
): readonly string[] {
  const lines: string[] = [];
  if (node.repeats !== undefined)
    lines.push(node.repeats === "items" ? "for each item" : "again and again");
  if (options.includeDescriptions && node.description !== undefined) lines.push(node.description);
  if (options.includeSchemas) lines.push(...schemasOf(node));
  if (activity === undefined) return lines;
  return options.showResults ? [...lines, ...resultsOf(node, activity)] : lines;
}

function standingOf(activity: Activity): string {
  return plainLine(standingInWords(activity), MAX_LINE_CHARS);
}

/** What it takes and gives, as far as its schemas say so. */
function schemasOf({ schemas = {}, ...node }: TreeNode): string[] {
  const { input, output, resume, event } = jsonSchemasOf({ id: node.id, kind: node.kind, schemas });
  const named = { takes: input, gives: output, "is resumed with": resume, "waits for": event };
  return Object.entries(named).flatMap(([verb, schema]) =>
    schema === undefined ? [] : [`${verb} ${schemaInWords(schema)}`],
  );
}

/** The counts of many, or what there is to say of the only one. */
function standingInWords({ status, counts, places }: Activity): string {
  const many = Object.entries(counts).map(([each, count]) => `${count} ${inWords(each)}`);
  const [place] = places;
  if (many.length > 1 || places.length > 1) return many.join(", ");
  const attempts = place !== undefined && place.attempts > 1 ? `, attempt ${place.attempts}` : "";
  const wait = place?.wait === undefined ? "" : waitInWords(place.wait);
  return `${inWords(status)}${wait}${attempts}`;
}

/** A status for people. */
function inWords(status: string): string {
  return status === "not-reached" ? "not reached" : status;
}

function waitInWords({ event, until }: WaitInfo): string {
  const name = event === undefined ? "" : ` for ${event.name}`;
  return `${name}${until === undefined ? "" : ` until ${utc(until)}`}`;
}

function utc(moment: number): string {
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return "a day that no calendar has";
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** Of many places, the first that failed speaks; results of many are not told. */
function resultsOf(node: TreeNode, { places }: Activity): string[] {
  const failed = places.map(errorAt).find((message) => message !== undefined);
  if (failed !== undefined) return [`error: ${failed}`];
  const [place] = places;
  // What such a construct has recorded is only which children run, or how often.
  const isPlan = node.choosesChildren === true || node.repeats === "items";
  if (place === undefined || places.length > 1 || isPlan) return [];
  const output = outputAt(place);
  return output === undefined ? [] : [`result: ${JSON.stringify(output) ?? "undefined"}`];
}

function isCurrent({ children }: TreeNode, activity: Activity | undefined): boolean {
  return children.length === 0 && activity !== undefined && MOVING.has(activity.status);
}

const MOVING: ReadonlySet<TreeStatus> = new Set(["running", "waiting", "suspended", "blocked"]);
