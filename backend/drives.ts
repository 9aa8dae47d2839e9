import type { AnyDefinition, Definition } from "./definition.ts";
import { type Drive, type DriveOptions, drive } from "./drive.ts";
import { Durations } from "./durations.ts";
import { assertSameRun, isLeaseLost, runNotFound } from "./engine-errors.ts";
import type { WrkflwError } from "./errors.ts";
import type { HeldClaim } from "./held-claim.ts";
import { LeaseKeeper } from "./lease-keeper.ts";
import { isTerminal, type StoredRun } from "./records.ts";
import { type DrivenRun, resultOf } from "./results.ts";
import type { RunResult } from "./run.ts";
import type { BirthClaim, Claim, ClaimOptions, NewRun } from "./storage/claim.ts";
import { type Writers, writersOf } from "./storage/writers.ts";

/** What driving needs that does not change from run to run. */
type DrivesOptions = Pick<DriveOptions, "storage" | "effects" | "leaseMs" | "maxIdleClaims">;

/** What differs from run to run. @default no deadline */
export type BeginOptions = Partial<Pick<DriveOptions, "deadline" | "onWalked">>;

interface Driving extends Drive {
  readonly runId: string;
}

/** The runs that this process is driving, and how it comes by them. */
export class Drives {
  readonly #options: DrivesOptions;
  readonly #durations = new Durations();
  readonly #leases: LeaseKeeper;
  /** No `Map`: of one that always changes V8 keeps old tables, and in them runs that are over. */
  readonly #driving: Driving[] = [];
  /** A run is one of them from the moment at which it is stored or claimed until it is let go. */
  readonly #writers: Writers;

  constructor(options: DrivesOptions) {
    this.#options = options;
    this.#writers = writersOf(options.storage);
    this.#leases = new LeaseKeeper(options);
  }

  /**
   * Stores a run, unless its id or key is taken.
   *
   * @throws {WrkflwError} With code `RUN_CONFLICT`, if that belongs to another run.
   */
  async create(
    run: Omit<NewRun, "writeId">,
  ): Promise<BirthClaim & HeldClaim & { readonly isNew: boolean }> {
    const { storage, effects } = this.#options;
    let askedAt = effects.now();
    const writeId = effects.newId();
    this.#writers.join();
    let isClaimed = false;
    try {
      const claim = await storage.createRun({ ...run, writeId }, () => {
        askedAt = effects.now();
      });
      const isNew = claim.run.writeId === writeId;
      if (!isNew) assertSameRun(claim.run, run);
      isClaimed = isNew && run.status === "running";
      return { ...claim, askedAt, isNew };
    } finally {
      if (!isClaimed) this.#writers.leave();
    }
  }

  /** Claims runs that are due. */
  async claim(
    workflowIds: Iterable<string>,
    which: Pick<ClaimOptions, "runId" | "limit">,
  ): Promise<HeldClaim[]> {
    const { storage, effects, leaseMs } = this.#options;
    let askedAt = effects.now();
    const options = { workflowIds: [...workflowIds], leaseMs, claimId: effects.newId(), ...which };
    const claims = await storage.claimMany(options, () => {
      askedAt = effects.now();
    });
    this.#writers.join(claims.length);
    return claims.map((claim) => ({ ...claim, askedAt }));
  }

  /** Gives back a claimed run that is not driven. */
  async giveBack({ run }: Claim): Promise<void> {
    this.#writers.leave();
    await this.#options.storage.release(run.runId, run.epoch, 0);
  }

  /** Drives a claimed run; when its claim is lost, says how the run stands then. */
  begin(claim: HeldClaim, definition: AnyDefinition, beginOptions: BeginOptions = {}): Drive {
    const { runId } = claim.run;
    const { storage, effects, leaseMs, maxIdleClaims } = this.#options;
    const options = {
      storage,
      effects,
      leaseMs,
      maxIdleClaims,
      deadline: Number.POSITIVE_INFINITY,
      ...beginOptions,
      durations: this.#durations,
      leases: this.#leases,
      writers: this.#writers,
    };
    const begun = drive(claim, definition, options);
    const driving = { runId, stop: begun.stop, driven: this.#ended(runId, begun) };
    this.#driving.push(driving);
    return driving;
  }

  async #ended(runId: string, { driven, stop }: Drive): Promise<DrivenRun> {
    try {
      return await driven;
    } catch (error) {
      if (isLeaseLost(error)) return await this.load(runId);
      throw error;
    } finally {
      this.#writers.leave();
      const index = this.#driving.findIndex((driving) => driving.stop === stop);
      this.#driving.splice(index, 1);
    }
  }

  /** The latest, where a run was claimed anew by the process that had lost it. */
  #of(runId: string): Drive | undefined {
    return this.#driving.findLast((driving) => driving.runId === runId);
  }

  /**
   * Drives a run that is due until it rests. Where this process is driving it already, that is
   * waited for first, and then asked again: what wakes a run may come just after it was parked.
   */
  async follow<Out>(runId: string, definition: Definition<never, Out>): Promise<RunResult<Out>> {
    while (true) {
      const known = this.#of(runId);
      if (known !== undefined) {
        const driven = await known.driven;
        // The id is unique, and its workflow was compared: the outputs are of one type.
        if (isTerminal(driven.run.status)) return resultOf<Out>(driven);
      }
      const [claim] = await this.claim([definition.id], { runId });
      if (claim !== undefined) {
        const driven = await this.begin(claim, definition).driven;
        if (driven.run.status !== "pending") return resultOf<Out>(driven);
      } else if (this.#of(runId) === undefined) {
        return await this.resultOf<Out>(runId);
      }
    }
  }

  /** Aborts the steps of a run that are at work here, if this process is driving it. */
  stop(runId: string, reason: WrkflwError): void {
    this.#of(runId)?.stop(reason);
  }

  /** @throws {WrkflwError} With code `RUN_NOT_FOUND`. */
  async load(runId: string): Promise<StoredRun> {
    const loaded = await this.#options.storage.loadRun(runId);
    if (loaded === null) throw runNotFound(runId);
    return loaded;
  }

  /** How a run stands, as it is stored. */
  async resultOf<Out>(runId: string): Promise<RunResult<Out>> {
    return resultOf<Out>(await this.load(runId));
  }
}
