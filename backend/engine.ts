import { leaseLost } from "./claim-writer.ts";
import type { AnyDefinition, Definition } from "./definition.ts";
import { Drives } from "./drives.ts";
import { type Effects, systemEffects } from "./effects.ts";
import { notOver, runNotFound, sameWorkflowId, workflowNotFound } from "./engine-errors.ts";
import { WrkflwError } from "./errors.ts";
import { explainRun } from "./explain.ts";
import { assertRunId } from "./ids.ts";
import { milliseconds, positive } from "./numbers.ts";
import { assertOptions, type OptionNames } from "./options.ts";
import { namedOptions, prepareRun } from "./prepare-run.ts";
import { isTerminal, type RunRecord, type StoredRun } from "./records.ts";
import { resultOf } from "./results.ts";
import { Retention, type RetentionRule } from "./retention.ts";
import {
  type CancelResult,
  type EnqueueOptions,
  provideDefaultDriver,
  type ResumeOptions,
  type RetryOptions,
  type RunDriver,
  type RunOptions,
  type RunResult,
  type StartOptions,
  WorkflowRun,
} from "./run.ts";
import type { EventOptions, EventResult } from "./send-event.ts";
import type { WorkflowSnapshot } from "./snapshot.ts";
import type { ScheduleRecord } from "./storage/schedule-store.ts";
import { WorkflowStorage } from "./storage.ts";
import type { Ticker, TickOptions, TickResult, WorkOptions } from "./ticker.ts";

/** How an engine works. */
export interface EngineOptions {
  /** The workflows whose runs `tick` and `work` take; `createRun` adds its own. */
  readonly workflows?: readonly AnyDefinition[];
  /** A run whose process died goes on after at most this long, in milliseconds. @default 30_000 */
  readonly leaseMs?: number;
  /** A run that kills its process this many times in a row is failed. @default 5 */
  readonly maxIdleClaims?: number;
  /**
   * Which runs are deleted some time after they are over, with all that is stored of them: one
   * rule or several, of which the first that fits a run's workflow and status counts. `tick` and
   * `work` see to it.
   *
   * @default every run is kept
   */
  readonly retention?: RetentionRule | readonly RetentionRule[];
  /** The clock, ids, chance and network to use. */
  readonly effects?: Effects;
}

const ENGINE_OPTIONS = {
  workflows: true,
  leaseMs: true,
  maxIdleClaims: true,
  retention: true,
  effects: true,
} satisfies OptionNames<EngineOptions>;
const DEFAULT_LEASE_MS = 30_000;
const DEFAULT_MAX_IDLE_CLAIMS = 5;

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
  readonly #exampleInputs = new Map<string, unknown>();
  readonly #effects: Effects;
  readonly #leaseMs: number;
  readonly #drives: Drives;
  readonly #retention: Retention;
  #ticker: Promise<Ticker> | undefined;

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
    assertOptions(options, "Cannot make an engine", ENGINE_OPTIONS);
    this.storage = storage;
    this.#effects = options.effects ?? systemEffects;
    this.#leaseMs = milliseconds(
      "leaseMs",
      positive("leaseMs", options.leaseMs ?? DEFAULT_LEASE_MS),
    );
    this.#drives = new Drives({
      storage,
      effects: this.#effects,
      leaseMs: this.#leaseMs,
      maxIdleClaims: positive("maxIdleClaims", options.maxIdleClaims ?? DEFAULT_MAX_IDLE_CLAIMS),
    });
    this.#retention = new Retention(options.retention);
    const { workflows = [] } = options;
    if (!Array.isArray(workflows)) {
      throw new WrkflwError(
        "INVALID_ARGUMENT",
        "Cannot make an engine: workflows must be a list of committed workflows",
      );
    }
    for (const workflow of workflows) {
      if (this.#workflows.has(workflow?.id)) throw sameWorkflowId(workflow.id);
      this.register(workflow);
    }
  }

  /** Opens the database and brings its tables up to date. */
  init(): Promise<void> {
    return this.storage.init();
  }

  /**
   * Adds a workflow, or puts a newer definition in the place of one with the same id.
   *
   * @param exampleInput An input to try it with, for people and forms.
   * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if it is no committed workflow.
   */
  register(workflow: AnyDefinition, exampleInput?: unknown): void {
    if (typeof workflow?.runParsed !== "function") {
      throw new WrkflwError(
        "INVALID_ARGUMENT",
        "Cannot register a workflow: take the result of commit()",
      );
    }
    this.#workflows.set(workflow.id, workflow);
    if (exampleInput !== undefined) this.#exampleInputs.set(workflow.id, exampleInput);
  }

  /** The workflows whose runs this engine takes. */
  get workflows(): readonly AnyDefinition[] {
    return [...this.#workflows.values()];
  }

  /** The input that a workflow was registered with, to try it; `undefined` when there is none. */
  exampleInputOf(workflowId: string): unknown {
    return this.#exampleInputs.get(workflowId);
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
    if (named.runId !== undefined) assertRunId(named.runId);
    const runId = named.runId ?? this.#effects.newId();
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
    const claim = await this.#drives.create({ ...run, status: "running", dueInMs: this.#leaseMs });
    if (claim.isNew) {
      const driven = await this.#drives.begin(claim, definition).driven;
      if (driven.run.status !== "pending") return resultOf<Out>(driven);
    } else if (isTerminal(claim.run.status)) {
      return await this.#drives.resultOf<Out>(claim.run.runId);
    }
    return await this.#drives.follow(claim.run.runId, definition);
  }

  /** Stores a run for the next tick; see {@linkcode WorkflowRun.enqueue}. @returns The run's id. */
  async enqueueRun(
    definition: AnyDefinition,
    options: RunOptions & { readonly runId: string },
    start: EnqueueOptions<unknown>,
  ): Promise<string> {
    const run = await prepareRun(definition, options, start);
    const { delayMs = 0 } = start;
    const claim = await this.#drives.create({
      ...run,
      status: "pending",
      dueInMs: milliseconds("delayMs", delayMs),
    });
    return claim.run.runId;
  }

  async #find(runId: string): Promise<RunRecord> {
    const run = await this.storage.findRun(runId);
    if (run === null) throw runNotFound(runId);
    return run;
  }

  /**
   * Takes runs that are due, longest due first, and drives each as far as it goes: those of
   * schedules, enqueued runs, waits that are over, and runs whose process has died. Then it
   * deletes what `retention` does not keep. Call it from a timer.
   *
   * @throws {WrkflwError} With code `INVALID_ARGUMENT` for options out of range, or
   * `INVALID_DEFINITION` for a schedule that cannot be read and `STORAGE_UNAVAILABLE`, after the
   * runs it took have ended. What goes wrong in one run is reported with that run.
   */
  async tick(options?: TickOptions): Promise<TickResult> {
    return await (await this.#loadTicker()).tick(options);
  }

  /**
   * Takes runs as they become due until the signal aborts, then waits for those it has; for
   * processes that live long. While the database does not answer it asks again, less and less
   * often.
   */
  async work(options: WorkOptions): Promise<void> {
    await (await this.#loadTicker()).work(options);
  }

  /** By the first tick only: programs that just start runs need nothing of it. A failure is not remembered. */
  #loadTicker(): Promise<Ticker> {
    this.#ticker ??= this.#makeTicker().catch((error) => {
      this.#ticker = undefined;
      throw error;
    });
    return this.#ticker;
  }

  async #makeTicker(): Promise<Ticker> {
    const [{ Ticker }, { Scheduler }] = await Promise.all([
      import("./ticker.ts"),
      import("./scheduler.ts"),
    ]);
    const storage = this.storage;
    const effects = this.#effects;
    const workflowIds = () => [...this.#workflows.keys()];
    const sweep = () => storage.deleteExceeding(this.#retention.limitsFor(workflowIds()));
    return new Ticker({
      claim: (limit) => this.#drives.claim(this.#workflows.keys(), { limit }),
      giveBack: (claim) => this.#drives.giveBack(claim),
      patienceMs: this.#leaseMs / 3,
      drive: (claim, beginOptions) =>
        this.#drives.begin(claim, this.#definitionOf(claim.run.workflowId), beginOptions),
      nextDueInMs: () => storage.nextDueInMs(workflowIds()),
      ...(this.#retention.isOff ? {} : { sweep }),
      scheduler: new Scheduler({ storage, workflows: () => this.#workflows.values(), effects }),
      effects,
    });
  }

  /** The caller says what a run puts out; only its workflow could tell. */
  #definitionOf<Out>(workflowId: string): Definition<never, Out> {
    const definition = this.#workflows.get(workflowId);
    if (definition !== undefined) return definition as Definition<never, Out>;
    throw workflowNotFound(workflowId);
  }

  /**
   * Resumes a suspended step with data, then drives the run as far as it goes. A blocked run is
   * tried again with the definition at hand.
   *
   * @throws {ValidationError} If the data does not fit the step's `resumeSchema`; nothing changes then.
   * @throws {WrkflwError} With code `RUN_NOT_FOUND`, `WORKFLOW_NOT_FOUND`, or `NOT_SUSPENDED`
   * with a list of what is waiting.
   */
  async resume<Out>(runId: string, options: ResumeOptions = {}): Promise<RunResult<Out>> {
    const { assertResumeOptions, resumeStep, unblockRun } = await import("./resume.ts");
    assertResumeOptions(options);
    const loaded = await this.#drives.load(runId);
    const definition = this.#definitionOf<Out>(loaded.run.workflowId);
    if (loaded.run.status === "blocked") await unblockRun(this.storage, runId, options);
    else await resumeStep(this.storage, definition, loaded, options);
    if (options.drives === false) return await this.#drives.resultOf(runId);
    return await this.#drives.follow(runId, definition);
  }

  /**
   * Gives a failed run another chance, then drives it as far as it goes: steps that failed are
   * executed again with all their attempts, waits that were given up for the failure go on,
   * time limits of workflows begin anew, and what succeeded is passed over.
   *
   * @throws {WrkflwError} With code `RUN_NOT_FOUND`, `WORKFLOW_NOT_FOUND`, or `NOT_FAILED`, if
   * the run has not failed or somebody else was first.
   */
  async retry<Out>(runId: string, options: RetryOptions = {}): Promise<RunResult<Out>> {
    const names = { drives: true } satisfies OptionNames<RetryOptions>;
    assertOptions(options, "Cannot retry a run", names);
    const run = await this.#find(runId);
    const definition = this.#definitionOf<Out>(run.workflowId);
    const { retryRun } = await import("./retry-run.ts");
    await retryRun(this.storage, run, this.#effects.newId());
    if (options.drives === false) return await this.#drives.resultOf(runId);
    return await this.#drives.follow(runId, definition);
  }

  /**
   * Drives a run as far as it goes, if it is due: one that was enqueued, or resumed or retried
   * without being driven. A tick would do the same.
   *
   * @throws {WrkflwError} With code `RUN_NOT_FOUND` or `WORKFLOW_NOT_FOUND`.
   */
  async advance<Out>(runId: string): Promise<RunResult<Out>> {
    const run = await this.#find(runId);
    return await this.#drives.follow(runId, this.#definitionOf<Out>(run.workflowId));
  }

  /**
   * Sends an event to the run that has waited longest for one with this name and match; an
   * event that nobody waits for yet is kept. The run goes on at the next tick.
   *
   * @throws {ValidationError} If a wait for this event does not take such a payload.
   * @throws {WrkflwError} With code `INVALID_ARGUMENT`, `NOT_SERIALIZABLE` or `PAYLOAD_TOO_LARGE`.
   */
  async sendEvent(
    name: string,
    payload?: unknown,
    options: EventOptions = {},
  ): Promise<EventResult> {
    const { assertEventOptions, sendEvent } = await import("./send-event.ts");
    assertEventOptions(options);
    return await sendEvent(this.storage, this.workflows, { name, payload, ...options }, () =>
      this.#effects.newId(),
    );
  }

  /**
   * One plain sentence on what a run does or waits for.
   *
   * @throws {WrkflwError} With code `RUN_NOT_FOUND`.
   */
  async explain(runId: string): Promise<string> {
    const loaded = await this.#drives.load(runId);
    return explainRun(loaded.run, loaded.steps, this.#effects.now());
  }

  /**
   * Stops a run before its next step and aborts the step that is at work, where this process
   * is driving it. Canceling a run that is over changes nothing.
   *
   * @throws {WrkflwError} With code `RUN_NOT_FOUND`.
   */
  async cancel(runId: string): Promise<CancelResult> {
    const { isApplied, status } = await this.storage.cancel(runId);
    if (status === null) throw runNotFound(runId);
    if (isApplied) this.#drives.stop(runId, leaseLost(runId, status));
    return { runId, status, wasCanceled: isApplied };
  }

  /**
   * Deletes a run that is over, with all its records.
   *
   * @throws {WrkflwError} With code `RUN_NOT_FOUND`, or `RUN_IN_PROGRESS`, if it is not over.
   */
  async deleteRun(runId: string): Promise<void> {
    await this.#find(runId);
    const status = await this.storage.deleteFinishedRun(runId);
    if (status !== null) throw notOver(runId, status);
  }

  /** A run as it stands, or `null` when there is none with this id. */
  async loadSnapshot(runId: string): Promise<WorkflowSnapshot | null> {
    return await this.storage.loadSnapshot(runId);
  }

  /** A run with its records, or `null` when there is none with this id. */
  async loadRun(runId: string): Promise<StoredRun | null> {
    return await this.storage.loadRun(runId);
  }

  /**
   * Where the schedules of this engine's workflows stand, by workflow id; one that no tick has
   * seen yet is not there.
   */
  async loadSchedules(): Promise<ReadonlyMap<string, ScheduleRecord>> {
    const scheduled = this.workflows.filter(({ schedule }) => schedule !== undefined);
    if (scheduled.length === 0) return new Map();
    const { schedules } = await this.storage.schedules.load(scheduled.map(({ id }) => id));
    return schedules;
  }
}

provideDefaultDriver(() => new ExecutionEngine());
