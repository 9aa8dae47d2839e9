/** The run's state: what it began with, and what each record merged into it. */
import { decode } from "./serialize.ts";

/** A run's state. */
export type State = Readonly<Record<string, unknown>>;

/** Anything that holds a state, or a change of it, as text. */
export interface StateChange {
  /** Encoded; `null` when it changes nothing. */
  readonly state: string | null;
}

/** The state after all records, in their order. */
export function stateOf(run: StateChange, records: readonly StateChange[]): State {
  return records.reduce(merged, merged({}, run));
}

/** The state after one record. Keys are copied, never assigned: `__proto__` is data. */
export function merged(state: State, change: StateChange): State {
  if (change.state === null) return state;
  const value = decode(change.state);
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  return isRecord ? { ...state, ...value } : state;
}
