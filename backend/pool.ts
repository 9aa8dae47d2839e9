import type { Claim } from "./storage/claim-statements.ts";

/** Where a pool gets its work, and what it does with it. */
export interface PoolOptions {
  /** Claims the next due run; `null` when none is due. */
  readonly claim: () => Promise<Claim | null>;
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

  /** Claims a run and begins to drive it. @returns `false` when none is due. */
  async take(): Promise<boolean> {
    const claim = await this.#options.claim();
    if (claim === null) return false;
    const drive = this.#options.drive(claim).finally(() => this.#drives.delete(drive));
    this.#drives.add(drive);
    return true;
  }

  get isFull(): boolean {
    return this.#drives.size >= this.#options.concurrency;
  }

  /** Resolves when one of the drives has ended. */
  async freed(): Promise<void> {
    await Promise.race(this.#drives);
  }

  /** Resolves when all drives have ended. */
  async emptied(): Promise<void> {
    await Promise.all(this.#drives);
  }
}
