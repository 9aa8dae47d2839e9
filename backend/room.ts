import { setImmediate } from "node:timers/promises";

/** A run's part of the room. */
export interface Place {
  /** Its work is over, and how that ended is still to be written. */
  readonly rest: () => void;
  /** All of it is over. */
  readonly leave: () => void;
}

/** The room that a process has for runs, and when some of it is free again. */
export class Room {
  readonly #size: number;
  #atWork = 0;
  #resting = 0;
  #waiting: PromiseWithResolvers<void> | undefined;
  /** For whom it is waited until no more runs end. */
  #gatheringFor: PromiseWithResolvers<void> | undefined;

  /** @param size So many runs may be at work, and as many again over and not written yet. */
  constructor(size: number) {
    this.#size = size;
  }

  /** How many more runs may begin. */
  get free(): number {
    return Math.min(this.#size - this.#atWork, 2 * this.#size - this.#atWork - this.#resting);
  }

  /** Takes the room of one run. */
  enter(): Place {
    let isAtWork = true;
    this.#atWork++;
    const rest = () => {
      if (!isAtWork) return;
      isAtWork = false;
      this.#atWork--;
      this.#resting++;
      this.#look();
    };
    const leave = () => {
      rest();
      this.#resting--;
      this.#look();
    };
    return { rest, leave };
  }

  /**
   * Resolves when there is room, and no more runs end right after the one that made it: what is
   * claimed together is driven together, and shares its commits. It does so at once when none is at work
   * any more: so the next claim shares the commit of how these ended.
   */
  made(): Promise<void> {
    this.#waiting ??= Promise.withResolvers<void>();
    const { promise } = this.#waiting;
    this.#look();
    return promise;
  }

  #look(): void {
    const waiting = this.#waiting;
    if (waiting === undefined || this.free <= 0) return;
    if (this.#atWork === 0) this.#tell(waiting);
    else if (this.#gatheringFor !== waiting) void this.#gather(waiting);
  }

  async #gather(waiting: PromiseWithResolvers<void>): Promise<void> {
    this.#gatheringFor = waiting;
    for (let free = 0; free < this.free; ) {
      free = this.free;
      // A commit of the turn in which one ended is over after the next.
      await setImmediate();
      await setImmediate();
    }
    this.#tell(waiting);
  }

  #tell(waiting: PromiseWithResolvers<void>): void {
    if (this.#waiting === waiting) this.#waiting = undefined;
    waiting.resolve();
  }
}
