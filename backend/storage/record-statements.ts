import { STEP_COLUMNS, type StepRecord } from "../records.ts";
import type { SqlArgument, Statement } from "../sql.ts";
import type { Commit } from "./claim.ts";
import { inParts, rowStatement, textPerCount, times } from "./shared-insert.ts";

/**
 * Appends records, which conflict with themselves when they are sent twice. That the claim holds is
 * looked up once a statement for several records of one run, as that takes as long as to store one.
 */
export function insertRecords(commit: Commit): Statement[] {
  const { runId, epoch, steps, reached, position } = commit;
  const [only] = steps;
  if (only !== undefined && steps.length === 1)
    return [rowStatement(recordText, runId, [...valuesOf(only, reached, position), runId, epoch])];
  const last = steps.at(-1);
  return inParts(steps).map((part) => {
    const saysPosition = position !== null && part.at(-1) === last;
    if (!saysPosition && part.every(isPlain)) return insertPlain(commit, part);
    const args: SqlArgument[] = [runId];
    for (const step of part) args.push(...valuesOf(step, reached, step === last ? position : null));
    args.push(runId, epoch);
    return { sql: recordsText(part.length), args };
  });
}

/** Whether a record is, like nearly all of many items, of a step that succeeded at once and has no other record's output as its input. */
function isPlain(step: StepRecord): boolean {
  return (
    step.status === "success" &&
    step.kind === "step" &&
    step.attempt === 1 &&
    step.inputFrom === null &&
    step.error === null &&
    step.wait === null &&
    step.state === null &&
    step.logs === null
  );
}

/** Only what plain records differ in is bound: to bind all seventeen values of each takes a quarter more time. */
function insertPlain({ runId, epoch, reached }: Commit, steps: readonly StepRecord[]): Statement {
  const args: SqlArgument[] = [runId, reached];
  for (const { path, seq, input, output, startedAt, endedAt } of steps)
    args.push(path, seq, input, output, startedAt, endedAt);
  args.push(runId, epoch);
  return { sql: plainRecordsText(steps.length), args };
}

/** In the order of the table's columns after the run's id. */
function valuesOf(step: StepRecord, reached: number, position: string | null): SqlArgument[] {
  return [
    step.path,
    step.attempt,
    step.seq,
    step.kind,
    step.status,
    step.input,
    step.inputFrom,
    step.output,
    step.error,
    step.wait,
    step.state,
    step.logs,
    step.startedAt,
    step.endedAt,
    reached,
    position,
    step.firstSeq,
  ];
}

const VALUES = `?, CAST(? AS BIGINT), CAST(? AS BIGINT), ?, ?, ?, CAST(? AS BIGINT),
         ?, ?, ?, ?, ?, CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), ?, CAST(? AS BIGINT)`;

/** As SQLite names the columns of rows that are given as they are: those of the values ... */
const COLUMNS = STEP_COLUMNS.split(", ")
  .slice(1)
  .map((_, index) => `column${index + 1}`);
/** ... and of what a record of several runs has behind them. */
const [RUN_ID, EPOCH] = [`column${COLUMNS.length + 1}`, `column${COLUMNS.length + 2}`];

/** Records of several runs, one each. A single one takes a form of its own, which is a little quicker. */
const recordText = textPerCount((rows) =>
  rows === 1
    ? insertText(`SELECT run_id, ${VALUES} FROM wrkflw_workflow_runs WHERE ${held("?", "?")}`)
    : insertText(`SELECT ${RUN_ID}, ${COLUMNS}
  FROM (VALUES ${times(rows, `(${VALUES}, ?, ?)`)}) AS records
  WHERE EXISTS (SELECT 1 FROM wrkflw_workflow_runs WHERE ${held(RUN_ID, EPOCH)})`),
);

/** Records of one run. */
const recordsText = textPerCount((rows) =>
  insertText(`SELECT ?, ${COLUMNS}
  FROM (VALUES ${times(rows, `(${VALUES})`)}) AS records
  WHERE EXISTS (SELECT 1 FROM wrkflw_workflow_runs WHERE ${held("?", "?")})`),
);

/** Plain records of one run. */
const plainRecordsText = textPerCount((rows) =>
  insertText(`SELECT ?, column1, 1, CAST(column2 AS BIGINT), 'step', 'success', column3, NULL, column4,
         NULL, NULL, NULL, NULL, CAST(column5 AS BIGINT), CAST(column6 AS BIGINT), CAST(? AS BIGINT), NULL, CAST(column2 AS BIGINT)
  FROM (VALUES ${times(rows, "(?, ?, ?, ?, ?, ?)")}) AS records
  WHERE EXISTS (SELECT 1 FROM wrkflw_workflow_runs WHERE ${held("?", "?")})`),
);

function insertText(rows: string): string {
  return `INSERT INTO wrkflw_steps (${STEP_COLUMNS})
  ${rows}
  ON CONFLICT DO NOTHING`;
}

function held(runId: string, epoch: string): string {
  return `run_id = ${runId} AND epoch = ${epoch} AND status = 'running'`;
}
