/** As many as one sweep deletes, so that runs go as quickly as they come while there is no rest. */
const RUNS_A_SWEEP = 100;
/** How often a process that has nothing else to do sweeps. */
const SWEEP_EVERY_MS = 10_000;

/** What a sweeper needs. */
export interface SweeperOptions {
  /** Deletes some runs that are over and not kept. @returns How many; 0 when none is left. */
  readonly sweep: () => Promise<number>;
  readonly now: () => number;
}

/** Says when an engine deletes runs: between runs, so that neither has to wait long. */
export class Sweeper {
  readonly #options: SweeperOptions;
  #taken = 0;
  #sweptAt = Number.NEGATIVE_INFINITY;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  /** Sweeps whenever as many runs were taken as one sweep deletes. @returns How many runs were deleted. */
  async afterRuns(count: number): Promise<number> {
    const sweeps = Math.floor(this.#taken / RUNS_A_SWEEP);
    this.#taken += count;
    return Math.floor(this.#taken / RUNS_A_SWEEP) > sweeps ? await this.#options.sweep() : 0;
  }

  /** Sweeps while there is something to delete, then once in a while. */
  async whenIdle(): Promise<number> {
    if (this.#options.now() < this.#sweptAt + SWEEP_EVERY_MS) return 0;
    const deleted = await this.#options.sweep();
    if (deleted === 0) this.#sweptAt = this.#options.now();
    return deleted;
  }

  /** Sweeps until nothing is left or the time is over; at least once, else a busy engine never would. */
  async until(deadline: number): Promise<number> {
    let deleted = 0;
    while (true) {
      const some = await this.#options.sweep();
      deleted += some;
      if (some === 0 || this.#options.now() >= deadline) return deleted;
    }
  }
}
