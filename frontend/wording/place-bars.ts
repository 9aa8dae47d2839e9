import type { StepRecord } from "../../backend/index.ts";
import type { RunPlace } from "./run-places.ts";
import { isRecord, storedValue } from "./stored-value.ts";
import type { Stretch } from "./time-scale.ts";

/**
 * A bar of a timeline. `work`: an attempt; `failed`: one that failed; `wait`: nothing worked;
 * `within`: places inside it were at work or waited; `ahead`: a wait that is still to come.
 */
export interface Bar extends Stretch {
  readonly kind: "work" | "failed" | "wait" | "within" | "ahead";
}

/** What is drawn of one place. */
export interface PlaceBars {
  readonly bars: readonly Bar[];
  /** When attempts began after one that failed. */
  readonly retries: readonly number[];
}

/** By when a run's places that are not over are drawn. */
export interface BarEnd {
  /** When the run ended, or now. */
  readonly at: number;
  /** When the work began of which nothing is recorded yet. */
  readonly workSince: number;
}

/** The bars of a place, in the order of time. */
export function barsOf(place: RunPlace, end: BarEnd): PlaceBars {
  if (place.isContainer) return { bars: containerBars(place, end), retries: [] };
  const known = place.records.filter(({ startedAt, endedAt }) => endedAt >= startedAt);
  const bars = known.flatMap((record, index) => [
    ...workBar(record),
    ...waitBars(record, known[index + 1], place, end),
  ]);
  if (place.status === "running")
    bars.push({ kind: "work", from: workStart(known, end), to: end.at });
  return { bars, retries: retriesOf(place, known, end) };
}

/** When a place that waits goes on by itself; `undefined` where nobody knows. */
export function plannedEnd(place: RunPlace): number | undefined {
  const latest = place.records.at(-1);
  if (latest?.status !== "suspended" || place.endedAt !== null) return undefined;
  const wait = storedValue(latest.wait);
  return isRecord(wait) && typeof wait.until === "number" ? wait.until : undefined;
}

function containerBars({ startedAt, endedAt }: RunPlace, end: BarEnd): Bar[] {
  if (startedAt === null) return [];
  return [{ kind: "within", from: startedAt, to: endedAt ?? end.at }];
}

function workBar(record: StepRecord): Bar[] {
  const { startedAt, endedAt, status, error } = record;
  if (status === "resumed" || status === "retried" || status === "canceled") return [];
  const kind = status === "failed" || error !== null ? "failed" : "work";
  return [{ kind, from: startedAt, to: endedAt }];
}

function waitBars(
  record: StepRecord,
  next: StepRecord | undefined,
  place: RunPlace,
  end: BarEnd,
): Bar[] {
  const goesOn = record.status === "suspended" || record.status === "resumed";
  if (!goesOn) return [];
  const isAtWork = next === undefined && place.status === "running";
  const to = next?.startedAt ?? (isAtWork ? end.workSince : (place.endedAt ?? end.at));
  const until = plannedEnd(place);
  const ahead: Bar[] =
    next === undefined && until !== undefined && until > end.at
      ? [{ kind: "ahead", from: end.at, to: until }]
      : [];
  return [{ kind: "wait", from: record.endedAt, to: Math.max(record.endedAt, to) }, ...ahead];
}

function workStart(known: readonly StepRecord[], { at, workSince }: BarEnd): number {
  return Math.min(at, Math.max(workSince, known.at(-1)?.endedAt ?? workSince));
}

function retriesOf(place: RunPlace, known: readonly StepRecord[], end: BarEnd): number[] {
  const again = known.filter(
    (_, index) => index > 0 && known.slice(0, index).some(({ error }) => error !== null),
  );
  const isTryingAgain = place.status === "running" && known.some(({ error }) => error !== null);
  const times = again.map(({ startedAt }) => startedAt);
  return isTryingAgain ? [...times, workStart(known, end)] : times;
}
