import type { StepRecord } from "./records.ts";

/** A batch stays within what every database takes, however many records one turn put down. */
const MAX_RECORDS = 100;
const MAX_CHARS = 2_000_000;

/** Records that are put down and not written yet. */
export class RecordBuffer {
  readonly #records: StepRecord[] = [];

  add(record: StepRecord): void {
    this.#records.push(record);
  }

  get isEmpty(): boolean {
    return this.#records.length === 0;
  }

  /** Whether there are as many as one batch takes. */
  get isFull(): boolean {
    return this.#records.length >= MAX_RECORDS;
  }

  /** The oldest ones, as many as one batch takes; at least one where there is any. */
  take(): readonly StepRecord[] {
    let chars = 0;
    const tooMany = this.#records.findIndex((record, index) => {
      chars += (record.output?.length ?? 0) + (record.input?.length ?? 0);
      return index >= MAX_RECORDS || (index > 0 && chars > MAX_CHARS);
    });
    return this.#records.splice(0, tooMany === -1 ? this.#records.length : tooMany);
  }
}
