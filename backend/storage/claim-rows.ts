/** What the statements of a claim answer, as objects. */
import { quote, WrkflwError } from "../errors.ts";
import { claimedRunOf, isRunStatus, type RunRecord, runOf, stepOf } from "../records.ts";
import { numberOf, type ResultSet, type Row, rowsOf, textOf } from "../sql.ts";
import type { BirthClaim, Claim, Commit, NewRun, WriteState } from "./claim.ts";

/** The claim on a run that was stored just now: nothing is read that was just written. */
export function bornClaim(run: NewRun, row: Row): BirthClaim {
  return {
    run: bornRun(run, timeIn(row, "epoch")),
    steps: [],
    events: NO_EVENTS,
    now: timeIn(row, "now"),
  };
}

/** The claim on a run that was stored before, by an earlier try or somebody else. */
export function foundClaim(row: Row): BirthClaim {
  return { run: runOf(row), steps: [], events: NO_EVENTS, now: timeIn(row, "now") };
}

const NO_EVENTS: ReadonlyMap<string, string> = new Map();

/** Its epoch is the time of its birth. */
function bornRun(run: NewRun, epoch: number): RunRecord {
  const { runId, workflowId, status, input, inputKey, definition, state, writeId } = run;
  return {
    ...NOTHING_YET,
    runId,
    workflowId,
    status,
    input,
    inputKey,
    definition,
    state,
    writeId,
    idempotencyKey: run.idempotencyKey,
    tags: run.tags === null ? [] : JSON.parse(run.tags),
    epoch,
    createdAt: epoch,
    updatedAt: epoch,
    startedAt: status === "running" ? epoch : null,
    dueAt: epoch + run.dueInMs,
  };
}

const NOTHING_YET = {
  endedAt: null,
  error: null,
  waits: null,
  position: null,
  result: null,
  failure: null,
  executionPath: "[]",
  stepResults: "{}",
  idleClaims: 0,
  releases: 0,
  recorded: 0,
  signals: 0,
  reached: -1,
};

/** The claims in the results of `claimStatements`. */
export function claimsOf(results: readonly ResultSet[]): Claim[] {
  const steps = Map.groupBy(rowsOf(results[2]), (row) => textOf(row, "run_id"));
  const events = Map.groupBy(rowsOf(results[4]), (row) => textOf(row, "run_id"));
  return rowsOf(results[1]).map((row) => {
    const runId = textOf(row, "run_id");
    // Here and not by SQLite, which takes as long to sort them as to read them.
    const ofRun = (steps.get(runId) ?? []).sort(byPosition);
    return {
      run: claimedRunOf(row, ofRun),
      ...readable(ofRun),
      events: eventsOf(events.get(runId)),
      now: timeIn(row, "now"),
    };
  });
}

/**
 * What the database's clock said, as it was read with a row. No other clock can take its place.
 *
 * @throws {WrkflwError} With code `STORAGE_CORRUPT`, if it is not there.
 */
function timeIn(row: Row, column: "now" | "epoch"): number {
  const time = numberOf(row, column);
  if (time !== null) return time;
  throw new WrkflwError(
    "STORAGE_CORRUPT",
    `Cannot read the database's clock: it is ${quote(String(row[column]))} instead of a number`,
  );
}

function byPosition(a: Row, b: Row): number {
  const [first, second] = [numberOf(a, "seq") ?? 0, numberOf(b, "seq") ?? 0];
  return first - second || (numberOf(a, "attempt") ?? 0) - (numberOf(b, "attempt") ?? 0);
}

function eventsOf(rows: readonly Row[] | undefined): ReadonlyMap<string, string> {
  return rows === undefined ? NO_EVENTS : new Map(rows.map(eventOf));
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

/**
 * Whether the database says that a commit was applied. Where the run's row changes too, that alone
 * tells: it comes last, in the transaction of the records, and only while the claim holds.
 */
export function hasWritten(
  { steps, end, leaseMs }: Commit,
  results: readonly ResultSet[],
): boolean {
  if (end !== undefined || leaseMs !== undefined) return isWrite(results.at(-1));
  const written = results.reduce((sum, result) => sum + rowsIn(result), 0);
  return steps.length > 0 && written === steps.length && results.every(isWrite);
}

function isWrite(result: ResultSet | undefined): boolean {
  return result !== undefined && rowsIn(result) > 0 && result.rows.length === 0;
}

/** Some clients count in big integers, or not at all: then it is read back what was written. */
function rowsIn({ rowsAffected }: ResultSet): number {
  return typeof rowsAffected === "number" ? rowsAffected : 0;
}

/** How a run stands after a write; `undefined` when it is not there. */
export function standingOf(
  row: Row | undefined,
): Pick<RunRecord, "epoch" | "status" | "writeId"> | undefined {
  if (row === undefined) return undefined;
  const { status } = row;
  return {
    epoch: numberOf(row, "epoch") ?? 0,
    status: isRunStatus(status) ? status : "failed",
    writeId: textOf(row, "write_id"),
  };
}

/** Whether a commit was applied, by how its run stands after it. */
export function writeStateOf(commit: Commit | undefined, row: Row | undefined): WriteState {
  const standing = standingOf(row);
  if (standing === undefined) return { isApplied: false, status: null };
  const { epoch, status } = standing;
  // Only the end of a claim makes a run of its epoch anything else than running.
  const isEnded = status !== "running";
  const isApplied = epoch === commit?.epoch && isEnded === (commit.end !== undefined);
  return { isApplied, status };
}
