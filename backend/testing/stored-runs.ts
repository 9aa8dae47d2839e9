/** Rows as storage is given them. */
import type { StepRecord } from "../records.ts";
import type { RunEnd } from "../storage/claim.ts";
import { FAKE_START_MS } from "./fake-effects.ts";

/** A record of a step that has succeeded. */
export function step(path: string, seq: number, change: Partial<StepRecord> = {}): StepRecord {
  return {
    path,
    attempt: 1,
    seq,
    kind: "step",
    status: "success",
    input: null,
    inputFrom: seq - 1,
    output: `{"n":${seq}}`,
    error: null,
    wait: null,
    state: null,
    logs: null,
    startedAt: FAKE_START_MS,
    endedAt: FAKE_START_MS,
    ...change,
  };
}

/** The end of a run that has succeeded. */
export const SUCCESS: RunEnd = {
  status: "success",
  dueAt: null,
  waits: null,
  signals: 0,
  state: "{}",
  result: '{"n":2}',
  error: null,
  failure: null,
  executionPath: "[0]",
};
