import {
  type ExecutionEngine,
  type RunRecord,
  type StepRecord,
  type WorkflowSnapshot,
  WrkflwError,
} from "../../backend/index.ts";
import { firstVersionSteps } from "./first-version-steps.ts";

/** A run and its records, whatever version of the library wrote them. */
export interface LoadedRun {
  readonly run: RunRecord;
  /** As they are stored. */
  readonly stored: readonly StepRecord[];
  /** As they are shown: those of the first version are made of what it kept. */
  readonly steps: readonly StepRecord[];
  /** `undefined` where there is none to speak of, or it cannot be read. */
  readonly state: unknown;
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
    stored: steps,
    steps: steps.length > 0 || snapshot === null ? steps : firstVersionSteps(snapshot),
    state: Object.keys(snapshot?.state ?? {}).length === 0 ? undefined : snapshot?.state,
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
