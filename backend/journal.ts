import { ClaimWriter } from "./claim-writer.ts";
import type { Effects } from "./effects.ts";
import {
  CANCELED,
  type Ending,
  endingOf,
  isOpen,
  isWait,
  outputOf,
  type RecordedResult,
  waitOf,
} from "./endings.ts";
import { quote, serializeError, type WaitInfo } from "./errors.ts";
import type { HeldClaim } from "./held-claim.ts";
import type { CheckpointOptions, Entry, Outcome, Result, Siblings } from "./node.ts";
import { Origins } from "./origins.ts";
import type { StepRecord } from "./records.ts";
import { decode, encode } from "./serialize.ts";
import { errorOf, pathUpTo } from "./snapshot.ts";
import { merged, type State, stateOf } from "./state.ts";
import type { Writers } from "./storage/writers.ts";
import type { WorkflowStorage } from "./storage.ts";

/** What a journal needs beside the claim it keeps. */
export interface JournalOptions {
  readonly storage: WorkflowStorage;
  readonly effects: Effects;
  readonly leaseMs: number;
  /** Beside the run, which is one of them, its branches join these while they are at work. */
  readonly writers: Writers;
}

/** A place that has begun its work. */
export interface Opening {
  readonly path: string;
  readonly kind: string;
  readonly input: string | null;
  readonly inputFrom: number | null;
  readonly startedAt: number;
}

/** A run that waits again and again must not hold its process for ever. */
const MAX_RESTED_MS = 60_000;
/** Shown as the position of a run that has more steps at work than this. */
const MAX_POSITIONS = 8;

/**
 * What a claimed run has done: the records that were there when it was claimed, and those
 * put down since.
 */
export class Journal {
  /** Writes what is put down here. */
  readonly writer: ClaimWriter;
  readonly #claim: HeldClaim;
  readonly #options: JournalOptions;
  readonly #claimedAt: number;
  readonly #records: StepRecord[];
  readonly #latest = new Map<string, StepRecord>();
  readonly #suspensions = new Map<string, StepRecord>();
  readonly #resumptions = new Map<string, StepRecord>();
  readonly #origins = new Origins();
  readonly #atWork = new Set<string>();
  #reached: number;
  #hasBegun = false;
  #restedMs = 0;
  #state: State = {};
  /** How many records had been put down when the state was last changed: what begins then may read it. */
  #stateAfter = 0;
  #isLoaded = false;

  constructor(claim: HeldClaim, options: JournalOptions) {
    this.#claim = claim;
    this.#options = options;
    this.#claimedAt = options.effects.now();
    this.#records = [...claim.steps];
    this.#reached = claim.run.reached;
    for (const record of claim.steps) this.#note(record);
    this.writer = new ClaimWriter(claim, {
      ...options,
      place: () => ({ reached: this.#reached, position: positionOf(this.#atWork) }),
    });
  }

  get runId(): string {
    return this.#claim.run.runId;
  }

  /** How many signals the claim knew of. */
  get signals(): number {
    return this.#claim.run.signals;
  }

  get state(): State {
    return this.#state;
  }

  /** All records of the run, oldest first. */
  get records(): readonly StepRecord[] {
    return this.#records;
  }

  /**
   * The database's clock, or a little less: its time at the claim, and what has passed here since
   * the answer was there. So no moment is taken for reached before it is.
   */
  now(): number {
    return this.#claim.now + (this.#options.effects.now() - this.#claimedAt);
  }

  /**
   * The moment that is `ms` from now by the database's clock, or a little more: what has passed is
   * counted from when the claim was asked for. So no wait that is set by it ends early. What has no
   * length is over at once.
   */
  after(ms: number): number {
    if (ms <= 0) return this.now();
    const { now, askedAt } = this.#claim;
    return now + (this.#options.effects.now() - askedAt) + ms;
  }

  /**
   * Reads the run's state and its input, which the first node is given.
   *
   * @throws {WrkflwError} With code `STORAGE_CORRUPT`.
   */
  load(): unknown {
    this.#state = stateOf(this.#claim.run, this.#claim.steps);
    const input = this.#origins.read({ seq: 0, text: this.#claim.run.input ?? "null" });
    this.#isLoaded = true;
    return input;
  }

  /** Whether the state is known: a run that is blocked or given up is not always read. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  latest(path: string): StepRecord | undefined {
    return this.#latest.get(path);
  }

  /** The `seq` of the first record of a place; 0 where it has none. */
  firstSeqOf(path: string): number {
    return this.#latest.get(path)?.firstSeq ?? 0;
  }

  /**
   * Notes that a place begins, with its input as it is now: the work may change the object.
   *
   * @param entry The top-level entry that it lies in, from 0; -1 for none.
   */
  open(path: string, entry: number, options: CheckpointOptions): Opening {
    this.#reached = Math.max(this.#reached, entry);
    const { input } = options;
    const origin = this.#origins.of(input);
    return {
      path,
      kind: options.kind,
      input:
        origin !== undefined || input === undefined
          ? null
          : encode(input, () => `the input of ${quote(path)}`),
      inputFrom: origin?.seq ?? null,
      startedAt: this.now(),
    };
  }

  /**
   * Notes that a step is about to reach outside, and stores all that led to it.
   *
   * @param siblings Those that it runs beside, where they did not lead to it.
   * @throws {WrkflwError} As {@linkcode ClaimWriter.persist} does.
   */
  begin(path: string, siblings?: Siblings): Promise<unknown> {
    // It does not wait for what its siblings put down last, and nobody else may come to write that.
    if (siblings !== undefined && this.#atWork.size === 0) this.writer.write();
    this.#atWork.add(path);
    this.#hasBegun = true;
    return this.writer.persist(this.#neededBy(path, siblings));
  }

  /** How many records must be stored before a step begins. */
  #neededBy(path: string, siblings: Siblings | undefined): number {
    const { added } = this.writer;
    if (siblings === undefined || !this.#mayGoAhead(path)) return added;
    const tooMany = added + this.#atWork.size - siblings.most;
    return Math.min(added, Math.max(siblings.after, this.#stateAfter, tooMany));
  }

  /** Whether a step may begin before the results of its siblings are stored. */
  #mayGoAhead(path: string): boolean {
    // An attempt before it led to it.
    if (this.#latest.has(path)) return false;
    // Where a step may have killed its process, what is stored tells which.
    if (this.#claim.run.idleClaims > 0) return false;
    // Steps that hold up the event loop must let it renew the lease.
    return !this.writer.isLeaseOld;
  }

  /** Notes that several places come to write beside each other, until {@linkcode Journal.join}. */
  fork(): void {
    this.#options.writers.join();
  }

  /** Notes that they are over. */
  join(): void {
    this.#options.writers.leave();
  }

  /** Waits in the process; all short waits of a claim together are bounded. */
  async rest(ms: number, signal: AbortSignal): Promise<void> {
    this.#restedMs += ms;
    await this.#options.effects.sleep(ms, signal);
  }

  /** Whether this claim may wait in the process once more. */
  get canRest(): boolean {
    return this.#restedMs < MAX_RESTED_MS;
  }

  /** Whether this claim has put anything down. */
  get hasRecorded(): boolean {
    return this.#records.length > this.#claim.steps.length;
  }

  /** Whether this claim has begun a step. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /**
   * Puts down what came of a place. It is written with the next batch.
   *
   * @param isPassedOn Whether its output may be what another place is given, as it is.
   */
  close<Out>(opening: Opening, result: Result<Out>, isPassedOn: boolean): Outcome<Out> {
    this.#atWork.delete(opening.path);
    if ("waits" in result) return result;
    const record = this.#put(opening, this.#storable(opening.path, result));
    // It must not be lost with a sibling that is at work for long, and a suspension must be found.
    if (this.#atWork.size > 0) this.writer.write();
    return this.outcomeOf<Out>(record, isPassedOn);
  }

  /** What is known of a place whose work is not over. */
  entryOf(path: string): Entry | undefined {
    const record = this.#latest.get(path);
    if (record === undefined) return undefined;
    const event = this.#claim.events.get(path);
    const resumption = this.#resumptions.get(path);
    const isRetried = record.status === "retried";
    // Its attempts and waits begin anew; what came for it from outside came for good.
    if (isRetried && event === undefined && resumption === undefined) return undefined;
    const suspension = record.status === "resumed" ? this.#suspensions.get(path) : record;
    return {
      wait: isRetried ? {} : waitOf(suspension),
      ...(resumption === undefined
        ? {}
        : { resumed: { data: decode(resumption.output ?? "null") } }),
      ...(event === undefined ? {} : { event: { payload: decode(event) } }),
    };
  }

  /** Gives up every wait that the run no longer has. */
  cancelWaits(waits: readonly WaitInfo[]): void {
    const kept = new Set(waits.map(({ path }) => path));
    for (const record of [...this.#latest.values()]) {
      if (isWait(record) && !kept.has(record.path)) {
        this.#put({ ...record, input: null, inputFrom: null, startedAt: this.now() }, CANCELED);
      }
    }
  }

  /** What cannot be stored fails the step that returned it. */
  #storable(path: string, result: RecordedResult): Ending {
    try {
      const ending = endingOf(path, result);
      if (ending.state !== null) {
        encode(merged(this.#state, ending), () => `the state with what ${quote(path)} set`);
      }
      return ending;
    } catch (error) {
      const { logs } = result.notes ?? {};
      const failed = { status: "failed", error: { ...serializeError(error), step: path } } as const;
      return endingOf(path, logs === undefined ? failed : { ...failed, notes: { logs } });
    }
  }

  #put(opening: Opening, ending: Ending): StepRecord {
    const seq = this.#records.length + 1;
    const before = this.#latest.get(opening.path);
    // Each field by its name: it is made for every step, and spreads copy key by key.
    const record: StepRecord = {
      path: opening.path,
      attempt: (before?.attempt ?? 0) + 1,
      seq,
      firstSeq: before?.firstSeq ?? seq,
      kind: opening.kind,
      status: ending.status,
      input: opening.input,
      inputFrom: opening.inputFrom,
      output: ending.output,
      error: ending.error,
      wait: ending.wait,
      state: ending.state,
      logs: ending.logs,
      startedAt: opening.startedAt,
      endedAt: this.now(),
    };
    this.#state = merged(this.#state, record);
    this.#records.push(record);
    this.#note(record);
    this.writer.add(record);
    if (record.state !== null) this.#stateAfter = this.writer.added;
    return record;
  }

  #note(record: StepRecord): void {
    const { path, status, error } = record;
    this.#latest.set(path, record);
    if (status === "resumed") this.#resumptions.set(path, record);
    if (status !== "suspended") return;
    this.#suspensions.set(path, record);
    // The data of a resumption is for all attempts after it, until the step suspends again.
    if (error === null) this.#resumptions.delete(path);
  }

  /** A copy that still counts as the value it is a copy of, as it was recorded. */
  copy<T>(value: T): T {
    return this.#origins.copy(value);
  }

  /**
   * A copy for a user's code, as it was recorded.
   *
   * @param text The value as text, where that is known.
   */
  handOut<T>(value: T, text?: string | null): T {
    return this.#origins.handOut(value, text);
  }

  /**
   * How a record says that its place ended; an output is read back anew for each reader.
   *
   * @param isPassedOn As for {@linkcode Journal.close}.
   */
  outcomeOf<Out>(record: StepRecord, isPassedOn: boolean): Outcome<Out> {
    if (record.status === "failed") return { status: "failed", error: errorOf(record.error) };
    if (isOpen(record)) {
      return { status: "suspended", waits: [{ path: record.path, ...waitOf(record) }] };
    }
    // What ended the walk is recorded elsewhere; the process may have died before the run's end was.
    if (record.status === "canceled") return { status: "suspended", waits: [] };
    const text = outputOf(record);
    const output = isPassedOn ? this.#origins.read({ seq: record.seq, text }) : decode(text);
    return {
      status: record.status === "bailed" ? "bailed" : "success",
      output: output as Out,
    };
  }

  get executionPath(): number[] {
    return pathUpTo(this.#reached);
  }
}

function positionOf(paths: ReadonlySet<string>): string | null {
  return paths.size === 0 ? null : JSON.stringify([...paths].slice(0, MAX_POSITIONS));
}
