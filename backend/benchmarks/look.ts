/** Finds figures among the results. */
import type { Result, Synchronous } from "./scenario.ts";

/** Where a figure of a result is found. */
export interface Place {
  readonly scenario: string;
  readonly figure: string;
  /** @default "wrkflw" */
  readonly subject?: Result["subject"];
  /** @default "FULL" */
  readonly synchronous?: Synchronous;
}

/** Gives a figure, if it was measured. */
export type Look = (place: Place) => number | undefined;

/** Looks among these results. */
export function lookIn(results: readonly Result[]): Look {
  return ({ scenario, figure, subject = "wrkflw", synchronous = "FULL" }) =>
    results.find(
      (result) =>
        result.scenario === scenario &&
        result.subject === subject &&
        result.synchronous === synchronous,
    )?.figures[figure];
}
