import type { Effects } from "../effects.ts";

/** The version of a run; `null` when it is not there. */
type Version = string | null;

interface Watched {
  readonly listeners: Set<(version: Version) => void>;
  readonly stop: AbortController;
  /** `undefined` before the first look. */
  known: Version | undefined;
}

/** What a watch needs. */
export interface WatchOptions {
  /** Reads a text that changes whenever the run does. */
  readonly read: (runId: string) => Promise<Version>;
  readonly effects: Effects;
  /** How long it rests between two looks, in milliseconds. */
  readonly restMs: number;
}

/**
 * Looks at the runs that somebody watches, each once however many do, and at no others. A
 * database that does not answer is asked again, and what happened meanwhile is told then.
 */
export class RunWatch {
  readonly #options: WatchOptions;
  readonly #watched = new Map<string, Watched>();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** How many runs are looked at. */
  get size(): number {
    return this.#watched.size;
  }

  /** The versions of a run as they come, beginning with the one it has; ends with the signal. */
  async *versions(runId: string, signal: AbortSignal): AsyncGenerator<Version> {
    const queue: Version[] = [];
    let wake = () => {};
    const leave = this.#join(runId, (version) => {
      queue.push(version);
      wake();
    });
    const end = () => wake();
    signal.addEventListener("abort", end);
    try {
      while (!signal.aborted) {
        // Who reads slowly is told the latest only.
        const latest = queue.splice(0, queue.length).at(-1);
        if (latest !== undefined) yield latest;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      signal.removeEventListener("abort", end);
      leave();
    }
  }

  #join(runId: string, listener: (version: Version) => void): () => void {
    const watched = this.#watched.get(runId) ?? this.#begin(runId);
    watched.listeners.add(listener);
    if (watched.known !== undefined) listener(watched.known);
    return () => {
      watched.listeners.delete(listener);
      if (watched.listeners.size > 0) return;
      watched.stop.abort("nobody watches");
      this.#watched.delete(runId);
    };
  }

  #begin(runId: string): Watched {
    const watched: Watched = {
      listeners: new Set(),
      stop: new AbortController(),
      known: undefined,
    };
    this.#watched.set(runId, watched);
    void this.#look(runId, watched);
    return watched;
  }

  async #look(runId: string, watched: Watched): Promise<void> {
    const { read, effects, restMs } = this.#options;
    while (!watched.stop.signal.aborted) {
      const version = await read(runId).catch(() => watched.known);
      if (version !== undefined && version !== watched.known) {
        watched.known = version;
        for (const listener of watched.listeners) listener(version);
      }
      await effects.sleep(restMs, watched.stop.signal);
    }
  }
}
