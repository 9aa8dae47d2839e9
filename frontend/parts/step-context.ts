import type { StepRecord } from "../../backend/index.ts";

/** What the parts that show a step share. */
export interface StepContext {
  /** The address of the run's page. */
  readonly href: string;
  /** The run's own input, as it is stored. */
  readonly runInput: string | null;
  /** Every record of the run, by its `seq`. */
  readonly records: ReadonlyMap<number, StepRecord>;
  /** Where the whole values of a record are. */
  readonly valueHref: (record: StepRecord, name: string) => string;
  /** Milliseconds since 1970. */
  readonly now: number;
}
