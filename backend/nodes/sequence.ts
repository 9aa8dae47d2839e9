import type { Frame, Node, NodeShape, Outcome } from "../node.ts";

/** Runs nodes one after another; each is given what the one before it put out. */
export function sequence(nodes: readonly Node<unknown, unknown>[]): Node<unknown, unknown> {
  async function run(input: unknown, frame: Frame): Promise<Outcome<unknown>> {
    let value = input;
    for (const node of nodes) {
      const outcome = await frame.run(node, value, node.id);
      if (outcome.status !== "success") return outcome;
      value = outcome.output;
    }
    return { status: "success", output: value };
  }

  function shape(): NodeShape {
    return { kind: "sequence", id: "sequence", children: nodes.map((node) => node.shape()) };
  }

  return { id: "sequence", run, shape };
}
