/**
 * What happens to a run whose workflow was changed while it was parked. What was added after the
 * run's position is fine; a recorded place that is gone, of another kind or in another order
 * blocks the run, so that no step ever runs with data that was made for another one.
 */
import type { AnyDefinition } from "./definition.ts";
import { quote, WrkflwError } from "./errors.ts";
import { joinPath, type NodeShape } from "./node.ts";
import { RETRY_PATH, type StepRecord } from "./records.ts";
import { sha256 } from "./sha256.ts";
import { currentPath, idIn, inScope, nodeAt, scopeOf } from "./shapes.ts";
import type { Claim } from "./storage/claim.ts";

/** A text that changes when the order, kinds or ids of a workflow's nodes do. */
export function fingerprintOf(shape: NodeShape): string {
  const known = fingerprints.get(shape);
  if (known !== undefined) return known;
  const fingerprint = sha256(JSON.stringify(skeletonOf(shape)));
  fingerprints.set(shape, fingerprint);
  return fingerprint;
}

/** A workflow's shape is made once, and every start and claim asks for this. */
const fingerprints = new WeakMap<NodeShape, string>();

function skeletonOf({ kind, id, renamedFrom, children = [] }: NodeShape): unknown {
  return [kind, id, renamedFrom ?? "", children.map(skeletonOf)];
}

/** A claim whose records are under the ids that their nodes have now. */
export function underCurrentIds<Any extends Claim>(claim: Any, workflow: NodeShape): Any {
  if (claim.run.definition === fingerprintOf(workflow)) return claim;
  const steps = claim.steps.map((step) => ({ ...step, path: currentPath(workflow, step.path) }));
  const events = [...claim.events].map(([path, payload]): [string, string] => [
    currentPath(workflow, path),
    payload,
  ]);
  return { ...claim, steps, events: new Map(events) };
}

/**
 * Checks that the workflow as it is now can go on from what is recorded.
 *
 * @throws {WrkflwError} With code `RUN_BLOCKED` and what was changed.
 */
export function assertSameCourse(claim: Claim, definition: AnyDefinition): void {
  const workflow = definition.shape();
  if (claim.run.definition === fingerprintOf(workflow)) return;
  const records = underCurrentIds(claim, workflow).steps;
  const conflict = goneOrOther(workflow, records) ?? outOfOrder(workflow, "", records);
  if (conflict === null) return;
  throw new WrkflwError(
    "RUN_BLOCKED",
    `Workflow ${quote(definition.id)} was changed while the run was under way: ${conflict}; bring the old definition back, or cancel the run`,
  );
}

/** Records of these kinds belong to a node of another kind. */
const PARTS_OF: Readonly<Record<string, readonly string[]>> = {
  decision: ["dowhile", "dountil"],
};

function goneOrOther(workflow: NodeShape, records: readonly StepRecord[]): string | null {
  const finished = finishedScopes(workflow, records);
  for (const { path, kind } of records) {
    if (path === RETRY_PATH || isWithin(path, finished)) continue;
    const [scope = path, own] = path.split("/#");
    const node = nodeAt(workflow, scope);
    if (node === undefined)
      return `${quote(scope)} is gone (if it has another id now, say so with renamedFrom)`;
    const recorded = own === undefined ? kind : "workflow";
    const isSame = node.kind === recorded || PARTS_OF[recorded]?.includes(node.kind) === true;
    if (!isSame) return `${quote(scope)} was a ${recorded} and is a ${node.kind} now`;
  }
  return null;
}

/** Workflows within this one that are over: what is in them is not asked for again. */
function finishedScopes(workflow: NodeShape, records: readonly StepRecord[]): ReadonlySet<string> {
  const ended = records.filter(({ status }) => status === "success");
  const scopes = ended.filter(({ path }) => nodeAt(workflow, path)?.opensScope === true);
  return new Set(scopes.map(({ path }) => path));
}

function isWithin(path: string, scopes: ReadonlySet<string>): boolean {
  const segments = path.split("/");
  return segments.some((_, depth) => depth > 0 && scopes.has(segments.slice(0, depth).join("/")));
}

/** In each scope, all that stands before a place that has begun must have begun as well. */
function outOfOrder(
  workflow: NodeShape,
  scope: string,
  records: readonly StepRecord[],
): string | null {
  const depth = scope === "" ? 0 : scope.split("/").length;
  const inside = records.filter(({ path }) => scope === "" || path.startsWith(`${scope}/`));
  const begun = new Set(inside.map(({ path }) => path.split("/")[depth] ?? ""));
  const conflict = gapIn(workflow, begun);
  if (conflict !== null) return conflict;
  const below = new Map(scopeOf(workflow).map((each) => [each.id, each]));
  for (const segment of begun) {
    const node = below.get(idIn(segment, below));
    const path = joinPath(scope, segment);
    const isFinished = records.some(
      (record) => record.path === path && record.status === "success",
    );
    if (node?.opensScope !== true || isFinished) continue;
    const inner = outOfOrder(node, path, records);
    if (inner !== null) return inner;
  }
  return null;
}

/** @param begun The segments that have records, in the order in which they began. */
function gapIn(workflow: NodeShape, begun: ReadonlySet<string>): string | null {
  const entries = workflow.children ?? [];
  const order = [...begun];
  const beginnings = entries.map((entry) => beginningOf(entry, order));
  const last = beginnings.findLastIndex((beginning) => beginning !== -1);
  for (const [index, entry] of entries.slice(0, Math.max(0, last)).entries()) {
    const begunAt = beginnings[index] ?? -1;
    const missing = begunAt === -1 ? entry : notBegun(entry, order);
    const overtaken = beginnings.findIndex(
      (other, at) => at > index && other !== -1 && other < begunAt,
    );
    const later = quote(entries[overtaken === -1 ? last : overtaken]?.id ?? "");
    if (missing !== undefined)
      return `${quote(missing.id)} stands before ${later} now, which has already begun`;
    if (overtaken !== -1)
      return `${quote(entry.id)} stands before ${later} now, which began earlier`;
  }
  return null;
}

/** Which of the segments is the first one of an entry; -1 when it has not begun. */
function beginningOf(entry: NodeShape, begun: readonly string[]): number {
  const ids = new Set(inScope(entry).map(({ id }) => id));
  return begun.findIndex((segment) => ids.has(idIn(segment, ids)));
}

/** A child of a finished entry that must have run, and has not. */
function notBegun(entry: NodeShape, begun: readonly string[]): NodeShape | undefined {
  if (entry.runsAll !== true) return undefined;
  return entry.children?.find((child) => beginningOf(child, begun) === -1);
}
