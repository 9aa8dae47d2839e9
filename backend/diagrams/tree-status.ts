/** Where the places of a run stand. */
import type { WaitInfo } from "../errors.ts";
import { isTerminal, type RunStatus, type StepRecord } from "../records.ts";
import { decode } from "../serialize.ts";
import type { RecordedPlace } from "./recorded-place.ts";

/**
 * Where a node stands: as a run does, or it has not begun. `skipped`: the run went on without it,
 * as it does with the arms of a branch that were not taken.
 */
export type TreeStatus = RunStatus | "not-reached" | "skipped";

/** Whether nothing more happens there. */
export function isOver(status: TreeStatus): boolean {
  return status === "success" || status === "failed" || status === "canceled";
}

/** A place that has begun and whose children say nothing of it. */
export function standingAlone(place: RecordedPlace, run: RunStatus, isPassed: boolean): TreeStatus {
  const recorded = ENDINGS[place.records.at(-1)?.status ?? ""];
  const hasFailedRun = place.error !== undefined && run === "failed";
  if (recorded !== undefined) return hasFailedRun && recorded !== "success" ? "failed" : recorded;
  if (hasFailedRun) return "failed";
  if (place.isAtWork && run === "running") return "running";
  if (place.records.length === 0 && place.wait === undefined)
    return isPassed ? "success" : paused(run);
  return isTerminal(run) ? "canceled" : waiting(place, run);
}

/** What the last record of a place that is over says of it. */
const ENDINGS: Readonly<Record<string, TreeStatus | undefined>> = {
  success: "success",
  bailed: "success",
  failed: "failed",
  canceled: "canceled",
};

/** What was resumed, or is to be done again, waits for nothing but its turn. */
function waiting(place: RecordedPlace, run: RunStatus): TreeStatus {
  const { status } = place.records.at(-1) ?? {};
  if (status === "resumed" || status === "retried") return paused(run);
  const wait = waitAt(place);
  return wait?.until !== undefined || wait?.event !== undefined ? "waiting" : "suspended";
}

/** Something that has begun and is not over, while nothing within it is at work or waits. */
function paused(run: RunStatus): TreeStatus {
  if (run === "running" || run === "blocked") return run;
  return isTerminal(run) ? (run === "success" ? "success" : "canceled") : "waiting";
}

/** What many make together. */
export function combine(
  statuses: readonly TreeStatus[],
  run: RunStatus,
  isDone: boolean,
): TreeStatus {
  const has = new Set(statuses);
  if (has.has("running")) return "running";
  if (has.has("failed")) return isDone ? "success" : "failed";
  for (const status of ["waiting", "suspended", "blocked"] as const) {
    if (has.has(status)) return status;
  }
  return isDone ? "success" : paused(run);
}

/** What a place waits for, if it does. */
export function waitAt({ path, records, wait }: RecordedPlace): WaitInfo | undefined {
  if (wait !== undefined) return wait;
  const latest = records.at(-1);
  return latest?.status === "suspended" ? { ...readWait(latest), path } : undefined;
}

/** What cannot be read must not hide the rest of the run. */
function readWait({ wait }: StepRecord): Partial<WaitInfo> | undefined {
  try {
    const read: unknown = decode(wait ?? "{}");
    return typeof read === "object" && read !== null ? read : undefined;
  } catch {
    return undefined;
  }
}

/** What all places of a node make together; those that tell nothing are passed over. */
export function overall(statuses: readonly TreeStatus[], run: RunStatus): TreeStatus {
  const has = new Set(statuses);
  for (const silent of [
    "skipped",
    ...(isTerminal(run) ? (["not-reached"] as const) : []),
  ] as const) {
    if (has.size > 1) has.delete(silent);
  }
  const [only] = has;
  return has.size === 1 && only !== undefined ? only : combine([...has], run, false);
}

/** How often a place was tried. */
export function attemptsAt({ records, isAtWork }: RecordedPlace): number {
  const failures = records.filter(({ error }) => error !== null).length;
  const goesOn = isAtWork || records.at(-1)?.error === null;
  return failures + (goesOn ? 1 : 0);
}
