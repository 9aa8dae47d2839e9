import type { AnyDefinition, Definition } from "./definition.ts";
import type { ExecutionVisualizationOptions } from "./diagrams/diagram-options.ts";
import {
  quote,
  RunCanceledError,
  RunFailedError,
  RunSuspendedError,
  type SerializedError,
  type WaitInfo,
  WrkflwError,
} from "./errors.ts";
import type { RunStatus, StoredRun } from "./records.ts";
import type { StepResult, WorkflowSnapshot } from "./snapshot.ts";
import { type VisualizationFormat, visualizeExecution } from "./visualize.ts";

/** How a run is made; see {@linkcode ExecutionEngine.createRun}. */
export interface RunOptions {
  /** Letters, digits and dashes. @default a new time-ordered UUID */
  readonly runId?: string;
  /** Two starts of a workflow with the same key are one run. */
  readonly idempotencyKey?: string;
  /** Words to find the run by. */
  readonly tags?: readonly string[];
}

/** What a run is started with. */
export interface StartOptions<In> {
  /** The run's input. */
  readonly inputData: In;
  /** What the state begins with. @default {} */
  readonly initialState?: object;
}

/** What a run is enqueued with. */
export interface EnqueueOptions<In> extends StartOptions<In> {
  /** The run is not started earlier than this, in milliseconds from now. @default 0 */
  readonly delayMs?: number;
}

/** What a suspended run is resumed with. */
export interface ResumeOptions {
  /** Path of the step, such as `review/ask`; needed when several are suspended. */
  readonly step?: string;
  /** What the step finds as `resumeData`. */
  readonly resumeData?: unknown;
  /** Whether the run is driven at once, as far as it goes; else the next tick does. @default true */
  readonly drives?: boolean;
}

/** How a failed run is retried. */
export interface RetryOptions {
  /** Whether the run is driven at once, as far as it goes; else the next tick does. @default true */
  readonly drives?: boolean;
}

/** Where a run stands: over, waiting, or at work elsewhere. */
export type RunResult<Out> = RunFacts &
  (
    | { readonly status: "success"; readonly output: Out }
    | { readonly status: "failed"; readonly error: SerializedError }
    | { readonly status: "suspended" | "waiting"; readonly waits: readonly WaitInfo[] }
    | { readonly status: "blocked"; readonly error: SerializedError }
    | { readonly status: "canceled" | "pending" | "running" }
  );

/** What every result of a run has. */
export interface RunFacts {
  /** The run's id. */
  readonly runId: string;
  /** Results by step id, as in a snapshot. */
  readonly steps: Readonly<Record<string, StepResult>>;
}

/** What canceling did. */
export interface CancelResult {
  /** The run's id. */
  readonly runId: string;
  /** The run's status now. */
  readonly status: RunStatus;
  /** Whether this call canceled it; `false` when it was over already. */
  readonly wasCanceled: boolean;
}

/** What a run asks of the engine that drives it. */
export interface RunDriver {
  /** Opens the database and brings its tables up to date. */
  init(): Promise<void>;
  /** Makes a run; nothing is stored yet. */
  createRun<In, Out>(
    definition: Definition<In, Out>,
    options?: string | RunOptions,
  ): Promise<WorkflowRun<In, Out>>;
  /** Stores and drives a run. */
  startRun<Out>(
    definition: Definition<never, Out>,
    options: RunOptions & { readonly runId: string },
    start: StartOptions<unknown>,
  ): Promise<RunResult<Out>>;
  /** Stores a run for the next tick. @returns The id of the run that has the id or key now. */
  enqueueRun(
    definition: AnyDefinition,
    options: RunOptions & { readonly runId: string },
    start: EnqueueOptions<unknown>,
  ): Promise<string>;
  /** Resumes a suspended step and drives the run as far as it goes. */
  resume<Out>(runId: string, options?: ResumeOptions): Promise<RunResult<Out>>;
  /** Gives a failed run another chance and drives it as far as it goes. */
  retry<Out>(runId: string, options?: RetryOptions): Promise<RunResult<Out>>;
  /** Ends a run that is not over. */
  cancel(runId: string): Promise<CancelResult>;
  /** Reads a run as it stands. */
  loadSnapshot(runId: string): Promise<WorkflowSnapshot | null>;
  /** Reads a run with its records. */
  loadRun(runId: string): Promise<StoredRun | null>;
}

/** One run of a workflow. Nothing is stored before it is started or enqueued. */
export class WorkflowRun<In = never, Out = unknown> {
  /** The run's id. */
  #runId: string;
  readonly #driver: RunDriver;
  readonly #definition: Definition<In, Out>;
  readonly #options: RunOptions & { readonly runId: string };

  /** Made by `workflow.createRun()` and `engine.createRun()`. */
  constructor(
    driver: RunDriver,
    definition: Definition<In, Out>,
    options: RunOptions & { readonly runId: string },
  ) {
    this.#driver = driver;
    this.#definition = definition;
    this.#options = options;
    this.#runId = options.runId;
  }

  /** The run's id; once it is started or enqueued, that of the run which has the idempotency key. */
  get runId(): string {
    return this.#runId;
  }

  /** The id of the workflow that this is a run of. */
  get workflowId(): string {
    return this.#definition.id;
  }

  /**
   * Runs the workflow. A second start of the same run gives the result of the first.
   *
   * @returns The workflow's output.
   * @throws {ValidationError} If the input or the initial state is not what the workflow takes;
   * nothing is stored then.
   * @throws {RunFailedError} If the run failed; its `cause` is the step's error.
   * @throws {RunSuspendedError} If the run waits for something.
   * @throws {RunCanceledError} If the run was canceled.
   * @throws {WrkflwError} With code `RUN_CONFLICT`, if the id or key belongs to another run;
   * `RUN_IN_PROGRESS`, if another process is at work on it; `STORAGE_UNAVAILABLE`, if the
   * database does not answer: the run then goes on at a later tick.
   */
  async start(options: StartOptions<In>): Promise<Out> {
    return outputOf(await this.safeStart(options));
  }

  /** Like {@linkcode WorkflowRun.start}, but says how the run stands instead of rejecting for it. */
  async safeStart(options: StartOptions<In>): Promise<RunResult<Out>> {
    const result = await this.#driver.startRun(this.#definition, this.#options, options);
    this.#runId = result.runId;
    return result;
  }

  /** Records the run for the next tick and returns at once. Takes and throws what `start` does before it runs. */
  async enqueue(options: EnqueueOptions<In>): Promise<void> {
    this.#runId = await this.#driver.enqueueRun(this.#definition, this.#options, options);
  }

  /**
   * Resumes a suspended step, and drives the run as far as it goes.
   *
   * @returns The workflow's output.
   * @throws {ValidationError} If the data does not fit the step's `resumeSchema`; nothing changes then.
   * @throws {WrkflwError} With code `NOT_SUSPENDED`, if nothing is suspended there: the message
   * lists what is waiting. Otherwise as {@linkcode WorkflowRun.start}.
   */
  async resume(options?: ResumeOptions): Promise<Out> {
    return outputOf(await this.safeResume(options));
  }

  /** Like {@linkcode WorkflowRun.resume}, but says how the run stands instead of rejecting for it. */
  async safeResume(options?: ResumeOptions): Promise<RunResult<Out>> {
    return await this.#driver.resume(this.runId, options);
  }

  /**
   * Gives the run another chance after it has failed, and drives it as far as it goes; see
   * {@linkcode ExecutionEngine.retry}.
   *
   * @returns The workflow's output.
   * @throws {WrkflwError} With code `NOT_FAILED`, if it has not failed or somebody else was
   * first. Otherwise as {@linkcode WorkflowRun.start}.
   */
  async retry(options?: RetryOptions): Promise<Out> {
    return outputOf(await this.safeRetry(options));
  }

  /** Like {@linkcode WorkflowRun.retry}, but says how the run stands instead of rejecting for it. */
  async safeRetry(options?: RetryOptions): Promise<RunResult<Out>> {
    return await this.#driver.retry(this.runId, options);
  }

  /**
   * Stops the run before its next step. Canceling a run that is over changes nothing.
   *
   * @throws {WrkflwError} With code `RUN_NOT_FOUND`, if it was never started.
   */
  async cancel(): Promise<CancelResult> {
    return await this.#driver.cancel(this.runId);
  }

  /** The run as it stands; `null` before it is started. */
  async getSnapshot(): Promise<WorkflowSnapshot | null> {
    return await this.#driver.loadSnapshot(this.runId);
  }

  /**
   * A diagram of the run as it stands; see {@linkcode visualizeExecution}.
   *
   * @param format Default: `"mermaid"`.
   * @returns `null` before the run is started.
   */
  async visualize(
    format?: VisualizationFormat,
    options?: ExecutionVisualizationOptions,
  ): Promise<string | null> {
    const stored = await this.#driver.loadRun(this.runId);
    return stored && visualizeExecution(this.#definition, stored, format, options);
  }
}

/** The output of a run that succeeded; every other result becomes the error that says why not. */
function outputOf<Out>(result: RunResult<Out>): Out {
  switch (result.status) {
    case "success":
      return result.output;
    case "failed":
      throw new RunFailedError(result.runId, result.error);
    case "suspended":
    case "waiting":
      throw new RunSuspendedError(result.runId, result.waits);
    case "canceled":
      throw new RunCanceledError(result.runId);
    case "blocked":
      throw new WrkflwError(
        "RUN_BLOCKED",
        `Run ${quote(result.runId)} is blocked: ${result.error.message}`,
      );
    default:
      throw new WrkflwError(
        "RUN_IN_PROGRESS",
        `Cannot await run ${quote(result.runId)}: ${result.status === "pending" ? "it is stored for a later tick" : "another process is at work on it"}; its result will be in getSnapshot()`,
      );
  }
}

let driverOfProcess: (() => RunDriver) | undefined;

/** Says how the engine behind `workflow.createRun()` is made. Called once, by the engine's module. */
export function provideDefaultDriver(make: () => RunDriver): void {
  let driver: RunDriver | undefined;
  driverOfProcess = () => {
    driver ??= make();
    return driver;
  };
}

/** The engine that workflows use when none is named: one a process, over `new WorkflowStorage()`. */
export function defaultDriver(): RunDriver {
  if (driverOfProcess !== undefined) return driverOfProcess();
  throw new WrkflwError(
    "INVALID_DEFINITION",
    "Cannot run a workflow without an engine: import it from backend/index.ts",
  );
}
