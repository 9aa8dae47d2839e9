/**
 * A construct that the library does not have, in one file. It is durable and drawn without a
 * change to engine, storage or pages.
 */
import type { Frame, Node, NodeShape, Outcome } from "../node.ts";
import type { CountValue } from "./samples.ts";

/** Runs nodes beside each other; the first that has succeeded by the time all rest gives the output. */
export function race(
  id: string,
  nodes: readonly Node<CountValue, CountValue>[],
): Node<CountValue, CountValue> {
  async function run(input: CountValue, frame: Frame): Promise<Outcome<CountValue>> {
    return await frame.checkpoint<CountValue>({ kind: "race", input }, async () => {
      const outcomes = await Promise.all(
        nodes.map((node) => frame.run(node, frame.copy(input), node.id)),
      );
      const winner = outcomes.find(({ status }) => status === "success");
      if (winner?.status === "success") return winner;
      const waits = outcomes.flatMap((one) => (one.status === "suspended" ? one.waits : []));
      if (waits.length > 0) return { status: "suspended", waits };
      const [first] = outcomes;
      if (first === undefined || first.status === "suspended") throw new Error("Nobody races");
      return first;
    });
  }
  const shape = (): NodeShape => ({
    kind: "race",
    id,
    children: nodes.map((node) => node.shape()),
  });
  return { id, run, shape };
}
