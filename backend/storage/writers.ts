/**
 * Who may have something to write to a storage: runs that are being born, were claimed or are
 * driven, whichever engine does it, and beside each run the branches that are at work in it. Where
 * there is one only, its writes wait for no others.
 */
export class Writers {
  #count = 0;

  join(count: number = 1): void {
    this.#count += count;
  }

  leave(): void {
    this.#count--;
  }

  get isOnlyOne(): boolean {
    return this.#count === 1;
  }
}

const ofStorages = new WeakMap<object, Writers>();

/** The writers of a storage: engines that share it share them. */
export function writersOf(storage: object): Writers {
  const known = ofStorages.get(storage);
  if (known !== undefined) return known;
  const writers = new Writers();
  ofStorages.set(storage, writers);
  return writers;
}
