/** Remembers about how long steps take, to tell whether one still fits into the time left. */
export class Durations {
  readonly #usual = new Map<string, number>();

  /**
   * What the step took of late, in milliseconds.
   *
   * @param budgetMs How long the whole tick is: a step that was never seen may take a tenth of it.
   */
  usualMs(key: string, budgetMs: number): number {
    return this.#usual.get(key) ?? Math.min(GUESS_MS, budgetMs / 10);
  }

  /** A longer time counts at once, a shorter one little by little. */
  note(key: string, ms: number): void {
    const before = this.#usual.get(key) ?? 0;
    this.#usual.set(key, Math.max(ms, before * FADE));
    if (this.#usual.size <= MAX_STEPS) return;
    const [oldest] = this.#usual.keys();
    if (oldest !== undefined) this.#usual.delete(oldest);
  }
}

const GUESS_MS = 1_000;
const FADE = 0.9;
const MAX_STEPS = 10_000;
