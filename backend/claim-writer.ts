import type { Effects } from "./effects.ts";
import { quote, WrkflwError } from "./errors.ts";
import type { HeldClaim } from "./held-claim.ts";
import { RecordBuffer } from "./record-buffer.ts";
import type { RunStatus, StepRecord } from "./records.ts";
import type { Commit, RunEnd } from "./storage/claim.ts";
import type { EventWait } from "./storage/signal-statements.ts";
import type { WorkflowStorage } from "./storage.ts";

/** What a writer needs beside the claim that it writes for. */
export interface ClaimWriterOptions {
  readonly storage: WorkflowStorage;
  readonly effects: Effects;
  readonly leaseMs: number;
  /** Where the run stands, as it is written beside its records. */
  readonly place: () => Pick<Commit, "reached" | "position">;
}

/** The work stops a little before others may take the run. */
const SAFE_PART = 0.9;
/** A batch stays within what every database takes. */
const MAX_WAITS_A_COMMIT = 30;
const STORED = Promise.resolve();
/** Made once: to note where an error was made takes as long as to write a record. */
const GIVEN_BACK = new Error("The run was given back");

/**
 * Writes what a claim has done: in batches, in order, and only while the claim holds. It knows how
 * long that is, and takes nothing more once the claim is lost or given back.
 */
export class ClaimWriter {
  readonly #claim: HeldClaim;
  readonly #options: ClaimWriterOptions;
  readonly #buffer = new RecordBuffer();
  #added = 0;
  #stored = 0;
  #isLate = false;
  #writing: Promise<unknown> | undefined;
  /**
   * Whether the batch of `#writing` is not put together yet, so that it takes what is added. It stays so
   * where that failed before: nothing is taken then.
   */
  #isGathering = false;
  #failure: Error | undefined;
  #renewedAt: number;

  constructor(claim: HeldClaim, options: ClaimWriterOptions) {
    this.#claim = claim;
    this.#options = options;
    this.#renewedAt = claim.askedAt;
  }

  get runId(): string {
    return this.#claim.run.runId;
  }

  /** How many records were added. */
  get added(): number {
    return this.#added;
  }

  /** When this process last knew the lease to be renewed, by its own clock. */
  get renewedAt(): number {
    return this.#renewedAt;
  }

  /** Until when this process may go on without another renewal, by its own clock. */
  get safeUntil(): number {
    return this.#renewedAt + this.#options.leaseMs * SAFE_PART;
  }

  /**
   * Refuses what a process may not begin any more: steps that hold up the event loop keep the
   * watch on the lease from seeing that it is over.
   *
   * @throws {WrkflwError} With code `LEASE_LOST`.
   */
  assertHeld(): void {
    if (this.#options.effects.now() >= this.safeUntil) {
      this.#isLate = true;
      this.fail(leaseLost(this.runId, null));
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Whether it came too late to the beginning of some work: that is no death of the process. */
  get isLate(): boolean {
    return this.#isLate;
  }

  /** Whether so much of the lease is over that it is to be renewed. */
  get isLeaseOld(): boolean {
    return this.#isLeaseOldAt(this.#options.effects.now());
  }

  #isLeaseOldAt(now: number): boolean {
    return now - this.#renewedAt >= this.#options.leaseMs / 3;
  }

  /**
   * Lengthens the lease. A step at work may take longer than one.
   *
   * @returns `false` when the claim is lost.
   */
  async renew(): Promise<boolean> {
    const { storage, leaseMs, effects, place } = this.#options;
    const askedAt = effects.now();
    const { runId, epoch } = this.#claim.run;
    const holds = await storage.renew({ runId, epoch, leaseMs, ...place() });
    if (holds) this.#renewedAt = Math.max(this.#renewedAt, askedAt);
    return holds;
  }

  /**
   * Takes a record, to be written with the next batch. After a failure it takes none: that a step could
   * not begin is no result of it, and a batch may still be gathering.
   */
  add(record: StepRecord): void {
    if (this.#failure !== undefined) return;
    this.#added++;
    this.#buffer.add(record);
    if (this.#buffer.isFull) this.persist().catch(() => {});
  }

  /** Has what was added written, and does not wait for it. */
  write(): void {
    // The batch that is gathering takes it; for what does not fit, add() has asked for another.
    if (!this.#isGathering) this.persist().catch(() => {});
  }

  /**
   * Resolves when the first records are stored. Calls that are made until the batch is put
   * together share it; of a failure for another reason meanwhile only
   * {@linkcode ClaimWriter.assertHeld} is sure to tell.
   *
   * @param count How many of those that were added before this call. Default: all.
   * @throws {WrkflwError} With code `LEASE_LOST`, when somebody else has the run now, or
   * `STORAGE_UNAVAILABLE`. The writer takes nothing more after that.
   */
  persist(count: number = this.#added): Promise<unknown> {
    if (this.#stored >= count && this.#failure === undefined) return STORED;
    // A batch takes the oldest first: all that is there now, unless it is too much.
    const fits = this.#isGathering && this.#failure === undefined && !this.#buffer.isFull;
    return fits && this.#writing !== undefined ? this.#writing : this.#persistFirst(count);
  }

  async #persistFirst(count: number): Promise<void> {
    while (this.#stored < count && this.#failure === undefined) {
      this.#writing ??= this.#commit((now) => this.#commitOf(this.#buffer.take(), now));
      const writing = this.#writing;
      await writing;
      // Of several that waited for it, the first may have begun with the next batch.
      if (this.#writing === writing) this.#writing = undefined;
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /**
   * Writes the last records and how the run ended or what it waits for, and gives the run back.
   *
   * @param events The events that it waits for.
   * @returns The run's status: `pending` instead of a wait, when a signal came meanwhile.
   */
  async settle(end: RunEnd, events: readonly EventWait[] = []): Promise<RunStatus> {
    // Nobody else writes once this has begun: what was put down goes with the end.
    while (this.#writing !== undefined) await this.#writing;
    const settling = this.#settle(end, [...events]);
    this.#writing = settling;
    const status = await settling;
    this.fail(GIVEN_BACK);
    return status;
  }

  async #settle(end: RunEnd, waits: EventWait[]): Promise<RunStatus> {
    let isLast = false;
    let status: RunStatus = end.status;
    while (!isLast) {
      status = await this.#commit((now) => {
        const steps = waits.length > MAX_WAITS_A_COMMIT ? [] : this.#buffer.take();
        const events = waits.splice(0, MAX_WAITS_A_COMMIT);
        const commit = { ...this.#commitOf(steps, now), events };
        isLast = this.#buffer.isEmpty && waits.length === 0;
        return isLast ? { ...commit, end } : commit;
      });
    }
    return status;
  }

  /** Why nothing more is taken: it failed, or the run was given back. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** From now on nothing is written: another process may have the run. */
  fail(error: Error): void {
    this.#failure ??= error;
  }

  #commitOf(steps: readonly StepRecord[], now: number): Commit {
    const { leaseMs, place } = this.#options;
    const { runId, epoch } = this.#claim.run;
    const { reached, position } = place();
    const commit = { runId, epoch, reached, position, steps };
    // Steps that hold up the event loop keep the timer from renewing it.
    return this.#isLeaseOldAt(now) ? { ...commit, leaseMs } : commit;
  }

  /** @param build Is given the moment at which it is called, before the batch is sent. */
  async #commit(build: (now: number) => Commit): Promise<RunStatus> {
    if (this.#failure !== undefined) throw this.#failure;
    let commit: Commit | undefined;
    try {
      const { storage, effects } = this.#options;
      let askedAt = 0;
      this.#isGathering = true;
      const { isApplied, status } = await storage.commit(() => {
        this.#isGathering = false;
        askedAt = effects.now();
        commit = build(askedAt);
        return commit;
      });
      if (!isApplied || status === null) throw leaseLost(this.runId, status);
      if (commit?.leaseMs !== undefined) this.#renewedAt = Math.max(this.#renewedAt, askedAt);
      this.#stored += commit?.steps.length ?? 0;
      return status;
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }
}

/** The claim on a run is no longer ours. */
export function leaseLost(runId: string, status: RunStatus | null): WrkflwError {
  const now = status === null ? "it was deleted" : `its status is ${quote(status)} now`;
  return new WrkflwError(
    "LEASE_LOST",
    `Lost run ${quote(runId)}: ${now}, and another process may have it`,
  );
}
