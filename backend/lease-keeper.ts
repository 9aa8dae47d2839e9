import { type ClaimWriter, leaseLost } from "./claim-writer.ts";
import type { Effects } from "./effects.ts";
import type { WrkflwError } from "./errors.ts";
import { inNextTurn } from "./next-turn.ts";

/** A run whose lease is kept, and what is called when it is lost. */
export interface Kept {
  readonly writer: Pick<ClaimWriter, "runId" | "renewedAt" | "safeUntil" | "renew">;
  readonly stop: (reason: WrkflwError) => void;
}

/** When to look at a run again, by this process's clock. */
interface Watched {
  readonly kept: Kept;
  lookAt: number;
}

/** What a keeper needs. */
interface LeaseKeeperOptions {
  readonly effects: Pick<Effects, "now" | "sleep">;
  readonly leaseMs: number;
}

/**
 * Renews the leases of all runs that a process drives at every third of them, so that a step may
 * take longer than a lease, and stops the work on a run whose lease was not renewed in time,
 * whether or not the database answers. One timer serves them all.
 */
export class LeaseKeeper {
  readonly #effects: Pick<Effects, "now" | "sleep">;
  readonly #thirdMs: number;
  /** No `Map`: of one that always changes V8 keeps old tables, and in them runs that are over. */
  readonly #watched: Watched[] = [];
  #sleep: { readonly until: number; readonly cut: AbortController } | undefined;
  #isWatching = false;
  #isLeaving = false;

  constructor({ effects, leaseMs }: LeaseKeeperOptions) {
    this.#effects = effects;
    this.#thirdMs = leaseMs / 3;
  }

  /** Keeps a lease until {@linkcode LeaseKeeper.letGo}. */
  keep(kept: Kept): void {
    const watched = { kept, lookAt: 0 };
    this.#watched.push(watched);
    this.#look(watched);
    if (!this.#isWatching) this.#beginWatch();
    else if (this.#sleep !== undefined && watched.lookAt < this.#sleep.until)
      this.#sleep.cut.abort("sooner");
  }

  /** From now on the lease runs out by itself. */
  letGo(kept: Kept): void {
    const index = this.#watched.findIndex((each) => each.kept === kept);
    if (index >= 0) this.#watched.splice(index, 1);
    if (this.#watched.length > 0 || this.#isLeaving) return;
    this.#isLeaving = true;
    // Where runs follow one another, the next is there before the turn is over.
    inNextTurn(() => this.#leave());
  }

  /** A timer would keep the process from ending. */
  #leave(): void {
    this.#isLeaving = false;
    if (this.#watched.length === 0) this.#sleep?.cut.abort("nothing to keep");
  }

  /** Before the turn is over no time-out could be noticed: many a run is over sooner. */
  #beginWatch(): void {
    this.#isWatching = true;
    inNextTurn(() => void this.#watch());
  }

  async #watch(): Promise<void> {
    while (this.#watched.length > 0) {
      const until = Math.min(...this.#watched.map(({ lookAt }) => lookAt));
      this.#sleep = { until, cut: new AbortController() };
      await this.#effects.sleep(until - this.#effects.now(), this.#sleep.cut.signal);
      this.#lookAtAll();
    }
    this.#sleep = undefined;
    this.#isWatching = false;
  }

  #lookAtAll(): void {
    const now = this.#effects.now();
    for (const watched of this.#watched.filter(({ lookAt }) => lookAt <= now)) {
      const { kept } = watched;
      // A renewal that fails is tried again; if none gets through in time, the work ends.
      if (now - kept.writer.renewedAt >= this.#thirdMs) void this.#renew(watched).catch(() => {});
      this.#look(watched);
    }
  }

  /** Stops what is lost, or says when to look again. */
  #look(watched: Watched): void {
    const { writer } = watched.kept;
    const now = this.#effects.now();
    const safeMs = writer.safeUntil - now;
    const dueMs = writer.renewedAt + this.#thirdMs - now;
    watched.lookAt = now + Math.min(dueMs > 0 ? dueMs : this.#thirdMs, safeMs);
    if (safeMs <= 0) this.#lose(watched);
  }

  async #renew(watched: Watched): Promise<void> {
    const holds = await watched.kept.writer.renew();
    if (!holds && this.#watched.includes(watched)) this.#lose(watched);
  }

  #lose({ kept }: Watched): void {
    this.letGo(kept);
    kept.stop(leaseLost(kept.writer.runId, null));
  }
}
