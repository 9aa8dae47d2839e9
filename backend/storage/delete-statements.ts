import type { Statement } from "../sql.ts";

/** Every table with rows of a run; the runs come last, since a selection may be made from them. */
const TABLES_OF_A_RUN = [
  "wrkflw_steps",
  "wrkflw_event_waits",
  "wrkflw_events",
  "wrkflw_run_tags",
  "wrkflw_workflow_runs",
];

/**
 * Deletes runs with all their rows. What was imported from the first version's table stays noted,
 * so that it does not come back. The last statement returns the ids of those that were there.
 *
 * @param runs Selects their ids, the same ones each time it is run within a transaction.
 */
export function deleteStatements(runs: Statement): Statement[] {
  return TABLES_OF_A_RUN.map((table) => {
    const returning = table === "wrkflw_workflow_runs" ? " RETURNING run_id" : "";
    return {
      sql: `DELETE FROM ${table} WHERE run_id IN (${runs.sql})${returning}`,
      args: runs.args,
    };
  });
}

/** Deletes a run that is over with all its rows, then reads the status of one that was not. */
export function deleteFinishedStatements(runId: string): Statement[] {
  const over = {
    sql: `SELECT run_id FROM wrkflw_workflow_runs
          WHERE run_id = ? AND status IN ('success', 'failed', 'canceled')`,
    args: [runId],
  };
  return [
    ...deleteStatements(over),
    { sql: "SELECT status FROM wrkflw_workflow_runs WHERE run_id = ?", args: [runId] },
  ];
}
