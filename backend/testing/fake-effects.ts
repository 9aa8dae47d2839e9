/** A world that tests move by hand: no test waits for real time. */
import { setImmediate } from "node:timers/promises";
import { type Effects, uuidV7 } from "../effects.ts";

/** The moment at which every fake world begins: 2026-01-01T00:00:00Z. */
export const FAKE_START_MS = Date.UTC(2026, 0, 1);

/** Turns of the event loop after which a world in which nothing moves is taken to be waiting for time. */
const IDLE_TURNS = 12;

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/** How long something is waited for. */
export interface Limit {
  readonly turns: number;
  readonly error: () => Error;
}

/** A clock that stands still until it is moved, ids that count, chance that repeats. */
export class FakeEffects implements Effects {
  fetch: typeof fetch = () => Promise.reject(new Error("No network in this test"));
  #now = FAKE_START_MS;
  #ids = 0;
  #seed: number;
  #busy = 0;
  #rest: PromiseWithResolvers<void> | undefined;
  readonly #sleepers = new Set<Sleeper>();

  constructor(seed = 1) {
    this.#seed = seed;
  }

  now(): number {
    return this.#now;
  }

  newId(): string {
    this.#ids++;
    return uuidV7(this.#now + this.#ids);
  }

  /** A small linear congruential generator: the same seed gives the same series. */
  random(): number {
    this.#seed = (this.#seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return this.#seed / 2 ** 32;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = { wakeAt: this.#now + ms, wake };
      const sleepers = this.#sleepers;
      function wake(): void {
        sleepers.delete(sleeper);
        signal?.removeEventListener("abort", wake);
        resolve();
      }
      sleepers.add(sleeper);
      signal?.addEventListener("abort", wake);
    });
  }

  /** Moves the clock and wakes whoever slept until then, in order. */
  advance(ms: number): void {
    const target = this.#now + ms;
    for (let next = this.#earliest(); next && next.wakeAt <= target; next = this.#earliest()) {
      this.#now = Math.max(this.#now, next.wakeAt);
      next.wake();
    }
    this.#now = target;
  }

  /**
   * Waits for a promise, moving the clock to the next sleeper whenever nothing else happens.
   *
   * @param limit After how many turns of the event loop it is given up, and with which error.
   */
  async until<T>(promise: Promise<T>, limit?: Limit): Promise<T> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    promise.then(settle, settle);
    for (let turned = 0; !isSettled; turned += IDLE_TURNS) {
      if (limit !== undefined && turned >= limit.turns) throw limit.error();
      await turns(IDLE_TURNS);
      if (this.#busy > 0) {
        await this.rest();
        continue;
      }
      const next = this.#earliest();
      if (!isSettled && next !== undefined) this.advance(next.wakeAt - this.#now);
    }
    return await promise;
  }

  /** The clock stands still meanwhile: a real server takes real time to answer. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#busy++;
    try {
      return await work();
    } finally {
      if (--this.#busy === 0) this.#wakeUp();
    }
  }

  /** Resolves when the clock may move: at once, unless a real server is at work. */
  async rest(): Promise<void> {
    if (this.#busy === 0) return;
    this.#rest ??= Promise.withResolvers();
    await this.#rest.promise;
  }

  #wakeUp(): void {
    this.#rest?.resolve();
    this.#rest = undefined;
  }

  #earliest(): Sleeper | undefined {
    return [...this.#sleepers].sort((a, b) => a.wakeAt - b.wakeAt)[0];
  }
}

/** Lets the event loop turn: what is ready to happen happens. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await setImmediate();
}
