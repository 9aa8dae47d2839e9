import { STEP_COLUMNS, type StepRecord } from "../records.ts";
import type { SqlArgument, Statement } from "../sql.ts";
import type { Commit } from "./claim.ts";

/**
 * One statement takes up to so many records, so that it binds fewer than the 999 values that every
 * database takes. Whether the claim holds is looked up once a statement, which takes as long as to
 * store a record.
 */
const MAX_RECORDS = 32;

/**
 * Appends records, which conflict with themselves when they are sent twice. Each statement takes a
 * power of two of them: so there are few texts to prepare, however many records a commit has.
 */
export function insertRecords(commit: Commit): Statement[] {
  const { steps } = commit;
  const statements: Statement[] = [];
  for (let from = 0; from < steps.length; ) {
    const count = Math.min(MAX_RECORDS, 2 ** Math.floor(Math.log2(steps.length - from)));
    const isLast = from + count === steps.length;
    statements.push(insertSome(commit, steps.slice(from, from + count), isLast));
    from += count;
  }
  return statements;
}

function insertSome(commit: Commit, steps: readonly StepRecord[], isLast: boolean): Statement {
  const { runId, epoch, reached, position } = commit;
  const args: SqlArgument[] = steps.length === 1 ? [] : [runId];
  for (const step of steps) pushValues(args, step, reached);
  if (isLast) args[args.length - 1] = position;
  args.push(runId, epoch);
  return { sql: textFor(steps.length), args };
}

/** In the order of the table's columns after the run's id. */
function pushValues(args: SqlArgument[], step: StepRecord, reached: number): void {
  args.push(
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
    null,
  );
}

/** By the number of records: to join a text takes as long as to run it. */
const texts = new Map<number, string>();

function textFor(count: number): string {
  const known = texts.get(count);
  if (known !== undefined) return known;
  const text = `INSERT INTO wrkflw_steps (${STEP_COLUMNS})
  ${count === 1 ? SELECT_ONE : selectSome(count)}
  ON CONFLICT DO NOTHING`;
  texts.set(count, text);
  return text;
}

const VALUES = `?, CAST(? AS BIGINT), CAST(? AS BIGINT), ?, ?, ?, CAST(? AS BIGINT),
         ?, ?, ?, ?, ?, CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), ?`;

const HELD = "run_id = ? AND epoch = ? AND status = 'running'";

const SELECT_ONE = `SELECT run_id, ${VALUES} FROM wrkflw_workflow_runs WHERE ${HELD}`;

function selectSome(count: number): string {
  const rows = Array.from({ length: count }, () => `(${VALUES})`);
  return `SELECT ?, ${COLUMNS} FROM (VALUES ${rows.join(", ")}) AS records
  WHERE EXISTS (SELECT 1 FROM wrkflw_workflow_runs WHERE ${HELD})`;
}

/** As the columns are named of rows that are given as they are. */
const COLUMNS = STEP_COLUMNS.split(", ")
  .slice(1)
  .map((_, index) => `column${index + 1}`)
  .join(", ");
