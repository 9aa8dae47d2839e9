import {
  type ExecutionEngine,
  type RunRecord,
  type StepRecord,
  type WorkflowSnapshot,
  WrkflwError,
} from "../../backend/index.ts";
import { printValue } from "../wording/print-value.ts";
import { firstVersionSteps } from "./first-version-steps.ts";

/** A run and its records, whatever version of the library wrote them. */
export interface LoadedRun {
  readonly run: RunRecord;
  readonly steps: readonly StepRecord[];
  /** The state in the words of `printValue`; `null` where there is none to speak of. */
  readonly state: string | null;
}

/**
 * Loads all that is known of a run.
 *
 * @throws {WrkflwError} With code `RUN_NOT_FOUND`.
 */
export async function loadRun(engine: ExecutionEngine, runId: string): Promise<LoadedRun> {
  const loaded = await engine.storage.loadRun(runId);
  if (loaded === null) {
    throw new WrkflwError(
      "RUN_NOT_FOUND",
      `Cannot find run ${JSON.stringify(runId.slice(0, 200))}: it was never stored, or was deleted`,
    );
  }
  const { run, steps } = loaded;
  const snapshot = needsSnapshot(run, steps) ? await loadSnapshot(engine, runId) : null;
  return {
    run,
    steps: steps.length > 0 || snapshot === null ? steps : firstVersionSteps(snapshot),
    state: snapshot === null ? run.state : printState(snapshot.state),
  };
}

function needsSnapshot(run: RunRecord, steps: readonly StepRecord[]): boolean {
  const hasState = run.state !== null || steps.some(({ state }) => state !== null);
  return hasState || (steps.length === 0 && run.stepResults !== null);
}

/** A value that cannot be read must not hide the rest of the run. */
async function loadSnapshot(
  engine: ExecutionEngine,
  runId: string,
): Promise<WorkflowSnapshot | null> {
  try {
    return await engine.storage.loadSnapshot(runId);
  } catch (error) {
    if (error instanceof WrkflwError && error.code === "STORAGE_CORRUPT") return null;
    throw error;
  }
}

function printState(state: WorkflowSnapshot["state"]): string | null {
  return Object.keys(state).length === 0 ? null : printValue(state);
}
