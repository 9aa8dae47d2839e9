import { latestOpen } from "./endings.ts";
import { quote, type WaitInfo } from "./errors.ts";
import type { RunSummary, StepRecord } from "./records.ts";
import { decode } from "./serialize.ts";
import { errorOf } from "./snapshot.ts";

/**
 * One plain sentence on what a run does, waits for, or came to.
 *
 * @param steps Its records; without them the sentence does not say why an attempt failed.
 * @param now Milliseconds since 1970.
 */
export function explainRun(run: RunSummary, steps: readonly StepRecord[], now: number): string {
  switch (run.status) {
    case "success":
      return `Succeeded${after(run)}`;
    case "failed":
      return `Failed${after(run)}: ${run.error ?? "the error was not stored"}`;
    case "canceled":
      return "Canceled";
    case "blocked":
      return `Blocked: ${run.error ?? "the reason was not stored"}`;
    case "pending":
      return run.dueAt !== null && run.dueAt > now
        ? `Starts in ${inWords(run.dueAt - now)}`
        : "Waits for the next tick";
    case "running":
      return running(run, steps, now);
    default:
      return allWaits(run, steps, now);
  }
}

function after({ startedAt, endedAt }: RunSummary): string {
  return startedAt === null || endedAt === null ? "" : ` after ${inWords(endedAt - startedAt)}`;
}

function running(
  { position, dueAt }: RunSummary,
  steps: readonly StepRecord[],
  now: number,
): string {
  const paths = listIn(position).filter((path) => typeof path === "string");
  const open = latestOpen(steps);
  if (paths.length === 0 && open !== undefined) paths.push(open.path);
  const step = paths.length === 0 ? "its first step" : paths.map(quote).join(", ");
  if (dueAt === null) return `Running ${step}`;
  return dueAt > now ? `Running ${step}` : `Its process died in ${step}: goes on at the next tick`;
}

function waitsOf({ waits }: RunSummary): WaitInfo[] {
  return listIn(waits).filter(isWait);
}

/** A stored list. One that cannot be read must not hide the rest of the run. */
function listIn(text: string | null): unknown[] {
  try {
    const read: unknown = text === null ? [] : decode(text);
    return Array.isArray(read) ? read : [];
  } catch {
    return [];
  }
}

function isWait(value: unknown): value is WaitInfo {
  return (
    typeof value === "object" && value !== null && typeof Reflect.get(value, "path") === "string"
  );
}

/** Waits that read alike are told once, and of many only some. */
function allWaits(run: RunSummary, steps: readonly StepRecord[], now: number): string {
  const sentences = new Set(waitsOf(run).map((wait) => waiting(wait, steps, now)));
  if (sentences.size === 0) return `Is ${run.status}`;
  const told = [...sentences].slice(0, MAX_TOLD).join("; ");
  return sentences.size > MAX_TOLD ? `${told}; and ${sentences.size - MAX_TOLD} more` : told;
}

const MAX_TOLD = 3;

function waiting(wait: WaitInfo, steps: readonly StepRecord[], now: number): string {
  const { path, until, event, failures, yields, payload } = wait;
  if (yields === true)
    return `Goes on with ${quote(path)} at the next tick: the last one had no time left`;
  if (failures !== undefined && until !== undefined) {
    const error = steps.findLast((step) => step.path === path)?.error ?? null;
    const why = error === null ? "" : ` after: ${errorOf(error).message}`;
    return `Attempt ${failures + 1} of ${quote(path)} in ${inWords(until - now)}${why}`;
  }
  if (event !== undefined) {
    const match = event.match === "" ? "" : ` for ${quote(event.match)}`;
    const end = until === undefined ? "" : `, gives up in ${inWords(until - now)} (${utc(until)})`;
    return `Waits for event ${quote(event.name)}${match}${end}`;
  }
  if (until !== undefined) return `Sleeps for ${inWords(until - now)} more (until ${utc(until)})`;
  return `Waits for somebody to resume ${quote(path)}${question(payload)}`;
}

const MAX_QUESTION_CHARS = 160;

/** What the step asks for: the first text that it handed out. */
function question(payload: unknown): string {
  const values =
    typeof payload === "object" && payload !== null ? Object.values(payload) : [payload];
  const text = values.find((value) => typeof value === "string" && value.trim() !== "");
  if (typeof text !== "string") return "";
  return text.length > MAX_QUESTION_CHARS ? `: ${text.slice(0, MAX_QUESTION_CHARS)}…` : `: ${text}`;
}

function utc(moment: number): string {
  return `${new Date(moment).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

const UNITS: readonly [ms: number, name: string][] = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
];

function inWords(ms: number): string {
  const [size, name] = UNITS.find(([unit]) => ms >= unit) ?? [1, "ms"];
  return `${Math.max(0, Math.round(ms / size))} ${name}`;
}
