import type { Durations } from "./durations.ts";
import type { Effects } from "./effects.ts";
import type { Journal } from "./journal.ts";
import type { AnyNode } from "./node.ts";
import type { Stopping } from "./stopping.ts";

/** What all frames of one claimed run share. */
export interface Walk {
  readonly journal: Journal;
  readonly effects: Effects;
  readonly stopping: Stopping;
  /** The moment by which this process must stop, by `effects.now()`. */
  readonly deadline: number;
  /** Milliseconds from the claim to the deadline. */
  readonly budgetMs: number;
  readonly durations: Durations;
  /** What the idempotency keys of the run begin with. */
  readonly keyPart: string;
  /** The index of the top-level entry that a path lies in, from 0; -1 for none. */
  readonly topLevelIndex: (path: string) => number;
  /** Which node ran at the place of an id, and where the result of that is. */
  readonly places: Map<string, Place>;
}

/** The place of an id in a run. */
export interface Place {
  readonly node: AnyNode;
  /** Where its latest result is recorded, once it has succeeded. */
  resultPath: string | undefined;
  /** The result of a node that records none itself. */
  output: unknown;
}
