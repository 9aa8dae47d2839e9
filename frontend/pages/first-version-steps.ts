import type { StepRecord, WorkflowSnapshot } from "../../backend/index.ts";

type Result = WorkflowSnapshot["stepResults"][string];

/**
 * Records for a run that has none: the library's first version kept one result for each step,
 * with one time and without inputs.
 */
export function firstVersionSteps(snapshot: WorkflowSnapshot): StepRecord[] {
  return Object.entries(snapshot.stepResults).flatMap(([path, result], index) =>
    result.status === "running" ? [] : [recordOf(path, result, index + 1)],
  );
}

function recordOf(path: string, result: Result, seq: number): StepRecord {
  const isOver = result.status === "success" || result.status === "failed";
  return {
    path,
    seq,
    firstSeq: seq,
    attempt: 1,
    kind: "step",
    status: isOver ? result.status : "suspended",
    input: null,
    inputFrom: null,
    output: result.status === "success" ? (JSON.stringify(result.output) ?? null) : null,
    error: result.status === "failed" ? errorText(result.error) : null,
    wait: null,
    state: null,
    logs: null,
    startedAt: result.timestamp,
    // Before the start: nobody knows it.
    endedAt: Number.NEGATIVE_INFINITY,
  };
}

function errorText(error: Error): string {
  const { name, message, stack } = error;
  return JSON.stringify({ name, message: message || "The error was not stored", stack });
}
