/** Keeps the values used last; the one used longest ago makes room for a new one. */
export class LeastRecentlyUsed<Value> {
  readonly #capacity: number;
  readonly #values = new Map<string, Value>();

  /** @param capacity How many values are kept at most. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The value kept under `key`, if there is one. */
  get(key: string): Value | undefined {
    const value = this.#values.get(key);
    // While there is room for as many again, nothing will be forgotten soon.
    if (value !== undefined && this.#values.size * 2 > this.#capacity) this.set(key, value);
    return value;
  }

  /** Keeps a value under `key`. */
  set(key: string, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size > this.#capacity) this.#forgetOldest();
  }

  get size(): number {
    return this.#values.size;
  }

  clear(): void {
    this.#values.clear();
  }

  #forgetOldest(): void {
    for (const key of this.#values.keys()) {
      this.#values.delete(key);
      return;
    }
  }
}
