import type { Frame, Node, Outcome } from "../node.ts";

/** The output type of a node. */
export type OutOf<N> = N extends Node<never, infer Out> ? Out : never;

/** The outputs of several nodes by their ids. */
export type OutputsById<N extends { readonly id: string }> = {
  [Each in N as Each["id"]]: OutOf<Each>;
};

/** Runs nodes beside each other, each on a copy of the input, and waits for all of them. */
export async function runAll(
  nodes: readonly Node<unknown, unknown>[],
  input: unknown,
  frame: Frame,
): Promise<Outcome<Record<string, unknown>>> {
  const outcomes = await allSettled(
    nodes.map((node) => frame.run(node, frame.copy(input), node.id)),
  );
  const combined = combine(outcomes);
  if (combined.status !== "success") return combined;
  const outputs = nodes.map((node, index) => [node.id, combined.output[index]]);
  return { status: "success", output: Object.fromEntries(outputs) };
}

/**
 * One outcome of many: a failure counts most, then an early end, then a wait; only when all have
 * succeeded do their outputs count.
 */
export function combine<Out>(outcomes: readonly Outcome<Out>[]): Outcome<Out[]> {
  const outputs: Out[] = [];
  const ended = ["failed", "bailed"].map((status) => outcomes.find((one) => one.status === status));
  for (const outcome of ended) {
    if (outcome?.status === "failed" || outcome?.status === "bailed") return outcome;
  }
  const suspended = outcomes.filter((outcome) => outcome.status === "suspended");
  if (suspended.length > 0) {
    return { status: "suspended", waits: suspended.flatMap(({ waits }) => waits) };
  }
  for (const outcome of outcomes) if (outcome.status === "success") outputs.push(outcome.output);
  return { status: "success", output: outputs };
}

/** Like `Promise.all`, but rejects only when nothing is at work any more. */
export async function allSettled<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

/** Between items and turns: whether the rest has to wait for the next tick. */
export function outOfTick(frame: Frame): Outcome<never> | null {
  const waits = frame.outOfTick();
  return waits !== null && "waits" in waits ? waits : null;
}
