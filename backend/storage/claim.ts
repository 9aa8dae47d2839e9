/** What the write protocol speaks of: births, claims, what a claim writes, and how it ends. */
import type { WrkflwError } from "../errors.ts";
import type { ClaimedRun, RunRecord, RunStatus, StepRecord } from "../records.ts";
import type { EventWait } from "./signal-statements.ts";

/** A run as it is born. */
export interface NewRun {
  /** The run's id. */
  readonly runId: string;
  /** The workflow's id. */
  readonly workflowId: string;
  /** Where it stands. */
  readonly status: "running" | "pending";
  /** From now until the lease ends, or until the run is due. */
  readonly dueInMs: number;
  /** What it was given, encoded. */
  readonly input: string;
  /** The run's state. */
  readonly state: string;
  /** Tells whether the workflow's definition has changed since. */
  readonly definition: string;
  /** Tells whether a second start has the same input. */
  readonly inputKey: string;
  /** The key by which a second start finds this run. */
  readonly idempotencyKey: string | null;
  /** Words to find it by. */
  readonly tags: string | null;
  /** Marks this very request, to tell afterwards whether it was applied. */
  readonly writeId: string;
}

/** A run that this process may now work on, and what it has done so far. */
export interface Claim {
  /** What driving it needs of its row; `loadRun` has the rest. */
  readonly run: ClaimedRun;
  /** Its records, in the order in which they were written. */
  readonly steps: readonly StepRecord[];
  /** Why its records cannot be read; `steps` has none then. */
  readonly fault?: WrkflwError;
  /** The events that came for it, encoded, by path. */
  readonly events: ReadonlyMap<string, string>;
  /** The database's clock at the moment of the claim. */
  readonly now: number;
}

/**
 * What `createRun` answers: the run that has the id or key now. It is the new one, or an earlier one, whose
 * records are not read.
 */
export interface BirthClaim extends Claim {
  /** Its whole row. */
  readonly run: RunRecord;
}

/** Which due runs to claim. */
export interface ClaimOptions {
  /** Only runs of these workflows. */
  readonly workflowIds: readonly string[];
  /** Only this run. */
  readonly runId?: string;
  /** At most this many runs; never more than 100. @default 1 */
  readonly limit?: number;
  /** How long the claim lasts without another write, in milliseconds. */
  readonly leaseMs: number;
  /** Marks this very request, to tell afterwards whether it was applied. */
  readonly claimId: string;
}

/** What a claim has to write down. */
export interface Commit extends Progress {
  /** The run's id. */
  readonly runId: string;
  /** The number of the latest claim. */
  readonly epoch: number;
  /** Records to append. */
  readonly steps: readonly StepRecord[];
  /** Lengthens the lease to this many milliseconds from now; without it the lease stays as it is. */
  readonly leaseMs?: number;
  /** The events that it waits for when it parks; they may take several commits. */
  readonly events?: readonly EventWait[];
  /** Gives the run back; without it the claim goes on. */
  readonly end?: RunEnd;
}

/** Where a run stands in its workflow. */
export interface Progress {
  /** The last top-level entry that began, from 0; -1 for none. */
  readonly reached: number;
  /** Paths of the steps at work, as JSON. */
  readonly position: string | null;
}

/** A claim whose lease is to be lengthened. */
export type Renewal = Required<Pick<Commit, "runId" | "epoch" | "leaseMs" | keyof Progress>>;

/** How a claim leaves a run. */
export interface RunEnd {
  /** Where it stands. */
  readonly status: RunStatus;
  /** How many signals the claim knew of. */
  readonly signals: number;
  /** When it is due again, in milliseconds since 1970; `null` when nothing ends the wait by itself. */
  readonly dueAt: number | null;
  /** What the run waits for. */
  readonly waits: string | null;
  /** The run's state; `null` leaves the stored one. */
  readonly state: string | null;
  /** The output of the workflow, encoded. */
  readonly result: string | null;
  /** What went wrong. */
  readonly error: string | null;
  /** The whole error that failed the run, encoded. */
  readonly failure: string | null;
  /** Indexes of the top-level entries that ran, as JSON. */
  readonly executionPath: string;
  /** How many records the run has. */
  readonly recorded: number;
}

/** Where a run stands after a write. */
export interface WriteState {
  /** Whether this very write was applied, by whichever try. */
  readonly isApplied: boolean;
  /** `null` when the run is not there. */
  readonly status: RunStatus | null;
}
