import {
  isRunStatus,
  RUN_STATUSES,
  type RunFilter,
  type RunStatus,
  WrkflwError,
} from "../../backend/index.ts";

/** What the address of the list of runs says. */
export interface RunsQuery {
  readonly status: RunStatus | undefined;
  readonly workflowId: string | undefined;
  readonly tag: string | undefined;
  /** What the runs must have somewhere. */
  readonly text: string | undefined;
  /** How long ago they may have been stored. */
  readonly since: Since | undefined;
  /** Where the pages before this one ended, so that the way back is known. */
  readonly cursors: readonly string[];
}

const HOUR_MS = 3_600_000;

/** Times to choose from, with their length in milliseconds. */
const SINCE_MS = {
  "1h": HOUR_MS,
  "24h": 24 * HOUR_MS,
  "7d": 7 * 24 * HOUR_MS,
  "30d": 30 * 24 * HOUR_MS,
} as const;

/** A time to choose. */
export type Since = keyof typeof SINCE_MS;

/** Every time to choose, with its name. */
export const SINCE_NAMES: readonly (readonly [since: Since, name: string])[] = [
  ["1h", "Last hour"],
  ["24h", "Last 24 hours"],
  ["7d", "Last 7 days"],
  ["30d", "Last 30 days"],
];

/** Runs of one status are counted up to here, so that counting takes no longer than listing. */
export const COUNTED_RUNS = 20_000;

/** Further back than this, the way leads to the first page. */
const MAX_CURSORS = 30;

/**
 * Reads the query of an address.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if it asks for a status or a time that
 * does not exist.
 */
export function readRunsQuery(query: URLSearchParams): RunsQuery {
  return {
    status: readStatus(query.get("status") || undefined),
    workflowId: query.get("workflow") || undefined,
    tag: query.get("tag") || undefined,
    text: query.get("q")?.trim() || undefined,
    since: readSince(query.get("since") || undefined),
    cursors: query.getAll("cursor").filter((cursor) => cursor !== ""),
  };
}

function readStatus(text: string | undefined): RunStatus | undefined {
  if (text === undefined || isRunStatus(text)) return text;
  throw noSuch("status", text, RUN_STATUSES);
}

function readSince(text: string | undefined): Since | undefined {
  const known = SINCE_NAMES.find(([since]) => since === text);
  if (text === undefined || known !== undefined) return known?.[0];
  throw noSuch("since", text, Object.keys(SINCE_MS));
}

function noSuch(name: string, text: string, choices: readonly string[]): WrkflwError {
  return new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot list runs with ${name} ${JSON.stringify(text.slice(0, 100))}: choose one of ${choices.join(", ")}`,
  );
}

/** Which runs the storage is asked for. */
export function filterOf(query: RunsQuery, now: number): RunFilter {
  const { status, workflowId, tag, text, since, cursors } = query;
  const cursor = cursors.at(-1);
  return {
    ...(status === undefined ? {} : { status }),
    ...(workflowId === undefined ? {} : { workflowId }),
    ...(tag === undefined ? {} : { tag }),
    ...(text === undefined ? {} : { text }),
    ...(since === undefined ? {} : { from: now - SINCE_MS[since] }),
    ...(cursor === undefined ? {} : { cursor }),
  };
}

/** Whether the list is narrowed by more than status and workflow. */
export function isSearch({ tag, text, since }: RunsQuery): boolean {
  return tag !== undefined || text !== undefined || since !== undefined;
}

/** The address of a list of runs, below the root. A change of filter begins at the first page. */
export function runsPath(query: Partial<RunsQuery>): string {
  const search = new URLSearchParams();
  const { status, workflowId, tag, text, since } = query;
  const values = { status, workflow: workflowId, tag, q: text, since };
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) search.set(name, value.toWellFormed());
  }
  for (const cursor of query.cursors?.slice(-MAX_CURSORS) ?? []) search.append("cursor", cursor);
  return search.size === 0 ? "runs" : `runs?${search}`;
}
