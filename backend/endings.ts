/** What records say of their places, written and read. */
import { quote, type WaitInfo, WrkflwError } from "./errors.ts";
import type { Result, Wait } from "./node.ts";
import { RETRY_PATH, type StepRecord } from "./records.ts";
import { decode, encode } from "./serialize.ts";

/** Whether a record says that its place's work is not over. */
export function isOpen(record: StepRecord): boolean {
  return isWait(record) || record.status === "retried";
}

/** Whether a record says that its place waits, or waited until somebody resumed it. */
export function isWait(record: StepRecord): boolean {
  return record.status === "suspended" || record.status === "resumed";
}

/** The place that was waiting last: where a woken run goes on. */
export function latestOpen(steps: readonly StepRecord[]): StepRecord | undefined {
  const latest = new Map(steps.map((step) => [step.path, step]));
  return [...latest.values()].findLast((step) => isOpen(step) && step.path !== RETRY_PATH);
}

/**
 * What a place waits for.
 *
 * @throws {WrkflwError} With code `STORAGE_CORRUPT`.
 */
export function waitOf(record: StepRecord | undefined): Wait {
  const wait = decode(record?.wait ?? "{}");
  if (isRecord(wait)) return wait;
  throw new WrkflwError(
    "STORAGE_CORRUPT",
    `Cannot read what ${quote(record?.path ?? "")} waits for: restore its record from a backup`,
  );
}

/**
 * What a place put out, encoded.
 *
 * @throws {WrkflwError} With code `STORAGE_CORRUPT`.
 */
export function outputOf({ path, output }: StepRecord): string {
  if (output !== null) return output;
  throw new WrkflwError(
    "STORAGE_CORRUPT",
    `Cannot read the output of ${quote(path)}: it is missing; restore its record from a backup`,
  );
}

/** What a run waits for. */
export function waitsOf({ waits }: { readonly waits: string | null }): readonly WaitInfo[] {
  const read: unknown = waits === null ? [] : decode(waits);
  return Array.isArray(read) ? read : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The record of a wait that was given up. */
export const CANCELED: Ending = {
  status: "canceled",
  output: null,
  error: null,
  wait: null,
  state: null,
  logs: null,
};
/** What a record says of its place. */
export type Ending = Pick<StepRecord, "status" | "output" | "error" | "wait" | "state" | "logs">;

/** A result that is recorded. */
export type RecordedResult = Exclude<Result<unknown>, { waits: unknown }>;

/**
 * A result as it is stored.
 *
 * @throws {WrkflwError} With code `NOT_SERIALIZABLE` or `PAYLOAD_TOO_LARGE`.
 */
export function endingOf(path: string, result: RecordedResult): Ending {
  const { state, logs } = result.notes ?? {};
  return {
    status: result.status,
    output: "output" in result ? encode(result.output, () => `the output of ${quote(path)}`) : null,
    error:
      "error" in result && result.error !== undefined
        ? encode(result.error, () => `the error of ${quote(path)}`)
        : null,
    wait:
      result.status === "suspended"
        ? encode(result.wait, () => `the wait of ${quote(path)}`)
        : null,
    state: state === undefined ? null : encode(state, () => `the state set by ${quote(path)}`),
    logs: logs === undefined ? null : encode(logs, () => `the log of ${quote(path)}`),
  };
}
