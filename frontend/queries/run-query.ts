import { WrkflwError } from "../../backend/index.ts";

/** What the address of a run's page says. */
export interface RunQuery {
  /** Which page of the timeline to show, from 1; by default the one with the chosen step. */
  readonly page: number | undefined;
  /** The path of the step that was chosen. */
  readonly step: string | undefined;
  /** The path of the wait whose form asks for JSON. */
  readonly json: string | undefined;
  /** Names what the last action did. */
  readonly notice: string | undefined;
}

/** Runs with more places than this are paged. */
export const PLACES_A_PAGE = 100;

/**
 * Reads the query of an address.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if the page is not a whole number from 1 up.
 */
export function readRunQuery(query: URLSearchParams): RunQuery {
  return {
    page: readPage(query.get("page") || undefined),
    step: query.get("step") || undefined,
    json: query.get("json") || undefined,
    notice: query.get("notice") || undefined,
  };
}

function readPage(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot show steps page ${JSON.stringify(text.slice(0, 100))}: write a whole number from 1 up`,
  );
}

/** The page on which a place stands, from its position in the list. */
export function placesPageOf(index: number): number {
  return Math.floor(index / PLACES_A_PAGE) + 1;
}
