/** What a run does, waits for or failed with, in one sentence for people. */
import type { RunSummary } from "../../backend/index.ts";
import { describeMoment } from "./duration.ts";
import { isRecord, storedValue } from "./stored-value.ts";

/** The sentence; empty where the status says it all. */
export function explainRun(run: RunSummary, now: number): string {
  switch (run.status) {
    case "failed":
      return run.error ?? "No error was stored";
    case "blocked":
      return run.error ?? "It cannot go on with the code at hand";
    case "pending":
      return explainPending(run.dueAt, now);
    case "running":
      return explainRunning(run, now);
    case "waiting":
    case "suspended":
      return explainWaits(run, now);
    default:
      return "";
  }
}

function explainPending(dueAt: number | null, now: number): string {
  if (dueAt === null) return "Not started yet";
  return dueAt > now ? `Starts ${describeMoment(dueAt, now)}` : "Starts at the next tick";
}

function explainRunning(run: RunSummary, now: number): string {
  const paths = positionOf(run);
  const at = paths.length === 0 ? "" : ` at ${paths.join(", ")}`;
  const isAbandoned = run.dueAt !== null && run.dueAt < now;
  if (isAbandoned) return `Its process stopped${at}; it goes on at the next tick`;
  return paths.length === 0 ? "" : `At work on ${paths.join(", ")}`;
}

function explainWaits(run: RunSummary, now: number): string {
  const waits = storedValue(run.waits);
  const sentences = Array.isArray(waits)
    ? waits.filter(isRecord).map((w) => explainWait(w, now))
    : [];
  if (sentences.length > 0) return sentences.join("; ");
  return run.status === "waiting" ? "Waits for a moment to come" : "Waits to be resumed";
}

function explainWait(wait: Readonly<Record<string, unknown>>, now: number): string {
  const { path, until, event } = wait;
  const subject = typeof path === "string" ? path : "A step";
  if (isRecord(event)) return `${subject} waits for event ${String(event.name)}`;
  if (typeof until !== "number") return `${subject} waits to be resumed`;
  return until > now
    ? `${subject} goes on ${describeMoment(until, now)}`
    : `${subject} goes on at the next tick`;
}

/** Paths of the steps that were at work when the run was last written. */
export function positionOf(run: RunSummary): string[] {
  const paths = storedValue(run.position);
  return Array.isArray(paths) ? paths.filter((path) => typeof path === "string") : [];
}
