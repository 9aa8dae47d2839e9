import { quote, WrkflwError } from "./errors.ts";
import type { RunRecord } from "./records.ts";
import type { WorkflowStorage } from "./storage.ts";

/**
 * Gives a failed run another chance: what failed in it is to be done again, what succeeded is not.
 *
 * @param id Marks this request among others that come at the same time.
 * @throws {WrkflwError} With code `NOT_FAILED`, if the run has not failed, somebody else was
 * first, or its steps were recorded by the first version.
 */
export async function retryRun(
  storage: WorkflowStorage,
  run: RunRecord,
  id: string,
): Promise<void> {
  const { runId, epoch, status, definition } = run;
  if (status !== "failed") throw notFailed(runId, `its status is ${quote(status)}${hintFor(run)}`);
  // Without records of ours, steps that had succeeded would be executed again.
  if (definition === null) {
    throw notFailed(runId, "it has no record of its steps; start one like it instead");
  }
  if (await storage.retry({ runId, epoch, mark: JSON.stringify({ retriedBy: id }) })) return;
  throw notFailed(runId, "somebody else was first");
}

function hintFor({ status }: RunRecord): string {
  if (status === "canceled") return "; start one like it instead";
  return status === "blocked" ? "; resume it with the right definition instead" : "";
}

function notFailed(runId: string, reason: string): WrkflwError {
  return new WrkflwError("NOT_FAILED", `Cannot retry run ${quote(runId)}: ${reason}`);
}
