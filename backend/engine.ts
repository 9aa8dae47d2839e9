import type { AnyDefinition, Definition } from "./definition.ts";
import { type Drive, drive } from "./drive.ts";
import { type Effects, systemEffects } from "./effects.ts";
import { quote, WrkflwError } from "./errors.ts";
import { assertRunId } from "./ids.ts";
import { leaseLost } from "./journal.ts";
import { Pool } from "./pool.ts";
import { namedOptions, prepareRun } from "./prepare-run.ts";
import { isTerminal, type RunRecord } from "./records.ts";
import { resultOf } from "./results.ts";
import {
  type CancelResult,
  type EnqueueOptions,
  provideDefaultDriver,
  type RunDriver,
  type RunOptions,
  type RunResult,
  type StartOptions,
  WorkflowRun,
} from "./run.ts";
import type { WorkflowSnapshot } from "./snapshot.ts";
import type { Claim, NewRun } from "./storage/claim-statements.ts";
import { WorkflowStorage } from "./storage.ts";

/** How an engine works. */
export interface EngineOptions {
  /** The workflows whose runs `tick` and `work` take; `createRun` adds its own. */
  readonly workflows?: readonly AnyDefinition[];
  /** A run whose process died goes on after at most this long, in milliseconds. @default 30_000 */
  readonly leaseMs?: number;
  /** A run that kills its process this many times in a row is failed. @default 5 */
  readonly maxIdleClaims?: number;
  /** The clock, ids, chance and network to use. */
  readonly effects?: Effects;
}

/** How much one tick does. */
export interface TickOptions {
  /** No run is begun after this many milliseconds. @default no limit */
  readonly budgetMs?: number;
  /** Takes at most this many runs. @default no limit */
  readonly limit?: number;
  /** Works on this many runs at a time. @default 10 */
  readonly concurrency?: number;
}

/** How a process works on what becomes due. */
export interface WorkOptions {
  /** Ends the work. */
  readonly signal: AbortSignal;
  /** Works on this many runs at a time. @default 10 */
  readonly concurrency?: number;
  /** Told of every run that was driven, and where it stands then. */
  readonly onRun?: (run: TickedRun) => void;
  /** Told why runs cannot be taken just now; the work goes on. */
  readonly onError?: (error: unknown) => void;
}

/** What a tick did. */
export interface TickResult {
  /** Every run that was taken, and where it stands now. */
  readonly runs: readonly TickedRun[];
  /** Milliseconds until a run is due: 0 when one is, `null` when none will be by itself. */
  readonly nextDueInMs: number | null;
}

/** What became of a run that a tick took; `error` says why it could not be driven. */
export interface TickedRun {
  /** The run's id. */
  readonly runId: string;
  /** The workflow's id. */
  readonly workflowId: string;
  /** Where it stands. */
  readonly status: RunResult<unknown>["status"];
  /** What went wrong. */
  readonly error?: Error;
}

const DEFAULT_LEASE_MS = 30_000;
const DEFAULT_MAX_IDLE_CLAIMS = 5;
const DEFAULT_CONCURRENCY = 10;
const MAX_IDLE_MS = 1_000;
const MAX_OUTAGE_MS = 30_000;
/** A hundred years. */
const MAX_MS = 3_155_760_000_000;

/**
 * Drives runs: claims one, loads its journal, runs its workflow, writes how it ended.
 *
 * @example
 * ```ts
 * import { ExecutionEngine, WorkflowStorage } from "@wrkflw/wrkflw";
 *
 * const engine = new ExecutionEngine(new WorkflowStorage({ url: ":memory:" }));
 * console.log((await engine.tick()).runs); // []
 * ```
 */
export class ExecutionEngine implements RunDriver {
  /** Where the runs are kept. */
  readonly storage: WorkflowStorage;
  readonly #workflows = new Map<string, AnyDefinition>();
  readonly #effects: Effects;
  readonly #leaseMs: number;
  readonly #maxIdleClaims: number;
  /** Runs that this process is driving. */
  readonly #drives = new Map<string, Drive<unknown>>();

  /**
   * Nothing is opened or claimed before the first call.
   *
   * @param storage Where the runs are kept. Default: `new WorkflowStorage()`.
   * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if an option cannot be used.
   */
  constructor(storage: WorkflowStorage = new WorkflowStorage(), options: EngineOptions = {}) {
    if (typeof storage?.claim !== "function") {
      throw new WrkflwError(
        "INVALID_ARGUMENT",
        "Cannot make an engine: pass a WorkflowStorage first",
      );
    }
    this.storage = storage;
    this.#effects = options.effects ?? systemEffects;
    this.#leaseMs = milliseconds(
      "leaseMs",
      positive("leaseMs", options.leaseMs ?? DEFAULT_LEASE_MS),
    );
    this.#maxIdleClaims = positive(
      "maxIdleClaims",
      options.maxIdleClaims ?? DEFAULT_MAX_IDLE_CLAIMS,
    );
    for (const workflow of options.workflows ?? []) {
      if (this.#workflows.has(workflow.id)) throw twice(workflow.id);
      this.register(workflow);
    }
  }

  /** Opens the database and brings its tables up to date. */
  async init(): Promise<void> {
    await this.storage.init();
  }

  /**
   * Adds a workflow, or puts a newer definition in the place of one with the same id.
   *
   * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if it is no committed workflow.
   */
  register(workflow: AnyDefinition): void {
    if (typeof workflow?.runParsed !== "function") {
      throw new WrkflwError(
        "INVALID_ARGUMENT",
        "Cannot register a workflow: take the result of commit()",
      );
    }
    this.#workflows.set(workflow.id, workflow);
  }

  /** The workflows whose runs this engine takes. */
  get workflows(): readonly AnyDefinition[] {
    return [...this.#workflows.values()];
  }

  /**
   * Makes a run; nothing is stored before it is started or enqueued.
   *
   * @param options A run id, or the run's id, idempotency key and tags.
   * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if the run id cannot be used; or that of
   * {@linkcode WorkflowStorage.init}, if the database cannot.
   */
  async createRun<In, Out>(
    definition: Definition<In, Out>,
    options: string | RunOptions = {},
  ): Promise<WorkflowRun<In, Out>> {
    const named = namedOptions(options);
    const runId = named.runId === undefined ? this.#effects.newId() : named.runId;
    assertRunId(runId);
    this.register(definition);
    await this.init();
    return new WorkflowRun(this, definition, { ...named, runId });
  }

  /** Starts a run and drives it as far as it goes; see {@linkcode WorkflowRun.safeStart}. */
  async startRun<Out>(
    definition: Definition<never, Out>,
    options: RunOptions & { readonly runId: string },
    start: StartOptions<unknown>,
  ): Promise<RunResult<Out>> {
    const run = await prepareRun(definition, options, start);
    const claim = await this.#create({ ...run, status: "running", dueInMs: this.#leaseMs });
    if (claim.isNew) return await this.#drive(claim, definition).result;
    return await this.#join(claim.run, definition);
  }

  /** Stores a run for the next tick; see {@linkcode WorkflowRun.enqueue}. @returns The run's id. */
  async enqueueRun(
    definition: AnyDefinition,
    options: RunOptions & { readonly runId: string },
    start: EnqueueOptions<unknown>,
  ): Promise<string> {
    const run = await prepareRun(definition, options, start);
    const { delayMs = 0 } = start;
    const claim = await this.#create({
      ...run,
      status: "pending",
      dueInMs: milliseconds("delayMs", delayMs),
    });
    return claim.run.runId;
  }

  async #create(run: Omit<NewRun, "writeId">): Promise<Claim & { readonly isNew: boolean }> {
    const writeId = this.#effects.newId();
    const claim = await this.storage.createRun({ ...run, writeId });
    const isNew = claim.run.writeId === writeId;
    if (!isNew) assertSameRun(claim.run, run);
    return { ...claim, isNew };
  }

  /** Waits for a run that this process is driving, or drives it when its process has died. */
  async #join<Out>(run: RunRecord, definition: Definition<never, Out>): Promise<RunResult<Out>> {
    const { runId } = run;
    const drive = this.#drives.get(runId);
    // The id is unique, and its workflow was compared: the outputs are of one type.
    if (drive !== undefined) return (await drive.result) as RunResult<Out>;
    const claim = isTerminal(run.status) ? null : await this.#claim([definition.id], runId);
    if (claim !== null) return await this.#drive(claim, definition).result;
    return await this.#resultOf<Out>(runId);
  }

  #claim(workflowIds: readonly string[], runId?: string): Promise<Claim | null> {
    return this.storage.claim({
      workflowIds,
      leaseMs: this.#leaseMs,
      writeId: this.#effects.newId(),
      ...(runId === undefined ? {} : { runId }),
    });
  }

  #drive<Out>(
    claim: Claim,
    definition: Definition<never, Out>,
    deadline = Number.POSITIVE_INFINITY,
  ): Drive<Out> {
    const { runId } = claim.run;
    const { result, stop } = drive(claim, definition, {
      storage: this.storage,
      effects: this.#effects,
      leaseMs: this.#leaseMs,
      maxIdleClaims: this.#maxIdleClaims,
      deadline,
    });
    const driving: Drive<Out> = {
      stop,
      result: result
        .catch((error) => {
          if (isLeaseLost(error)) return this.#resultOf<Out>(runId);
          throw error;
        })
        .finally(() => {
          // The run may have been claimed anew by this process meanwhile.
          if (this.#drives.get(runId) === driving) this.#drives.delete(runId);
        }),
    };
    this.#drives.set(runId, driving);
    return driving;
  }

  async #resultOf<Out>(runId: string): Promise<RunResult<Out>> {
    const loaded = await this.storage.loadRun(runId);
    if (loaded === null) throw notFound(runId);
    return resultOf<Out>(loaded.run, loaded.steps);
  }

  /**
   * Takes runs that are due, longest due first, and drives each as far as it goes: enqueued
   * runs, waits that are over, and runs whose process has died. Call it from a timer.
   *
   * @throws {WrkflwError} With code `INVALID_ARGUMENT` for options out of range, or
   * `STORAGE_UNAVAILABLE`, after the runs it took have ended. What goes wrong in one run is
   * reported with that run.
   */
  async tick(options: TickOptions = {}): Promise<TickResult> {
    const { budgetMs = Number.POSITIVE_INFINITY, limit = Number.POSITIVE_INFINITY } = options;
    const deadline = this.#effects.now() + nonNegative("budgetMs", budgetMs);
    const most = nonNegative("limit", limit);
    const runs: TickedRun[] = [];
    const pool = this.#pool(options.concurrency, deadline, (run) => runs.push(run));
    try {
      for (let taken = 0; taken < most && this.#effects.now() < deadline; taken++) {
        if (pool.isFull) await pool.freed();
        if (!(await pool.take())) break;
      }
    } finally {
      await pool.emptied();
    }
    return { runs, nextDueInMs: await this.#nextDueInMs() };
  }

  /**
   * Takes runs as they become due until the signal aborts, then waits for those it has; for
   * processes that live long. While the database does not answer it asks again, less and less
   * often.
   */
  async work(options: WorkOptions): Promise<void> {
    const { signal, onRun, onError } = options;
    const pool = this.#pool(options.concurrency, Number.POSITIVE_INFINITY, (run) => onRun?.(run));
    for (let outages = 0; !signal.aborted; ) {
      try {
        await this.#workOnce(pool, signal);
        outages = 0;
      } catch (error) {
        onError?.(error);
        await this.#effects.sleep(Math.min(MAX_IDLE_MS * 2 ** outages++, MAX_OUTAGE_MS), signal);
      }
    }
    await pool.emptied();
  }

  /** Fills the pool, or rests until a run is due, at most a second: another process may add one. */
  async #workOnce(pool: Pool, signal: AbortSignal): Promise<void> {
    if (pool.isFull) {
      await Promise.race([pool.freed(), this.#effects.sleep(MAX_IDLE_MS, signal)]);
    } else if (!(await pool.take())) {
      const nextDueInMs = (await this.#nextDueInMs()) ?? MAX_IDLE_MS;
      await this.#effects.sleep(Math.min(nextDueInMs, MAX_IDLE_MS), signal);
    }
  }

  #pool(
    concurrency: number = DEFAULT_CONCURRENCY,
    deadline: number,
    onRun: (run: TickedRun) => void,
  ): Pool {
    return new Pool({
      claim: () => this.#claim([...this.#workflows.keys()]),
      drive: async (claim) => onRun(await this.#report(claim, deadline)),
      concurrency: positive("concurrency", concurrency),
    });
  }

  #nextDueInMs(): Promise<number | null> {
    return this.storage.nextDueInMs([...this.#workflows.keys()]);
  }

  async #report(claim: Claim, deadline: number): Promise<TickedRun> {
    const { runId, workflowId } = claim.run;
    try {
      const definition = this.#definitionOf(workflowId);
      const { status } = await this.#drive(claim, definition, deadline).result;
      return { runId, workflowId, status };
    } catch (error) {
      return { runId, workflowId, status: "running", error: asError(error) };
    }
  }

  #definitionOf(workflowId: string): AnyDefinition {
    const definition = this.#workflows.get(workflowId);
    if (definition !== undefined) return definition;
    throw new WrkflwError(
      "WORKFLOW_NOT_FOUND",
      `Cannot find workflow ${quote(workflowId)}: give it to the engine as new ExecutionEngine(storage, { workflows: [...] })`,
    );
  }

  /**
   * Stops a run before its next step and aborts the step that is at work, where this process
   * is driving it. Canceling a run that is over changes nothing.
   *
   * @throws {WrkflwError} With code `RUN_NOT_FOUND`.
   */
  async cancel(runId: string): Promise<CancelResult> {
    const { isApplied, status } = await this.storage.cancel(runId);
    if (status === null) throw notFound(runId);
    if (isApplied) this.#drives.get(runId)?.stop(leaseLost(runId, status));
    return { runId, status, wasCanceled: isApplied };
  }

  /** A run as it stands, or `null` when there is none with this id. */
  async loadSnapshot(runId: string): Promise<WorkflowSnapshot | null> {
    return await this.storage.loadSnapshot(runId);
  }
}

function assertSameRun(stored: RunRecord, given: Omit<NewRun, "writeId">): void {
  const isSame = stored.workflowId === given.workflowId && stored.inputKey === given.inputKey;
  if (isSame) return;
  const taken =
    stored.runId === given.runId
      ? `run id ${quote(given.runId)}`
      : `idempotency key ${quote(given.idempotencyKey ?? "")}`;
  const owner =
    stored.workflowId === given.workflowId
      ? "with other input"
      : `of workflow ${quote(stored.workflowId)}`;
  throw new WrkflwError(
    "RUN_CONFLICT",
    `Cannot start workflow ${quote(given.workflowId)}: ${taken} belongs to a run ${owner}; use another one`,
  );
}

function isLeaseLost(error: unknown): boolean {
  return error instanceof WrkflwError && error.code === "LEASE_LOST";
}

function notFound(runId: string): WrkflwError {
  return new WrkflwError(
    "RUN_NOT_FOUND",
    `Cannot find run ${quote(runId)}: it was never stored, or was deleted`,
  );
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function twice(workflowId: string): WrkflwError {
  return new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot make an engine: two workflows have the id ${quote(workflowId)}; give one another id`,
  );
}

function positive(name: string, value: number): number {
  if (typeof value === "number" && value > 0) return value;
  throw outOfRange(name, "a number above 0", value);
}

function nonNegative(name: string, value: number): number {
  if (typeof value === "number" && value >= 0) return value;
  throw outOfRange(name, "a number from 0 up", value);
}

/** A length of time that the database is told: it must be one that a date can have. */
function milliseconds(name: string, value: number): number {
  if (nonNegative(name, value) <= MAX_MS) return value;
  throw outOfRange(name, `at most ${MAX_MS} milliseconds`, value);
}

function outOfRange(name: string, expected: string, value: unknown): WrkflwError {
  return new WrkflwError("INVALID_ARGUMENT", `${name} must be ${expected}: got ${String(value)}`);
}

provideDefaultDriver(() => new ExecutionEngine());
