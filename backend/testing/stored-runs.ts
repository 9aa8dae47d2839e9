/** Rows as storage is given them. */
import type { StepRecord } from "../records.ts";
import type { SqlClient } from "../sql.ts";
import type { Commit, NewRun, RunEnd } from "../storage/claim.ts";
import { WorkflowStorage } from "../storage.ts";
import { FAKE_START_MS, FakeEffects } from "./fake-effects.ts";

/** How long the claims of these tests last. */
export const LEASE_MS = 30_000;
/** The epoch of a run that is born when the fake clock begins. */
export const BORN = FAKE_START_MS;

/** A storage and its clock. */
export interface Place {
  readonly storage: WorkflowStorage;
  readonly effects: FakeEffects;
}

/** A storage on a clock that is moved by hand. */
export function placeOf(client: SqlClient): Place {
  const effects = new FakeEffects();
  return {
    storage: new WorkflowStorage({ client, effects, now: () => String(effects.now()) }),
    effects,
  };
}

/** A run to store. */
export function newRun(runId: string, change: Partial<NewRun> = {}): NewRun {
  return {
    runId,
    workflowId: "flow",
    status: "running",
    dueInMs: LEASE_MS,
    input: '{"n":1}',
    inputKey: "the-input",
    definition: "the-definition",
    state: "{}",
    idempotencyKey: null,
    tags: null,
    writeId: `create-${runId}`,
    ...change,
  };
}

/** What a claim writes. */
export function commit(runId: string, epoch: number, change: Partial<Commit> = {}): Commit {
  const steps = change.steps ?? [];
  return {
    runId,
    epoch,
    steps,
    reached: 0,
    position: null,
    ...change,
  };
}

/** A record of a step that has succeeded. */
export function step(path: string, seq: number, change: Partial<StepRecord> = {}): StepRecord {
  return {
    path,
    attempt: 1,
    seq,
    firstSeq: seq,
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
  recorded: 1,
};
