import { setImmediate } from "node:timers/promises";
import type { Claim } from "./storage/claim-statements.ts";

/** Where a pool gets its work, and what it does with it. */
export interface PoolOptions {
  /** Claims the runs that have been due longest, at most `limit`. */
  readonly claim: (limit: number) => Promise<readonly Claim[]>;
  /** Drives a claimed run; never rejects. */
  readonly drive: (claim: Claim) => Promise<void>;
  /** How many runs are driven at a time. */
  readonly concurrency: number;
}

/** Drives several runs at a time. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #drives = new Set<Promise<void>>();

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
    const room = this.#options.concurrency - this.#drives.size;
    const claims = await this.#options.claim(Math.min(room, most));
    for (const claim of claims) {
      const drive = this.#options.drive(claim).finally(() => this.#drives.delete(drive));
      this.#drives.add(drive);
    }
    return claims.length;
  }

  get isFull(): boolean {
    return this.#drives.size >= this.#options.concurrency;
  }

  /** Resolves when at least one of the drives has ended, with those that end in the same turn. */
  async freed(): Promise<void> {
    await Promise.race(this.#drives);
    await setImmediate();
  }

  /** Resolves when all drives have ended. */
  async emptied(): Promise<void> {
    await Promise.all(this.#drives);
  }
}
