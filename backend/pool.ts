import { setImmediate } from "node:timers/promises";
import type { HeldClaim } from "./storage/claim.ts";

/** Where a pool gets its work, and what it does with it. */
export interface PoolOptions {
  /** Claims the runs that have been due longest, at most `limit`. */
  readonly claim: (limit: number) => Promise<readonly HeldClaim[]>;
  /** Drives a claimed run; never rejects. */
  readonly drive: (claim: HeldClaim) => Promise<void>;
  /** Whether it is too late to begin with a claimed run. */
  readonly isLate: (claim: HeldClaim) => boolean;
  /** Gives back a claimed run that is not begun; never rejects. */
  readonly giveBack: (claim: HeldClaim) => Promise<void>;
  /** How many runs are driven at a time. */
  readonly concurrency: number;
  /** Milliseconds of any clock. */
  readonly now: () => number;
}

const SLOW_TURN_MS = 10;

/** Drives several runs at a time. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #drives = new Set<Promise<void>>();
  #isFilled = false;
  #freeing: Promise<void> | undefined;
  /** How many are begun together next. */
  #width = 1;
  /** Resolves when it is known how those did that were begun last. */
  #learning: Promise<void> = Promise.resolve();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /**
   * Claims as many runs as there is room for, and begins to drive them.
   *
   * @param most Takes at most this many.
   * @returns How many were taken; 0 when none is due.
   */
  async take(most: number): Promise<number> {
    const room = this.#room;
    const claims = await this.#options.claim(Math.min(room, most));
    this.#isFilled = claims.length === room;
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

  get #room(): number {
    return this.#options.concurrency - this.#drives.size;
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
    const work = isLate(claim) ? giveBack(claim) : drive(claim);
    const tracked = work.finally(() => this.#drives.delete(tracked));
    this.#drives.add(tracked);
  }

  /** Whether runs were taken for all the room that there was. */
  get isFilled(): boolean {
    return this.#isFilled;
  }

  /**
   * Resolves when there is room. Where all of it was taken it waits for the drives that end right after
   * the first one: what is claimed together is driven together, and shares its commits.
   */
  freed(): Promise<void> {
    if (!this.#isFilled) return Promise.resolve();
    this.#freeing ??= this.#madeRoom();
    return this.#freeing;
  }

  async #madeRoom(): Promise<void> {
    if (this.#room === 0) await Promise.race(this.#drives);
    for (let room = 0; room < this.#room && this.#drives.size > 0; ) {
      room = this.#room;
      // A commit of the turn in which one ended is over after the next.
      await setImmediate();
      await setImmediate();
    }
    this.#isFilled = false;
    this.#freeing = undefined;
  }

  /** Resolves when all drives have ended. */
  async emptied(): Promise<void> {
    await Promise.all(this.#drives);
  }
}
