import type { ConnectOptions } from "./databases/connect.ts";
import { type Effects, systemEffects } from "./effects.ts";
import { quote, WrkflwError } from "./errors.ts";
import { assertOptionalText, assertText } from "./options.ts";
import {
  RUN_COLUMNS,
  type RunRecord,
  type RunStatus,
  runOf,
  STEP_COLUMNS,
  type StepRecord,
  type StoredRun,
  SUMMARY_COLUMNS,
  stepOf,
  summaryOf,
} from "./records.ts";
import { assertSnapshot, snapshotOf, type WorkflowSnapshot } from "./snapshot.ts";
import { numberOf, type Row, rowsOf, type Statement, textOf } from "./sql.ts";
import type {
  BirthClaim,
  Claim,
  ClaimOptions,
  Commit,
  NewRun,
  Renewal,
  WriteState,
} from "./storage/claim.ts";
import {
  bornClaim,
  foundClaim,
  hasWritten,
  standingOf,
  writeStateOf,
} from "./storage/claim-rows.ts";
import {
  cancelStatements,
  commitStatements,
  createStatements,
  isClaimable,
  readCreatedStatement,
  releaseStatements,
  renewStatements,
  standingStatement,
} from "./storage/claim-statements.ts";
import { Database } from "./storage/database.ts";
import type { RetentionLimit, RetentionStore } from "./storage/retention.ts";
import type { RunRetry } from "./storage/retry-statements.ts";
import type { PageOptions, RunFilter, RunPage } from "./storage/run-page.ts";
import { ScheduleStore } from "./storage/schedule-store.ts";
import {
  deliveryOf,
  type EventDelivery,
  type NewEvent,
  resumeStatements,
  sendEventStatements,
  unblockStatements,
} from "./storage/signal-statements.ts";
import { writersOf } from "./storage/writers.ts";

export type { ConnectOptions } from "./databases/connect.ts";
export type { LocalOptions } from "./databases/local.ts";
export type { Effects } from "./effects.ts";
export type {
  ClaimedRun,
  RunRecord,
  RunStatus,
  RunSummary,
  StepRecord,
  StepStatus,
} from "./records.ts";
export type { StepResult, WorkflowSnapshot } from "./snapshot.ts";
export type { ResultSet, SqlArgument, SqlClient, SqlValue } from "./sql.ts";
export type * from "./storage/claim.ts";
export type { RetentionLimit } from "./storage/retention.ts";
export type { RunRetry } from "./storage/retry-statements.ts";
export type { PageOptions, RunFilter, RunPage } from "./storage/run-page.ts";
export type { ScheduleRecord, ScheduleStore, SlotDecision } from "./storage/schedule-store.ts";
export type {
  AwaitedEvent,
  EventDelivery,
  EventWait,
  NewEvent,
} from "./storage/signal-statements.ts";

/** Which database to use, and the seams that tests replace. */
export interface StorageOptions extends ConnectOptions {
  /** The clock, ids, chance and network to use. */
  readonly effects?: Effects;
  /** An SQL expression for milliseconds since 1970. @default the database's own clock */
  readonly now?: () => string;
}

/** Rounded, since days in floating point are a little off: every second reading would lose a millisecond. */
const DATABASE_NOW = "CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS BIGINT)";

/**
 * Keeps runs, their records and their state in SQLite.
 *
 * @example
 * ```ts
 * import { WorkflowStorage } from "@wrkflw/wrkflw/storage";
 *
 * const storage = new WorkflowStorage({ url: ":memory:" });
 * await storage.init();
 * console.log(await storage.listRuns()); // []
 * ```
 */
export class WorkflowStorage {
  /** The schedules of workflows. */
  readonly schedules: ScheduleStore;
  readonly #database: Database;
  readonly #effects: Effects;
  readonly #now: () => string;
  #retention: RetentionStore | undefined;
  readonly #read = (statement: Statement) => this.#database.read(statement);

  /**
   * Nothing is opened before the first use.
   *
   * @param options Without a `client` or `url`: Val Town's SQLite there, else the environment's
   * `WRKFLW_DATABASE_URL`, else `file:wrkflw.db`.
   */
  constructor(options: StorageOptions = {}) {
    if (typeof options !== "object" || options === null) {
      throw new WrkflwError(
        "INVALID_ARGUMENT",
        `Cannot open storage: pass { url: ${quote(String(options))} } or { client }`,
      );
    }
    this.#effects = options.effects ?? systemEffects;
    this.#now = options.now ?? (() => DATABASE_NOW);
    this.#database = new Database(options, this.#effects, writersOf(this));
    this.schedules = new ScheduleStore(this.#database, this.#now);
  }

  /**
   * Opens the database and brings its tables up to date. Every other method does this by
   * itself; calling it again does nothing, and a failure is not remembered.
   *
   * @throws {WrkflwError} With code `STORAGE_UNAVAILABLE`, `STORAGE_CORRUPT` or `SCHEMA_TOO_NEW`.
   */
  async init(): Promise<void> {
    await this.#database.open();
  }

  /** Closes the database, where it can be closed; the next call opens it again. */
  async close(): Promise<void> {
    await this.#database.close();
  }

  /**
   * Stores a new run, unless its id or idempotency key is taken.
   *
   * @param onSend Called right before the request is sent for the first time.
   * @returns The run that has the id or key now. It is the new one when its `writeId` is, which is `null`
   * once somebody has claimed it.
   */
  async createRun(run: NewRun, onSend: () => void = () => {}): Promise<BirthClaim> {
    const results = await this.#database.write(() => {
      onSend();
      return createStatements(run, this.#now());
    });
    const [born] = rowsOf(results.at(-1));
    if (born !== undefined) return bornClaim(run, born);
    const [found] = await this.#read(readCreatedStatement(run, this.#now()));
    if (found !== undefined) return foundClaim(found);
    throw new WrkflwError(
      "STORAGE_UNAVAILABLE",
      `Cannot create run ${quote(run.runId)}: the database did not keep it`,
    );
  }

  /** Takes the run that has been due longest; `null` when none is due. */
  async claim(options: ClaimOptions): Promise<Claim | null> {
    const [claim] = await this.claimMany({ ...options, limit: 1 });
    return claim ?? null;
  }

  /**
   * Takes the runs that have been due longest, in one round trip.
   *
   * @param onSend Called right before the request is sent for the first time.
   * @throws {WrkflwError} With code `STORAGE_UNAVAILABLE`. What was taken all the same is given back
   * as far as the database answers, else when its lease is over.
   */
  async claimMany(options: ClaimOptions, onSend: () => void = () => {}): Promise<Claim[]> {
    const { claimMany } = await import("./storage/claim-many.ts");
    return await claimMany(this.#database, this.#now, options, onSend);
  }

  /**
   * Writes what a claim has done, in one batch that is applied only while the claim holds.
   *
   * @param build Called when the batch is put together, so that all that was put down until
   * then travels in it.
   */
  async commit(build: () => Commit): Promise<WriteState> {
    let commit: Commit | undefined;
    const results = await this.#database.write(() => {
      commit = build();
      return commitStatements(commit, this.#now());
    });
    if (commit !== undefined && hasWritten(commit, results))
      return { isApplied: true, status: commit.end?.status ?? "running" };
    const asked = rowsOf(results.at(-1));
    const [row] = asked.length > 0 ? asked : await this.#read(standingStatement(commit?.runId));
    return writeStateOf(commit, row);
  }

  /** Lengthens the lease of a claim. @returns `false` when the claim is lost. */
  async renew(renewal: Renewal): Promise<boolean> {
    const results = await this.#database.write(() => renewStatements(renewal, this.#now()));
    const standing = standingOf(rowsOf(results.at(-1))[0]);
    return standing?.epoch === renewal.epoch && standing.status === "running";
  }

  /** Gives a claim back that its process cannot go on with: the run is due again in `dueInMs`. */
  async release(runId: string, epoch: number, dueInMs: number): Promise<void> {
    const claim = { runId, epoch, dueInMs };
    await this.#database.write(() => releaseStatements(claim, this.#now()));
  }

  /** Ends a run that is not over; whoever works on it stops at its next write. */
  async cancel(runId: string): Promise<WriteState> {
    assertText(runId, "Cannot cancel a run: its id");
    const writeId = this.#effects.newId();
    const results = await this.#database.write(() => cancelStatements(runId, writeId, this.#now()));
    const standing = standingOf(rowsOf(results.at(-1))[0]);
    return { isApplied: standing?.writeId === writeId, status: standing?.status ?? null };
  }

  /** Keeps an event and gives it to the run that waits for it. */
  async sendEvent(event: NewEvent): Promise<EventDelivery> {
    const results = await this.#database.write(() => sendEventStatements(event, this.#now()));
    return deliveryOf(rowsOf(results.at(-1))[0] ?? {});
  }

  /**
   * Ends the wait of a suspended place.
   *
   * @param suspension The record that says that it waits.
   * @param data What it is resumed with, encoded.
   * @returns `false` when somebody else was first.
   */
  async resume(runId: string, suspension: StepRecord, data: string): Promise<boolean> {
    const wait = JSON.stringify({ resumedBy: this.#effects.newId() });
    const record = { ...suspension, output: data, wait };
    const results = await this.#database.write(() => resumeStatements(runId, record, this.#now()));
    const row = rowsOf(results.at(-1))[0];
    return row !== undefined && textOf(row, "wait") === wait;
  }

  /** Lets a blocked run try again with the code at hand. */
  async unblock(runId: string): Promise<void> {
    await this.#database.write(() => unblockStatements(runId, this.#now()));
  }

  /** Makes a failed run due again, its failed places reopened. @returns `false` when somebody else was first. */
  async retry(retry: RunRetry): Promise<boolean> {
    const { retryStatements } = await import("./storage/retry-statements.ts");
    const results = await this.#database.write(() => retryStatements(retry, this.#now()));
    return rowsOf(results.at(-1)).length === 1;
  }

  /** Milliseconds until a run of these workflows is due: 0 when one is, `null` when none will be. */
  async nextDueInMs(workflowIds: readonly string[]): Promise<number | null> {
    const rows = await this.#database.read({
      sql: `SELECT due_at - ${this.#now()} AS due_in FROM wrkflw_workflow_runs
            WHERE due_at IS NOT NULL AND ${isClaimable(workflowIds)}
            ORDER BY due_at LIMIT 1`,
      args: [...workflowIds],
    });
    const dueIn = rows[0] === undefined ? null : numberOf(rows[0], "due_in");
    return dueIn === null ? null : Math.max(0, dueIn);
  }

  /** A run with all its records, in the order in which they were written; `null` when it is not there. */
  async loadRun(runId: string): Promise<StoredRun | null> {
    const row = await this.#findRow(runId);
    if (row === undefined) return null;
    const steps = await this.#database.read({
      sql: `SELECT ${STEP_COLUMNS} FROM wrkflw_steps WHERE run_id = ? ORDER BY seq, attempt`,
      args: [runId],
    });
    return { run: runOf(row, steps), steps: steps.map(stepOf) };
  }

  /** A run without its records; `null` when it is not there. */
  async findRun(runId: string): Promise<RunRecord | null> {
    const row = await this.#findRow(runId);
    return row === undefined ? null : runOf(row);
  }

  async #findRow(runId: string): Promise<Row | undefined> {
    assertText(runId, "Cannot load a run: its id");
    const [row] = await this.#database.read({
      sql: `SELECT ${RUN_COLUMNS} FROM wrkflw_workflow_runs WHERE run_id = ?`,
      args: [runId],
    });
    return row;
  }

  /** A page of runs, newest first, without their inputs and outputs. */
  async queryRuns(filter: RunFilter = {}): Promise<RunPage> {
    const { findRuns } = await import("./storage/run-search.ts");
    const { rows, nextCursor } = await findRuns(this.#read, SUMMARY_COLUMNS, filter);
    return { runs: rows.map(summaryOf), nextCursor };
  }

  /**
   * How many runs there are of each status; a status without runs is left out.
   *
   * @param atMost Counting ends here, so that it costs the same however many runs there are: a
   * count of so many means so many or more. Default: no limit.
   */
  async countRuns(workflowId?: string, atMost?: number): Promise<ReadonlyMap<RunStatus, number>> {
    assertOptionalText(workflowId, "Cannot count runs: workflowId");
    const { countStatement, countsOf } = await import("./storage/count-runs.ts");
    return countsOf(await this.#database.read(countStatement(workflowId, atMost)));
  }

  /** A text that changes whenever a run does; `null` when it is not there. Reads no values. */
  async runVersion(runId: string): Promise<string | null> {
    assertText(runId, "Cannot look at a run: its id");
    const rows = await this.#database.read({
      // While a run is claimed its records are written, and its row is not.
      sql: `SELECT status, epoch, signals, updated_at, CASE WHEN status = 'running' THEN
              (SELECT COUNT(*) FROM wrkflw_steps WHERE run_id = ?) END AS records
            FROM wrkflw_workflow_runs WHERE run_id = ?`,
      args: [runId, runId],
    });
    return rows[0] === undefined ? null : Object.values(rows[0]).map(String).join(" ");
  }

  /**
   * Writes a whole snapshot over what is stored of the run, as the first version did. Whoever is
   * at work on the run loses it.
   */
  async saveSnapshot(snapshot: WorkflowSnapshot): Promise<void> {
    assertSnapshot(snapshot);
    const { snapshotStatements } = await import("./storage/snapshot-statements.ts");
    await this.#database.write(() => snapshotStatements(snapshot, this.#now()));
  }

  /** A run as it stands, or `null` when there is none with this id. */
  async loadSnapshot(runId: string): Promise<WorkflowSnapshot | null> {
    const loaded = await this.loadRun(runId);
    return loaded === null ? null : snapshotOf(loaded.run, loaded.steps);
  }

  /** Runs, newest first; `limit` (default 100) and `cursor` page through them. */
  async listRuns(workflowId?: string, page: PageOptions = {}): Promise<WorkflowSnapshot[]> {
    return await this.#listSnapshots(workflowId === undefined ? page : { ...page, workflowId });
  }

  /** Runs with one status, newest first; `limit` (default 100) and `cursor` page through them. */
  async getRunsByStatus(
    status: RunStatus,
    workflowId?: string,
    page: PageOptions = {},
  ): Promise<WorkflowSnapshot[]> {
    const { assertStatus } = await import("./storage/run-page.ts");
    assertStatus(status);
    const filter = workflowId === undefined ? { status } : { status, workflowId };
    return await this.#listSnapshots({ ...page, ...filter });
  }

  async #listSnapshots(filter: RunFilter): Promise<WorkflowSnapshot[]> {
    const { listSnapshots } = await import("./storage/list-snapshots.ts");
    return await listSnapshots(this.#read, filter);
  }

  /** Deletes a run that is over, with all its records. @returns Its status when it is not over. */
  async deleteFinishedRun(runId: string): Promise<RunStatus | null> {
    assertText(runId, "Cannot delete a run: its id");
    const { deleteFinishedStatements } = await import("./storage/delete-statements.ts");
    const results = await this.#database.write(() => deleteFinishedStatements(runId));
    const row = rowsOf(results.at(-1))[0];
    return row === undefined ? null : summaryOf(row).status;
  }

  /** Deletes a run and all its records, whatever it does. Deleting one that is not there does nothing. */
  async deleteRun(runId: string): Promise<void> {
    assertText(runId, "Cannot delete a run: its id");
    const { deleteStatements } = await import("./storage/delete-statements.ts");
    await this.#database.write(() => deleteStatements({ sql: "?", args: [runId] }));
  }

  /**
   * Deletes runs that are over and exceed a limit, with all their rows: for each limit some of
   * those that ended first.
   *
   * @returns How many; 0 when no limit is exceeded any more.
   */
  async deleteExceeding(limits: readonly RetentionLimit[]): Promise<number> {
    const { RetentionStore } = await import("./storage/retention.ts");
    this.#retention ??= new RetentionStore(this.#database, this.#now);
    return await this.#retention.deleteExceeding(limits);
  }
}
