import type { Drive } from "./drive.ts";
import type { BeginOptions } from "./drives.ts";
import type { Effects } from "./effects.ts";
import { WrkflwError } from "./errors.ts";
import type { HeldClaim } from "./held-claim.ts";
import { nonNegative, positive } from "./numbers.ts";
import { assertOptions, type OptionNames } from "./options.ts";
import { Pool } from "./pool.ts";
import type { RunResult } from "./run.ts";
import type { Scheduler } from "./scheduler.ts";
import { Sweeper } from "./sweeper.ts";
import { WorkObserver } from "./work-observer.ts";

/** How much one tick does. */
export interface TickOptions {
  /** No run is begun after this many milliseconds. @default no limit */
  readonly budgetMs?: number;
  /** Takes at most this many runs. @default no limit */
  readonly limit?: number;
  /** Works on this many runs at a time; as many again may be over and not stored yet. @default 10 */
  readonly concurrency?: number;
}

/** How a process works on what becomes due. */
export interface WorkOptions {
  /** Ends the work. */
  readonly signal: AbortSignal;
  /** Works on this many runs at a time; as many again may be over and not stored yet. @default 10 */
  readonly concurrency?: number;
  /**
   * Told of every run that was driven, and where it stands then. What it throws is told to `onError`; the
   * work goes on.
   */
  readonly onRun?: (run: TickedRun) => void;
  /**
   * Told why runs cannot be taken just now, at each try; the work goes on.
   *
   * @default the first error of an outage is written with `console.error`
   */
  readonly onError?: (error: unknown) => void;
}

/** What a tick did. */
export interface TickResult {
  /** Every run that was taken, and where it stands now. */
  readonly runs: readonly TickedRun[];
  /**
   * Milliseconds until a run or a schedule is due: 0 when one is, `null` when none will be by
   * itself.
   */
  readonly nextDueInMs: number | null;
  /** How many runs were deleted; absent in an engine without `retention`. */
  readonly deleted?: number;
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

/** What a ticker asks of its engine. */
export interface TickerOptions {
  /** Claims the runs that have been due longest, at most `limit`. */
  readonly claim: (limit: number) => Promise<readonly HeldClaim[]>;
  /** Drives a claimed run. */
  readonly drive: (claim: HeldClaim, options: BeginOptions) => Drive;
  /** Gives back a claimed run that is not begun. */
  readonly giveBack: (claim: HeldClaim) => Promise<void>;
  /** How long a claim may wait for its drive, in milliseconds. */
  readonly patienceMs: number;
  /** Milliseconds until a run is due. */
  readonly nextDueInMs: () => Promise<number | null>;
  /** Deletes some runs that are over and not kept. @returns How many; 0 when none is left. */
  readonly sweep?: () => Promise<number>;
  /** Makes the runs of schedules that are due. */
  readonly scheduler: Pick<Scheduler, "fire" | "fireIfDue" | "nextDueInMs">;
  readonly effects: Effects;
  /** Writes down what nobody asked to be told. @default console.error */
  readonly log?: (error: unknown) => void;
}

/** How a pool works for a tick, or for as long as a process lives. */
interface PoolPlan {
  /** By `effects.now()`. */
  readonly deadline: number;
  /** Whether no more runs are begun. */
  readonly isOver: () => boolean;
  readonly onRun: (run: TickedRun) => void;
}

const DEFAULT_CONCURRENCY = 10;
const MAX_IDLE_MS = 1_000;
const MAX_OUTAGE_MS = 30_000;

/** Takes what is due and drives it: once, or for as long as a process lives. */
export class Ticker {
  readonly #options: TickerOptions;
  readonly #sweeper: Sweeper | undefined;

  constructor(options: TickerOptions) {
    this.#options = options;
    const { sweep, effects } = options;
    if (sweep !== undefined) this.#sweeper = new Sweeper({ sweep, now: () => effects.now() });
  }

  /** See {@linkcode ExecutionEngine.tick}. */
  async tick(options: TickOptions = {}): Promise<TickResult> {
    const names = {
      budgetMs: true,
      limit: true,
      concurrency: true,
    } satisfies OptionNames<TickOptions>;
    assertOptions(options, "Cannot tick", names);
    const { budgetMs = Number.POSITIVE_INFINITY, limit = Number.POSITIVE_INFINITY } = options;
    const deadline = this.#options.effects.now() + nonNegative("budgetMs", budgetMs);
    const most = nonNegative("limit", limit);
    const runs: TickedRun[] = [];
    const isOver = () => this.#options.effects.now() >= deadline;
    const onRun = (run: TickedRun) => runs.push(run);
    const pool = this.#pool(options.concurrency, { deadline, isOver, onRun });
    let deleted = 0;
    // A schedule that cannot be read must not keep other runs from going on.
    const scheduling = await settled(this.#options.scheduler.fire());
    try {
      for (let left = most; left > 0; ) {
        await pool.freed();
        if (isOver()) break;
        const taken = await pool.take(left);
        if (taken === 0) break;
        left -= taken;
        deleted += (await this.#sweeper?.afterRuns(taken)) ?? 0;
      }
    } finally {
      await pool.emptied();
      // Also when no run can be taken: a full database may have room after this.
      deleted += (await this.#sweeper?.until(deadline)) ?? 0;
    }
    if (scheduling.status === "rejected") throw scheduling.reason;
    const nextDueInMs = await this.#nextDueInMs();
    return { runs, nextDueInMs, ...(this.#sweeper === undefined ? {} : { deleted }) };
  }

  /** See {@linkcode ExecutionEngine.work}. */
  async work(options: WorkOptions): Promise<void> {
    assertWorkOptions(options);
    const { signal, onRun, onError } = options;
    const { scheduler, log = (await import("node:console")).error } = this.#options;
    const observer = new WorkObserver(onError, log);
    const isOver = () => signal.aborted || observer.hasThrown;
    const pool = this.#pool(options.concurrency, {
      deadline: Number.POSITIVE_INFINITY,
      isOver,
      onRun: (run) => observer.tell(() => onRun?.(run)),
    });
    for (let outages = 0; !isOver(); ) {
      try {
        const scheduling = await settled(scheduler.fireIfDue());
        if (scheduling.status === "rejected") observer.failed(scheduling.reason);
        await this.#workOnce(pool, signal);
        outages = 0;
        if (scheduling.status === "fulfilled") observer.recovered();
      } catch (error) {
        observer.failed(error);
        // A full database may have room after this.
        await this.#sweeper?.whenIdle().catch(() => {});
        await this.#options.effects.sleep(
          Math.min(MAX_IDLE_MS * 2 ** outages++, MAX_OUTAGE_MS),
          signal,
        );
      }
    }
    await pool.emptied();
    observer.rethrow();
  }

  /** Fills the pool, or rests until a run is due, at most a second: another process may add one. */
  async #workOnce(pool: Pool, signal: AbortSignal): Promise<void> {
    if (pool.isFilled) return await this.#waitForRoom(pool);
    const taken = await pool.take(Number.POSITIVE_INFINITY);
    if (taken > 0) {
      await this.#sweeper?.afterRuns(taken);
    } else if (((await this.#sweeper?.whenIdle()) ?? 0) === 0) {
      const nextDueInMs = (await this.#nextDueInMs()) ?? MAX_IDLE_MS;
      await this.#options.effects.sleep(Math.min(nextDueInMs, MAX_IDLE_MS), signal);
    }
  }

  /** At most a second: a schedule may be due meanwhile. */
  async #waitForRoom(pool: Pool): Promise<void> {
    const freed = new AbortController();
    // Not a race: each would leave something behind until a run ends, and some take days.
    this.#options.effects.sleep(MAX_IDLE_MS, freed.signal).then(() => {
      if (!freed.signal.aborted) pool.waitNoLonger();
    });
    await pool.freed();
    freed.abort();
  }

  async #nextDueInMs(): Promise<number | null> {
    const { scheduler, nextDueInMs } = this.#options;
    // In this order: asking for the next slot may make the run of this one.
    const slot = await scheduler.nextDueInMs();
    const run = await nextDueInMs();
    return slot === null || run === null ? (slot ?? run) : Math.min(slot, run);
  }

  #pool(concurrency: number = DEFAULT_CONCURRENCY, { deadline, isOver, onRun }: PoolPlan): Pool {
    const { claim, effects, patienceMs, giveBack } = this.#options;
    const now = () => effects.now();
    return new Pool({
      claim,
      drive: async (claimed, onWalked) =>
        onRun(await this.#report(claimed, { deadline, onWalked })),
      isLate: ({ askedAt }) => isOver() || now() >= askedAt + patienceMs,
      // Its lease ends by itself where the database does not answer.
      giveBack: (claimed) => giveBack(claimed).catch(() => {}),
      concurrency: Math.ceil(positive("concurrency", concurrency)),
      now,
    });
  }

  async #report(claim: HeldClaim, options: BeginOptions): Promise<TickedRun> {
    const { runId, workflowId } = claim.run;
    try {
      const { run } = await this.#options.drive(claim, options).driven;
      return { runId, workflowId, status: run.status };
    } catch (error) {
      return { runId, workflowId, status: "running", error: asError(error) };
    }
  }
}

async function settled(promise: Promise<void>): Promise<PromiseSettledResult<void>> {
  const [result] = await Promise.allSettled([promise]);
  return result;
}

function assertWorkOptions(options: WorkOptions): void {
  const names = {
    signal: true,
    concurrency: true,
    onRun: true,
    onError: true,
  } satisfies OptionNames<WorkOptions>;
  assertOptions(options, "Cannot work", names);
  if (options.signal instanceof AbortSignal) return;
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    "Cannot work: signal must be an AbortSignal, which ends the work",
  );
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
