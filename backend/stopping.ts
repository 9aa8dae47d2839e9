/**
 * Tells all that is at work in a run that this process has to let go of it. What is at work watches
 * here: the listeners of an `AbortSignal` are a list that is searched for each that comes or goes, and
 * a run may have thousands of items at work.
 */
export class Stopping {
  readonly #controller = new AbortController();
  readonly #watchers = new Set<(reason: unknown) => void>();

  /** Aborts when the process has to let go. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Stops all that is at work. Only the first reason counts. */
  stop(reason: unknown): void {
    if (this.signal.aborted) return;
    this.#controller.abort(reason);
    for (const tell of this.#watchers) tell(reason);
  }

  /** Has a function called when everything must stop, until {@linkcode Stopping.unwatch}. */
  watch(tell: (reason: unknown) => void): void {
    this.#watchers.add(tell);
  }

  unwatch(tell: (reason: unknown) => void): void {
    this.#watchers.delete(tell);
  }
}
