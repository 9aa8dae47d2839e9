/** What the builder refuses, whatever the type checker let through. */
import { quote, WrkflwError } from "./errors.ts";
import { LIMITS } from "./limits.ts";
import type { Node, NodeShape } from "./node.ts";
import { inScope } from "./shapes.ts";

/** @throws {WrkflwError} With code `INVALID_DEFINITION`, if it is no step or committed workflow. */
export function assertNode(node: unknown, method: string, workflowId: string): void {
  if (typeof node === "function" && method === "then()") {
    throw refusal(
      `Cannot await the builder of workflow ${quote(workflowId)}: end it with .commit()`,
    );
  }
  const isNode =
    typeof node === "object" &&
    node !== null &&
    typeof Reflect.get(node, "run") === "function" &&
    typeof Reflect.get(node, "shape") === "function";
  if (isNode) return;
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
