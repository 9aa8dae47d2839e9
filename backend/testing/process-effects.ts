import type { Effects } from "../effects.ts";
import type { FakeEffects } from "./fake-effects.ts";

/** The world as one process sees it: its clock may be wrong, and it may stand still. */
export class ProcessEffects implements Effects {
  readonly fetch: typeof fetch;
  readonly #world: FakeEffects;
  readonly #skewMs: number;
  readonly #awake: () => Promise<void>;

  /** @param awake Resolves when the process does not stand still. */
  constructor(world: FakeEffects, skewMs: number, awake: () => Promise<void>) {
    this.#world = world;
    this.fetch = world.fetch;
    this.#skewMs = skewMs;
    this.#awake = awake;
  }

  now(): number {
    return this.#world.now() + this.#skewMs;
  }

  newId(): string {
    return this.#world.newId();
  }

  random(): number {
    return this.#world.random();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await this.#world.sleep(ms, signal);
    await this.#awake();
  }
}
