import { quote, WrkflwError } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import type { Frame, Node, NodeShape, Outcome } from "../node.ts";
import { allSettled, combine, outOfTick } from "./combine.ts";
import { computed } from "./function-context.ts";

/** How the items are worked on. */
export interface ForeachOptions {
  /**
   * How many items are at work at a time. Where it is more than one and the items are steps, as many again may
   * be over and not stored yet when the next begin; one alone is stored before the next begins.
   *
   * @default 1
   */
  readonly concurrency?: number;
}

/** Runs a node on every item of a list; the outputs come in the order of the items. */
export function foreach(
  id: string,
  node: Node<unknown, unknown>,
  concurrency: number,
): Node<unknown, unknown[]> {
  async function run(input: unknown, frame: Frame): Promise<Outcome<unknown[]>> {
    const counted = await frame.checkpoint({ kind: "foreach", input }, () =>
      computed(frame, () => itemsOf(input, frame).length),
    );
    if (counted.status !== "success") return counted;
    const outcomes = await runPool(itemsOf(input, frame), frame);
    return combine(outcomes);
  }

  /** A rolling pool: a place that falls free is taken at once. */
  async function runPool(items: readonly unknown[], frame: Frame): Promise<Outcome<unknown>[]> {
    const outcomes: Outcome<unknown>[] = [];
    let next = 0;
    let isOver = false;
    const siblings = frame.siblings(concurrency);

    async function worker(): Promise<void> {
      while (next < items.length && !isOver) {
        const index = next++;
        const segment = `${node.id}[${index}]`;
        const outcome =
          outOfTick(frame) ?? (await frame.run(node, items[index], segment, siblings));
        outcomes[index] = outcome;
        isOver ||= endsThePool(outcome);
      }
    }

    await allSettled(Array.from({ length: Math.min(concurrency, items.length) }, worker));
    return outcomes.filter((outcome) => outcome !== undefined);
  }

  const shape = (): NodeShape => ({
    kind: "foreach",
    id,
    repeats: "items",
    children: [node.shape()],
  });
  return { id, run, shape };
}

/** No further item is begun after a failure, an early end, or when this tick's time is up. */
function endsThePool(outcome: Outcome<unknown>): boolean {
  if (outcome.status === "suspended") return outcome.waits.some(({ yields }) => yields === true);
  return outcome.status !== "success";
}

function itemsOf(input: unknown, frame: Frame): readonly unknown[] {
  if (!Array.isArray(input)) {
    throw new WrkflwError(
      "VALIDATION_FAILED",
      `Cannot run ${quote(frame.path)}: foreach takes a list, got ${input === null ? "null" : typeof input}`,
    );
  }
  if (input.length <= LIMITS.items) return input;
  throw new WrkflwError(
    "LIMIT_EXCEEDED",
    `Cannot run ${quote(frame.path)}: ${input.length} items, and the limit is ${LIMITS.items}; split the list into several runs`,
  );
}
