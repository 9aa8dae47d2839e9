import { RUN_STATUSES, type RunStatus } from "../records.ts";
import { numberOf, type Row, type Statement } from "../sql.ts";

/** Counts the runs of each status, each from the index as far as it is asked for. */
export function countStatement(workflowId?: string, atMost?: number): Statement {
  // Runs at work are in no index with their workflow, and few: `+` keeps from walking the workflow's.
  const ofWorkflow = (status: RunStatus) => {
    if (workflowId === undefined) return "";
    return `AND ${status === "running" ? "+" : ""}workflow_id = ?`;
  };
  const limit = atMost === undefined ? "" : "LIMIT CAST(? AS BIGINT)";
  const args = [
    ...(workflowId === undefined ? [] : [workflowId]),
    ...(atMost === undefined ? [] : [atMost]),
  ];
  const counts = RUN_STATUSES.map(
    (status) => `SELECT '${status}' AS status, COUNT(*) AS runs FROM (
      SELECT 1 FROM wrkflw_workflow_runs WHERE status = '${status}' ${ofWorkflow(status)} ${limit}) AS counted`,
  );
  return { sql: counts.join(" UNION ALL "), args: RUN_STATUSES.flatMap(() => args) };
}

/** The counts by status, in the order in which people look for them; none that is 0. */
export function countsOf(rows: readonly Row[]): ReadonlyMap<RunStatus, number> {
  const counts = new Map(rows.map((row) => [row.status, numberOf(row, "runs") ?? 0]));
  const counted = RUN_STATUSES.map((status) => [status, counts.get(status) ?? 0] as const);
  return new Map(counted.filter(([, count]) => count > 0));
}
