import { isRunStatus, RUN_STATUSES, type RunStatus, WrkflwError } from "../../backend/index.ts";

/** What the address of the list of runs says. */
export interface RunsQuery {
  readonly status: RunStatus | undefined;
  readonly workflowId: string | undefined;
  /** Where the pages before this one ended, so that the way back is known. */
  readonly cursors: readonly string[];
}

/** Further back than this, the way leads to the first page. */
const MAX_CURSORS = 30;

/**
 * Reads the query of an address.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if it asks for a status that does not exist.
 */
export function readRunsQuery(query: URLSearchParams): RunsQuery {
  return {
    status: readStatus(query.get("status") || undefined),
    workflowId: query.get("workflow") || undefined,
    cursors: query.getAll("cursor").filter((cursor) => cursor !== ""),
  };
}

function readStatus(text: string | undefined): RunStatus | undefined {
  if (text === undefined || isRunStatus(text)) return text;
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot list runs with status ${JSON.stringify(text.slice(0, 100))}: choose one of ${RUN_STATUSES.join(", ")}`,
  );
}

/** The address of a list of runs, below the root. A change of filter begins at the first page. */
export function runsPath(query: Partial<RunsQuery>): string {
  const search = new URLSearchParams();
  if (query.status !== undefined) search.set("status", query.status);
  if (query.workflowId !== undefined) search.set("workflow", query.workflowId);
  for (const cursor of query.cursors?.slice(-MAX_CURSORS) ?? []) search.append("cursor", cursor);
  return search.size === 0 ? "runs" : `runs?${search}`;
}
