import { WrkflwError } from "./errors.ts";
import { parse, type Schema } from "./schema.ts";

type State = Readonly<Record<string, unknown>>;

/** The state as one attempt sees it: what was there, and its own changes over it. */
export class StateDraft {
  readonly #base: State;
  #change: State | undefined;

  constructor(base: State) {
    this.#base = base;
  }

  get current(): State {
    return { ...this.#base, ...this.#change };
  }

  get change(): State | undefined {
    return this.#change;
  }

  merge(change: unknown): void {
    if (typeof change !== "object" || change === null || Array.isArray(change)) {
      throw new WrkflwError(
        "INVALID_ARGUMENT",
        "Cannot set the state: setState takes an object whose keys are merged into the state",
      );
    }
    this.#change = { ...this.#change, ...change };
  }

  async validate(schema: Schema | undefined, subject: () => string): Promise<void> {
    if (schema === undefined || this.#change === undefined) return;
    await parse(schema, this.current, () => `${subject()} set an invalid state`);
  }
}
