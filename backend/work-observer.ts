/** What the caller of `work()` wants to be told. */
interface Observing<Run> {
  readonly onRun?: (run: Run) => void;
  readonly onError?: (error: unknown) => void;
}

/** Tells the caller of `work()` what comes of it, and keeps what the caller's functions throw. */
export class WorkObserver<Run> {
  readonly #options: Observing<Run>;
  readonly #log: (error: unknown) => void;
  #isOut = false;
  #thrown: { readonly error: unknown } | undefined;

  /** @param log Writes down what nobody asked to be told. */
  constructor(options: Observing<Run>, log: (error: unknown) => void) {
    this.#options = options;
    this.#log = log;
  }

  /** Why runs cannot be taken just now. */
  failed(error: unknown): void {
    const { onError } = this.#options;
    if (onError !== undefined) onError(error);
    else if (!this.#isOut) this.#log(error);
    this.#isOut = true;
  }

  /** Runs can be taken again. */
  recovered(): void {
    this.#isOut = false;
  }

  /** A run was driven. It never throws: the drive of a run must not end the process. */
  ran(run: Run): void {
    const { onRun, onError = this.#log } = this.#options;
    try {
      try {
        onRun?.(run);
      } catch (error) {
        onError(error);
      }
    } catch (error) {
      this.#thrown ??= { error };
    }
  }

  /** Whether the work is to end, as `onError` threw what it was told of `onRun`. */
  get hasThrown(): boolean {
    return this.#thrown !== undefined;
  }

  /** Throws what `onError` threw, if it did. */
  rethrow(): void {
    if (this.#thrown !== undefined) throw this.#thrown.error;
  }
}
