/** What an engine refuses, in words. */
import { quote, WrkflwError } from "./errors.ts";
import { isSameInput } from "./input-key.ts";
import type { RunRecord, RunStatus } from "./records.ts";
import type { NewRun } from "./storage/claim.ts";

/** @throws {WrkflwError} With code `RUN_CONFLICT`, if the id or key belongs to another run. */
export function assertSameRun(stored: RunRecord, given: Omit<NewRun, "writeId">): void {
  const isSame =
    stored.workflowId === given.workflowId && isSameInput(stored.inputKey, given.inputKey);
  if (isSame) return;
  const taken =
    stored.runId === given.runId
      ? `run id ${quote(given.runId)}`
      : `idempotency key ${quote(given.idempotencyKey ?? "")}`;
  const owner =
    stored.workflowId === given.workflowId
      ? "with other input"
      : `of workflow ${quote(stored.workflowId)}`;
  throw new WrkflwError(
    "RUN_CONFLICT",
    `Cannot start workflow ${quote(given.workflowId)}: ${taken} belongs to a run ${owner}; use another one`,
  );
}

/** Whether an error says that another process has the run now. */
export function isLeaseLost(error: unknown): boolean {
  return error instanceof WrkflwError && error.code === "LEASE_LOST";
}

/** There is no run with this id. */
export function runNotFound(runId: string): WrkflwError {
  return new WrkflwError(
    "RUN_NOT_FOUND",
    `Cannot find run ${quote(runId)}: it was never stored, or was deleted`,
  );
}

/** The engine was not given this workflow. */
export function workflowNotFound(workflowId: string): WrkflwError {
  return new WrkflwError(
    "WORKFLOW_NOT_FOUND",
    `Cannot find workflow ${quote(workflowId)}: give it to the engine as new ExecutionEngine(storage, { workflows: [...] })`,
  );
}

/** Two workflows have one id. */
export function sameWorkflowId(workflowId: string): WrkflwError {
  return new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot make an engine: two workflows have the id ${quote(workflowId)}; give one another id`,
  );
}

/** A run that is not over cannot be deleted. */
export function notOver(runId: string, status: RunStatus): WrkflwError {
  return new WrkflwError(
    "RUN_IN_PROGRESS",
    `Cannot delete run ${quote(runId)}: its status is ${quote(status)}; cancel it first`,
  );
}
