import { quote, WrkflwError } from "../errors.ts";
import type { Frame, Node, NodeShape, Outcome } from "../node.ts";
import { runAll } from "./combine.ts";
import { computed, contextOf, type FlowFunction } from "./function-context.ts";

/** A condition and the node that runs when it holds. */
export type BranchArm<In, Init> = readonly [
  condition: FlowFunction<In, Init, boolean>,
  node: Node<In, unknown>,
];

/** How the arms of a branch are chosen. */
export interface BranchOptions<In, Otherwise extends Node<In, unknown>> {
  /** Runs when no condition holds. */
  readonly otherwise?: Otherwise;
  /** Whether every arm runs whose condition holds, or only the first. @default "every" */
  readonly mode?: "every" | "first";
}

/** The conditions of a branch, and its nodes by the same index; `otherwise` comes last. */
export interface BranchParts {
  readonly conditions: readonly FlowFunction<unknown, unknown, boolean>[];
  readonly nodes: readonly Node<unknown, unknown>[];
  readonly mode: "every" | "first";
}

/** Runs the arms whose conditions hold. Their ids are recorded, so a resumed run keeps them. */
export function branch(id: string, parts: BranchParts): Node<unknown, Record<string, unknown>> {
  const { conditions, nodes, mode } = parts;

  async function choose(input: unknown, frame: Frame): Promise<string[]> {
    const chosen: Node<unknown, unknown>[] = [];
    for (const [index, node] of nodes.entries()) {
      const condition = conditions[index] ?? (() => chosen.length === 0);
      const isLate = mode === "first" && chosen.length > 0;
      if (!isLate && (await condition(contextOf(input, frame)))) chosen.push(node);
    }
    return chosen.map((node) => node.id);
  }

  /** By its id: the arms may stand in another order since the choice was made. */
  function chosenNode(id: string): Node<unknown, unknown> {
    const node = nodes.find((each) => each.id === id || each.shape().renamedFrom === id);
    if (node !== undefined) return node;
    throw new WrkflwError(
      "RUN_BLOCKED",
      `The workflow was changed while the run was under way: arm ${quote(id)} was chosen and is gone (if it has another id now, say so with renamedFrom)`,
    );
  }

  async function run(input: unknown, frame: Frame): Promise<Outcome<Record<string, unknown>>> {
    const choice = await frame.checkpoint({ kind: "branch", input }, () =>
      computed(frame, () => choose(input, frame)),
    );
    if (choice.status !== "success") return choice;
    return await runAll(choice.output.map(chosenNode), input, frame);
  }

  const shape = (): NodeShape => ({
    kind: "branch",
    id,
    choosesChildren: true,
    children: nodes.map((node) => node.shape()),
  });
  return { id, run, shape };
}
