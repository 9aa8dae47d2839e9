import type { StepRecord } from "./records.ts";

/** A batch stays within what every database takes, however many records one turn put down. */
const MAX_RECORDS = 100;
const MAX_CHARS = 2_000_000;

/** Records that are put down and not written yet. */
export class RecordBuffer {
  readonly #records: StepRecord[] = [];
  #chars = 0;

  add(record: StepRecord): void {
    this.#records.push(record);
    this.#chars += charsOf(record);
  }

  get isEmpty(): boolean {
    return this.#records.length === 0;
  }

  /** Whether there are as many as one batch takes, or more. */
  get isFull(): boolean {
    return this.#records.length >= MAX_RECORDS || this.#chars > MAX_CHARS;
  }

  /** The oldest ones, as many as one batch takes; at least one where there is any. */
  take(): readonly StepRecord[] {
    let chars = 0;
    const tooMany = this.#records.findIndex((record, index) => {
      chars += charsOf(record);
      return index >= MAX_RECORDS || (index > 0 && chars > MAX_CHARS);
    });
    const taken = this.#records.splice(0, tooMany === -1 ? this.#records.length : tooMany);
    for (const record of taken) this.#chars -= charsOf(record);
    return taken;
  }
}

function charsOf({ input, output }: StepRecord): number {
  return (input?.length ?? 0) + (output?.length ?? 0);
}
