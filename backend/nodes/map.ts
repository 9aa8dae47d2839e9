import type { Node } from "../node.ts";
import { computed, contextOf, type FlowFunction } from "./function-context.ts";

/** Computes a value from what came before. The result is recorded, so a resumed run keeps it. */
export function map<In, Init, Out>(id: string, fn: FlowFunction<In, Init, Out>): Node<In, Out> {
  return {
    id,
    run: (input, frame) =>
      frame.checkpoint({ kind: "map", input }, () =>
        computed(frame, () => fn(contextOf(input, frame))),
      ),
    shape: () => ({ kind: "map", id }),
  };
}
