import { WrkflwError } from "../../backend/index.ts";

/** Runs with more steps than this are paged. */
export const STEPS_A_PAGE = 200;

/**
 * The page of steps that an address asks for, from 1.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if it is not a whole number from 1 up.
 */
export function readStepsPage(text: string | undefined): number {
  if (text === undefined || text === "") return 1;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot show steps page ${JSON.stringify(text.slice(0, 100))}: write a whole number from 1 up`,
  );
}

/** The page on which a step stands, from its position in the list. */
export function stepsPageOf(index: number): number {
  return Math.floor(index / STEPS_A_PAGE) + 1;
}
