/** Keeps the values used last; the one used longest ago makes room for a new one. */
export class LeastRecentlyUsed<Value> {
  readonly #capacity: number;
  readonly #values = new Map<string, Value>();

  /** @param capacity How many values are kept at most. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The value kept under `key`, or the one that `make` returns, which is then kept. */
  getOrMake(key: string, make: () => Value): Value {
    const value = this.#values.get(key) ?? make();
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size > this.#capacity) this.#forgetOldest();
    return value;
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
