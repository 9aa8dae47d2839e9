/** What the statements of a claim answer, as objects. */
import { quote, WrkflwError } from "../errors.ts";
import { isRunStatus, type RunRecord, runOf, stepOf } from "../records.ts";
import { numberOf, type ResultSet, type Row, rowsOf, textOf } from "../sql.ts";
import type { Claim, NewRun } from "./claim.ts";
import { bornRun } from "./claim-statements.ts";

/** The run as it was born; `null` where the row tells that another one has its id or key. */
export function bornIn(row: Row, run: NewRun): RunRecord | null {
  if (textOf(row, "write_id") !== run.writeId) return null;
  return bornRun(run, numberOf(row, "epoch") ?? clockIn(row));
}

/** The claims in the results of `claimStatements`. */
export function claimsOf(results: readonly ResultSet[]): Claim[] {
  const steps = Map.groupBy(rowsOf(results[2]), (row) => textOf(row, "run_id"));
  const events = Map.groupBy(rowsOf(results[4]), (row) => textOf(row, "run_id"));
  return rowsOf(results[1]).map((row) => {
    const runId = textOf(row, "run_id");
    const ofRun = steps.get(runId) ?? [];
    return {
      run: runOf(row, ofRun),
      ...readable(ofRun),
      events: new Map((events.get(runId) ?? []).map(eventOf)),
      now: clockIn(row),
    };
  });
}

/**
 * The database's clock, as it was read with a row. No other clock can take its place.
 *
 * @throws {WrkflwError} With code `STORAGE_CORRUPT`, if it is not there.
 */
export function clockIn(row: Row): number {
  const now = numberOf(row, "now");
  if (now !== null) return now;
  throw new WrkflwError(
    "STORAGE_CORRUPT",
    `Cannot read the database's clock: it is ${quote(String(row.now))} instead of a number`,
  );
}

function eventOf(row: Row): [path: string, payload: string] {
  return [textOf(row, "path") ?? "", textOf(row, "payload") ?? "null"];
}

/** A record that cannot be read keeps only its own run from going on. */
function readable(steps: readonly Row[]): Pick<Claim, "steps" | "fault"> {
  try {
    return { steps: steps.map(stepOf) };
  } catch (error) {
    if (error instanceof WrkflwError) return { steps: [], fault: error };
    throw error;
  }
}

/** How a run stands after a write; `undefined` when it is not there. */
export function standingOf(
  result: ResultSet | undefined,
): Pick<RunRecord, "epoch" | "status" | "writeId"> | undefined {
  const [row] = rowsOf(result);
  if (row === undefined) return undefined;
  const { status } = row;
  return {
    epoch: numberOf(row, "epoch") ?? 0,
    status: isRunStatus(status) ? status : "failed",
    writeId: textOf(row, "write_id"),
  };
}
