import { decode, encode } from "./serialize.ts";

/** Where a value was read from. */
export interface Origin {
  /** The record whose output it was; 0 for the run's input. */
  readonly seq: number;
  /** The output as it is stored. */
  readonly text: string;
}

/**
 * Remembers which record a value came from, so that it need not be stored again as an input, and
 * can be copied as it was recorded, whatever became of it since.
 */
export class Origins {
  readonly #ofObjects = new WeakMap<object, Origin>();
  /** Texts have no identity, so only the latest is known. */
  #latestText: { readonly value: string; readonly origin: Origin } | undefined;

  /** Reads a value from where it is stored. */
  read(origin: Origin): unknown {
    const value = decode(origin.text);
    this.#note(value, origin);
    return value;
  }

  of(value: unknown): Origin | undefined {
    if (typeof value === "object" && value !== null) return this.#ofObjects.get(value);
    return value === this.#latestText?.value ? this.#latestText?.origin : undefined;
  }

  /** A copy that still counts as the value it is a copy of. */
  copy<T>(value: T): T {
    const copy = this.handOut(value);
    const origin = this.of(value);
    if (origin !== undefined) this.#note(copy, origin);
    return copy;
  }

  /**
   * A copy for somebody who may change it, and does not put it back into the workflow as it is.
   *
   * @param text The value as text, where that is known.
   */
  handOut<T>(value: T, text?: string | null): T {
    if (typeof value !== "object" || value === null) return value;
    const known = text ?? this.of(value)?.text;
    return decode(known ?? encode(value, "a value", Number.POSITIVE_INFINITY)) as T;
  }

  #note(value: unknown, origin: Origin): void {
    if (typeof value === "object" && value !== null) this.#ofObjects.set(value, origin);
    if (typeof value === "string") this.#latestText = { value, origin };
  }
}
