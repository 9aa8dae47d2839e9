import { setImmediate } from "node:timers/promises";
import type { HeldClaim } from "./held-claim.ts";
import { Room } from "./room.ts";

/** Where a pool gets its work, and what it does with it. */
export interface PoolOptions {
  /** Claims the runs that have been due longest, at most `limit`. */
  readonly claim: (limit: number) => Promise<readonly HeldClaim[]>;
  /**
   * Drives a claimed run; never rejects.
   *
   * @param onWalked Called when its work is over, and how that ended is still to be written.
   */
  readonly drive: (claim: HeldClaim, onWalked: () => void) => Promise<void>;
  /** Whether it is too late to begin with a claimed run. */
  readonly isLate: (claim: HeldClaim) => boolean;
  /** Gives back a claimed run that is not begun; never rejects. */
  readonly giveBack: (claim: HeldClaim) => Promise<void>;
  /** How many runs are at work at a time; as many again may be over and not written yet. */
  readonly concurrency: number;
  /** Milliseconds of any clock. */
  readonly now: () => number;
}

const SLOW_TURN_MS = 10;

/** Drives several runs at a time. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #room: Room;
  readonly #drives = new Set<Promise<void>>();
  #isFilled = false;
  /** How many are begun together next. */
  #width = 1;
  /** Resolves when it is known how those did that were begun last. */
  #learning: Promise<void> = Promise.resolve();

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#room = new Room(options.concurrency);
  }

  /**
   * Claims as many runs as there is room for, and begins to drive them.
   *
   * @param most Takes at most this many.
   * @returns How many were taken; 0 when none is due.
   */
  async take(most: number): Promise<number> {
    const room = this.#room.free;
    const claims = await this.#options.claim(Math.min(room, most));
    this.#isFilled = claims.length === room;
    // Whoever is told of runs that ended in the same commit may want no more.
    if (this.#room.hasUnwritten) await setImmediate();
    for (const left = [...claims]; left.length > 0; ) {
      await this.#learning;
      const begunAt = this.#options.now();
      const group = left.splice(0, this.#width);
      for (const claim of group) this.#begin(claim);
      // The next claim need not wait for it: it shares the round trip of what was begun.
      this.#learning = this.#learn(group.length, begunAt);
    }
    return claims.length;
  }

  /**
   * Sees how long what was begun holds up the event loop. Steps that do take the time of all that
   * were claimed with them, so the next are begun one by one then, and in growing numbers else: those
   * that are begun together share their commits.
   */
  async #learn(begun: number, begunAt: number): Promise<void> {
    await setImmediate();
    const isQuick = this.#options.now() - begunAt < SLOW_TURN_MS;
    this.#width = isQuick ? Math.max(this.#width, 2 * begun) : 1;
  }

  #begin(claim: HeldClaim): void {
    const { isLate, giveBack, drive } = this.#options;
    const { walked, leave } = this.#room.enter();
    const work = isLate(claim) ? giveBack(claim) : drive(claim, walked);
    const tracked = work.finally(() => {
      this.#drives.delete(tracked);
      leave();
    });
    this.#drives.add(tracked);
  }

  /** Whether the latest claim got as many runs as there was room for: more may be due. */
  get isFilled(): boolean {
    return this.#isFilled;
  }

  /** Resolves when there is room for a claim, see {@linkcode Room.made}, or it is waited for no longer. */
  async freed(): Promise<void> {
    if (this.#isFilled && (await this.#room.made())) this.#isFilled = false;
  }

  /** Ends the wait for room. */
  waitNoLonger(): void {
    this.#room.waitNoLonger();
  }

  /** Resolves when all drives have ended. */
  async emptied(): Promise<void> {
    await Promise.all(this.#drives);
  }
}
