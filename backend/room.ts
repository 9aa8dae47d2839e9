import { setImmediate } from "node:timers/promises";

/** A run's part of the room. */
export interface Place {
  /** Its work is over, and how that ended is still to be written. Twice is as good as once. */
  readonly walked: () => void;
  /** Nothing of it is left to do. */
  readonly leave: () => void;
}

/** Somebody who waits for room, and is told whether there is some. */
type Waiting = PromiseWithResolvers<boolean>;

/** The room that a process has for runs, and when some of it is free again. */
export class Room {
  readonly #size: number;
  #atWork = 0;
  #unwritten = 0;
  #waiting: Waiting | undefined;
  /** Spares a second loop for whoever waits. */
  #gatheringFor: Waiting | undefined;

  /** @param size So many runs may be at work, and as many again over and not written yet. */
  constructor(size: number) {
    this.#size = size;
  }

  /** How many more runs may begin. */
  get free(): number {
    return Math.min(this.#size, 2 * this.#size - this.#unwritten) - this.#atWork;
  }

  /** Whether there are runs whose work is over, and how that ended is not written yet. */
  get hasUnwritten(): boolean {
    return this.#unwritten > 0;
  }

  /** Takes the room of one run. */
  enter(): Place {
    let isAtWork = true;
    this.#atWork++;
    const walked = () => {
      if (!isAtWork) return;
      isAtWork = false;
      this.#atWork--;
      this.#unwritten++;
      this.#look();
    };
    const leave = () => {
      walked();
      this.#unwritten--;
      this.#look();
    };
    return { walked, leave };
  }

  /**
   * Resolves when there is room, and no more runs end right after the one that made it: what is
   * claimed together is driven together, and shares its commits. It does so at once when none is at work
   * any more: so the next claim shares the commit of how these ended.
   *
   * @returns `false` when it is waited for no longer.
   */
  made(): Promise<boolean> {
    this.#waiting ??= Promise.withResolvers<boolean>();
    const { promise } = this.#waiting;
    this.#look();
    return promise;
  }

  /** Ends the wait of whoever waits. */
  waitNoLonger(): void {
    if (this.#waiting !== undefined) this.#tell(this.#waiting, false);
  }

  #look(): void {
    const waiting = this.#waiting;
    if (waiting === undefined || this.free <= 0) return;
    if (this.#atWork === 0) this.#tell(waiting, true);
    else if (this.#gatheringFor !== waiting) void this.#gather(waiting);
  }

  async #gather(waiting: Waiting): Promise<void> {
    this.#gatheringFor = waiting;
    for (let free = 0; free < this.free; ) {
      free = this.free;
      // A commit of the turn in which one ended is over after the next.
      await setImmediate();
      await setImmediate();
    }
    this.#tell(waiting, true);
  }

  #tell(waiting: Waiting, isMade: boolean): void {
    if (this.#waiting === waiting) this.#waiting = undefined;
    waiting.resolve(isMade);
  }
}
