import { RUN_COLUMNS, runOf, STEP_COLUMNS, stepOf } from "../records.ts";
import { snapshotOf, type WorkflowSnapshot } from "../snapshot.ts";
import { type Row, type Statement, textOf } from "../sql.ts";
import { marks } from "./claim-statements.ts";
import { pageSize, pageStatement, type RunFilter } from "./run-page.ts";

/** A page of runs with all their records, as the first version lists them. */
export async function listSnapshots(
  read: (statement: Statement) => Promise<Row[]>,
  filter: RunFilter,
): Promise<WorkflowSnapshot[]> {
  const rows = await read(pageStatement(RUN_COLUMNS, filter, pageSize(filter)));
  const runIds = rows.map((row) => String(row.run_id));
  const records = await read({
    sql: `SELECT ${STEP_COLUMNS} FROM wrkflw_steps
          WHERE run_id IN (${marks(runIds)}) ORDER BY run_id, seq, attempt`,
    args: runIds,
  });
  const ofRuns = Map.groupBy(records, (row) => textOf(row, "run_id"));
  return rows.map((row) => {
    const ofRun = ofRuns.get(textOf(row, "run_id")) ?? [];
    return snapshotOf(runOf(row, ofRun), ofRun.map(stepOf));
  });
}
