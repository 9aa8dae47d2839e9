import type { Node } from "../node.ts";
import { runAll } from "./combine.ts";

/** Runs nodes beside each other and waits for all; the output holds each one's by its id. */
export function parallel(
  id: string,
  nodes: readonly Node<unknown, unknown>[],
): Node<unknown, Record<string, unknown>> {
  return {
    id,
    run: (input, frame) => runAll(nodes, input, frame),
    shape: () => ({
      kind: "parallel",
      id,
      runsAll: true,
      children: nodes.map((node) => node.shape()),
    }),
  };
}
