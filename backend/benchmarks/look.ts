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

/** Looks among the medians of these results. */
export function lookIn(results: readonly Result[]): Look {
  return (place) => found(results, place)?.figures[place.figure];
}

/** Looks among the figures of each round by itself. */
export function looksInRounds(results: readonly Result[], rounds: number): Look[] {
  return Array.from(
    { length: rounds },
    (_, round): Look =>
      (place) =>
        found(results, place)?.rounds[round]?.[place.figure],
  );
}

function found(
  results: readonly Result[],
  { scenario, subject = "wrkflw", synchronous = "FULL" }: Place,
): Result | undefined {
  return results.find(
    (result) =>
      result.scenario === scenario &&
      result.subject === subject &&
      result.synchronous === synchronous,
  );
}
