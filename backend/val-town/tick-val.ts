import { systemEffects } from "../effects.ts";
import type { ExecutionEngine } from "../engine.ts";
import type { TickOptions, TickResult } from "../ticker.ts";
import { type GoOnOptions, goOn } from "./go-on.ts";

/** How much a val does when its time has come. */
export interface TickValOptions extends TickOptions {
  /**
   * No run is begun after this many milliseconds. An invocation lives 60 seconds on Val Town's
   * free plan and 600 on the paid one.
   *
   * @default 50_000
   */
  readonly budgetMs?: number;
  /** Goes on as soon as it can when work is left. @default the next tick does it */
  readonly goOn?: GoOnOptions;
}

/** What a val's tick did. */
export interface TickValResult extends TickResult {
  /** Whether another val was called to go on. */
  readonly wentOn: boolean;
}

/** Ten seconds less than an invocation lives on the free plan. */
export const DEFAULT_BUDGET_MS = 50_000;

/**
 * The default export of a val that is started by the clock: takes what is due and drives it.
 *
 * @example
 * ```ts
 * import { ExecutionEngine, WorkflowStorage } from "@wrkflw/wrkflw";
 * import { tickVal } from "@wrkflw/wrkflw/val-town";
 *
 * const engine = new ExecutionEngine(new WorkflowStorage({ url: ":memory:" }));
 * const tick = tickVal(engine); // export default tickVal(engine)
 * console.log(await tick()); // { runs: [], nextDueInMs: null, wentOn: false }
 * ```
 */
export function tickVal(
  engine: ExecutionEngine,
  options: TickValOptions = {},
): () => Promise<TickValResult> {
  return () => tickAndGoOn(engine, options, 0);
}

/** One tick within the platform's limits, and the call that goes on from it. */
export async function tickAndGoOn(
  engine: ExecutionEngine,
  { goOn: onward, ...options }: TickValOptions,
  chain: number,
): Promise<TickValResult> {
  const { budgetMs = DEFAULT_BUDGET_MS } = options;
  const effects = onward?.effects ?? systemEffects;
  const deadline = effects.now() + budgetMs;
  const ticked = await engine.tick({ ...options, budgetMs });
  if (onward === undefined) return { ...ticked, wentOn: false };
  const wentOn = await goOn(onward, ticked, { chain, leftMs: deadline - effects.now() });
  return { ...ticked, wentOn };
}
