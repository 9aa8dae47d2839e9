import { isTerminal, type RunSummary } from "../../backend/index.ts";
import { describeDuration } from "./duration.ts";

/** When a run began. The first version of the library noted only when it was made. */
export function startOf(run: RunSummary): number {
  return run.startedAt ?? run.createdAt;
}

/** When a run ended, or `null` while it is not over. */
export function endOf(run: RunSummary): number | null {
  return isTerminal(run.status) ? (run.endedAt ?? run.updatedAt) : null;
}

/** How long a run took, or has taken so far. */
export function runDuration(run: RunSummary, now: number): string {
  if (run.status === "pending" && run.startedAt === null) return "–";
  return describeDuration((endOf(run) ?? now) - startOf(run));
}
