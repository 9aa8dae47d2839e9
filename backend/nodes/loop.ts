import { quote, WrkflwError } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import type { Frame, Node, Outcome } from "../node.ts";
import { outOfTick } from "./combine.ts";
import { computed, contextOf, type FunctionContext } from "./function-context.ts";

/** What a loop's condition is given. */
export interface LoopContext<In, Init> extends FunctionContext<In, Init> {
  /** How many turns are done, from 1. */
  readonly iterationCount: number;
}

/** Tells, after a turn, whether the loop goes on (`dowhile`) or is over (`dountil`). */
export type LoopCondition<In, Init> = (
  context: LoopContext<In, Init>,
) => boolean | Promise<boolean>;

/** Runs a node again and again on its own output, at least once. Each decision is recorded. */
export function loop(
  kind: "dowhile" | "dountil",
  id: string,
  node: Node<unknown, unknown>,
  condition: LoopCondition<unknown, unknown>,
): Node<unknown, unknown> {
  async function run(input: unknown, frame: Frame): Promise<Outcome<unknown>> {
    let value = input;
    for (let turn = 1; ; turn++) {
      const outcome = outOfTick(frame) ?? (await frame.run(node, value, `${node.id}#${turn}`));
      if (outcome.status !== "success") return outcome;
      value = outcome.output;
      const verdict = await frame.run(decision(turn), value, `${id}[${turn}]`);
      if (verdict.status !== "success") return verdict;
      if (!verdict.output) return outcome;
    }
  }

  /** Whether there is another turn. */
  function decision(turn: number): Node<unknown, boolean> {
    async function decide(input: unknown, frame: Frame): Promise<boolean> {
      const holds = await condition({ ...contextOf(input, frame), iterationCount: turn });
      const goesOn = kind === "dowhile" ? Boolean(holds) : !holds;
      if (!goesOn || turn < LIMITS.turns) return goesOn;
      throw new WrkflwError(
        "LIMIT_EXCEEDED",
        `Cannot go on in ${quote(id)}: it took ${turn} turns, which is the limit; check its condition`,
      );
    }
    return {
      id: `${id}[${turn}]`,
      run: (input, frame) =>
        frame.checkpoint({ kind: "decision", input }, () =>
          computed(frame, () => decide(input, frame)),
        ),
      shape: () => ({ kind: "decision", id }),
    };
  }

  return { id, run, shape: () => ({ kind, id, repeats: "turns", children: [node.shape()] }) };
}
