/** Remembers about how long steps take, to tell whether one still fits into the time left. */
export class Durations {
  /** By the node of a step, wherever it stands: its items and turns take about the same time. */
  readonly #usual = new WeakMap<object, number>();

  /**
   * What the step took of late, in milliseconds.
   *
   * @param budgetMs How long the whole tick is: a step that was never seen may take a tenth of it.
   */
  usualMs(step: object, budgetMs: number): number {
    return this.#usual.get(step) ?? Math.min(GUESS_MS, budgetMs / 10);
  }

  /** A longer time counts at once, a shorter one little by little. */
  note(step: object, ms: number): void {
    const before = this.#usual.get(step);
    if (ms !== before) this.#usual.set(step, Math.max(ms, (before ?? 0) * FADE));
  }
}

const GUESS_MS = 1_000;
const FADE = 0.9;
