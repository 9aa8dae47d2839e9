import { encode } from "../serialize.ts";
import { encodeStepResults, type WorkflowSnapshot } from "../snapshot.ts";
import type { Statement } from "../sql.ts";

/** Writes a whole snapshot over what is stored of the run; whoever is at work on it loses it. */
export function snapshotStatements(snapshot: WorkflowSnapshot, now: string): Statement[] {
  return [
    {
      sql: `INSERT INTO wrkflw_workflow_runs (run_id, workflow_id, status, execution_path,
              step_results, state, input_data, result, error, created_at, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ${now} / 1000.0, ${now} / 1000.0)
            ON CONFLICT (run_id) DO UPDATE SET
              status = excluded.status, execution_path = excluded.execution_path,
              step_results = excluded.step_results, state = excluded.state,
              result = excluded.result, error = excluded.error, updated_at = excluded.updated_at,
              epoch = wrkflw_workflow_runs.epoch + 1, claim_id = NULL, write_id = NULL,
              due_at = CASE WHEN excluded.status IN ('pending', 'running', 'waiting')
                            THEN wrkflw_workflow_runs.due_at END`,
      args: [
        snapshot.runId,
        snapshot.workflowId,
        snapshot.status,
        JSON.stringify(snapshot.executionPath),
        encodeStepResults(snapshot.stepResults),
        encode(snapshot.state, "the state"),
        snapshot.inputData === undefined ? null : encode(snapshot.inputData, "the input"),
        snapshot.result === undefined ? null : encode(snapshot.result, "the result"),
        snapshot.error ?? null,
      ],
    },
    // An event must not go to a run that does not wait for it any more.
    {
      sql: `DELETE FROM wrkflw_event_waits WHERE run_id = ? AND NOT EXISTS (
              SELECT 1 FROM wrkflw_workflow_runs WHERE run_id = ? AND status = 'waiting')`,
      args: [snapshot.runId, snapshot.runId],
    },
  ];
}
