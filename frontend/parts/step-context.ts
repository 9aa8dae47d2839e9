import type { StepRecord } from "../../backend/index.ts";

/** What the items of a list of steps share. */
export interface StepContext {
  /** When the run began. */
  readonly runStart: number;
  /** The run's own input, as it is stored. */
  readonly runInput: string | null;
  /** Every record of the run, by its `seq`. */
  readonly records: ReadonlyMap<number, StepRecord>;
  /** Where the whole values of a record are. */
  readonly valueHref: (seq: number, name: string) => string;
}
