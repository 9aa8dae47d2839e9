/** What the builder refuses, whatever the type checker let through. */
import { quote, WrkflwError } from "./errors.ts";
import { assertMatchKey } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import type { Node, NodeShape } from "./node.ts";
import { inScope } from "./shapes.ts";

/** @throws {WrkflwError} With code `INVALID_DEFINITION`, if it is no step or committed workflow. */
export function assertNode(node: unknown, method: string, workflowId: string): void {
  // A prebuilt step is a function that makes others like it.
  const isThing = (typeof node === "object" && node !== null) || typeof node === "function";
  const isNode =
    isThing &&
    typeof Reflect.get(node, "run") === "function" &&
    typeof Reflect.get(node, "shape") === "function";
  if (isNode) return;
  if (typeof node === "function" && method === "then()") {
    throw refusal(
      `Cannot await the builder of workflow ${quote(workflowId)}: end it with .commit()`,
    );
  }
  throw refusal(
    `Cannot add to workflow ${quote(workflowId)}: ${method} takes a step or a committed workflow, got ${typeof node}`,
  );
}

/** @throws {WrkflwError} With code `INVALID_DEFINITION`, if it is no list of at least one node. */
export function assertNodes(nodes: unknown, method: string, workflowId: string): void {
  if (!Array.isArray(nodes) || nodes.length === 0) {
    throw refusal(
      `Cannot add to workflow ${quote(workflowId)}: ${method} takes a list of at least one node`,
    );
  }
  for (const node of nodes) assertNode(node, method, workflowId);
}

/** @throws {WrkflwError} With code `INVALID_DEFINITION`, if it is no function. */
export function assertFunction(fn: unknown, method: string, workflowId: string): void {
  if (typeof fn === "function") return;
  throw refusal(
    `Cannot add to workflow ${quote(workflowId)}: ${method} takes a function, got ${typeof fn}`,
  );
}

/** @throws {WrkflwError} With code `INVALID_DEFINITION`, if it is no list of conditions with their nodes. */
export function assertArms(arms: unknown, workflowId: string): void {
  const isList = Array.isArray(arms) && arms.every((arm) => Array.isArray(arm));
  if (!isList) {
    throw refusal(
      `Cannot add to workflow ${quote(workflowId)}: branch() takes a list of [condition, node] pairs`,
    );
  }
  for (const [condition] of arms) assertFunction(condition, "branch()", workflowId);
}

/** @throws {WrkflwError} With code `INVALID_DEFINITION`, if it is neither `"every"` nor `"first"`. */
export function assertMode(mode: unknown, workflowId: string): void {
  if (mode === "every" || mode === "first") return;
  throw refusal(
    `Cannot add to workflow ${quote(workflowId)}: branch() takes the mode "every" or "first", got ${quote(String(mode))}`,
  );
}

/** @throws {WrkflwError} With code `INVALID_DEFINITION`, if an event's match or substitute cannot be used. */
export function assertEventParts(
  { match = "", onTimeout }: { readonly match?: unknown; readonly onTimeout?: unknown },
  subject: string,
): void {
  if (typeof match !== "function")
    assertMatchKey(match, `${subject}: its match`, "INVALID_DEFINITION");
  if (onTimeout === undefined || typeof onTimeout === "function") return;
  throw refusal(`${subject}: onTimeout must be a function, got ${typeof onTimeout}`);
}

/** @throws {WrkflwError} With code `INVALID_DEFINITION`, if two nodes share an id or they are too many. */
export function assertCommittable(
  nodes: readonly Node<unknown, unknown>[],
  workflowId: string,
): void {
  const shapes = nodes.flatMap((node) => inScope(node.shape()));
  const subject = `Cannot commit workflow ${quote(workflowId)}`;
  if (shapes.length > LIMITS.nodes) {
    throw refusal(
      `${subject}: it has ${shapes.length} nodes and the limit is ${LIMITS.nodes}; nest workflows`,
    );
  }
  const seen = new Set<string>();
  for (const shape of shapes) {
    if (seen.has(shape.id)) throw refusal(`${subject}: ${sameId(shape)}`);
    seen.add(shape.id);
  }
  for (const { id, renamedFrom } of shapes) {
    if (renamedFrom === undefined || !seen.has(renamedFrom)) continue;
    throw refusal(
      `${subject}: step ${quote(id)} was renamed from ${quote(renamedFrom)}, and another node has that id now; records of both would be mixed up, so give the other one an id of its own`,
    );
  }
}

function sameId({ id, kind }: NodeShape): string {
  const [what, clone] =
    kind === "workflow" ? ["workflows", "cloneWorkflow(workflow"] : ["steps", "cloneStep(step"];
  return `two of its ${what} have the id ${quote(id)}; give one another id with ${clone}, { id })`;
}

function refusal(message: string): WrkflwError {
  return new WrkflwError("INVALID_DEFINITION", message);
}
