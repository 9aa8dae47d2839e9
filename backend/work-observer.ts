/** Tells the caller of `work()` what comes of it, and keeps what the caller's functions throw. */
export class WorkObserver {
  readonly #onError: ((error: unknown) => void) | undefined;
  readonly #log: (error: unknown) => void;
  #isOut = false;
  #thrown: { readonly error: unknown } | undefined;

  /** @param log Writes down what nobody asked to be told. */
  constructor(onError: ((error: unknown) => void) | undefined, log: (error: unknown) => void) {
    this.#onError = onError;
    this.#log = log;
  }

  /** Why runs cannot be taken just now. */
  failed(error: unknown): void {
    if (this.#onError !== undefined) this.#onError(error);
    else if (!this.#isOut) this.#log(error);
    this.#isOut = true;
  }

  /** Runs can be taken again. */
  recovered(): void {
    this.#isOut = false;
  }

  /** Tells of a run. It never throws: the drive of a run must not end the process. */
  tell(onRun: () => void): void {
    const onError = this.#onError ?? this.#log;
    try {
      try {
        onRun();
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
