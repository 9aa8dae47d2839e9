import type { WorkflowSnapshot } from "../snapshot.ts";
import { momentOf, type Terminal, tableOf } from "./terminal.ts";

const MAX_VALUE_CHARS = 200;

/** Writes a run for people: how it stands, its values, and a line for each step. */
export function printSnapshot(
  snapshot: WorkflowSnapshot,
  explanation: string,
  terminal: Terminal,
): void {
  const { runId, workflowId, status, inputData, state, result, timestamp } = snapshot;
  const facts = [
    ["run", runId],
    ["workflow", workflowId],
    ["status", status],
    ["", explanation],
    ["changed", momentOf(timestamp)],
    ["input", textOfValue(inputData)],
    ["state", textOfValue(state)],
    ...(result === undefined ? [] : [["result", textOfValue(result)]]),
  ];
  for (const line of tableOf(facts)) terminal.out(line);
  const steps = Object.entries(snapshot.stepResults).map(([id, step]) => [
    `  ${id}`,
    step.status,
    step.status === "success"
      ? textOfValue(step.output)
      : "error" in step
        ? step.error.message
        : "",
  ]);
  if (steps.length > 0) terminal.out("steps");
  for (const line of tableOf(steps)) terminal.out(line);
}

function textOfValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > MAX_VALUE_CHARS ? `${text.slice(0, MAX_VALUE_CHARS)}…` : text;
}
