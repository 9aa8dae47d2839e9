import type { AnyDefinition } from "./definition.ts";
import { assertSameCourse, underCurrentIds } from "./definition-changes.ts";
import type { Durations } from "./durations.ts";
import type { Effects } from "./effects.ts";
import { latestOpen } from "./endings.ts";
import { type ErrorCode, quote, WrkflwError } from "./errors.ts";
import type { HeldClaim } from "./held-claim.ts";
import { Journal } from "./journal.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import type { Outcome } from "./node.ts";
import { RETRY_PATH, stringsOf } from "./records.ts";
import { blockedEnd, type DrivenRun, type End, endOf } from "./results.ts";
import { keyPartOf, RunFrame } from "./run-frame.ts";
import { encode } from "./serialize.ts";
import { topLevelIndex } from "./shapes.ts";
import { Stopping } from "./stopping.ts";
import type { Claim } from "./storage/claim.ts";
import type { Writers } from "./storage/writers.ts";
import type { WorkflowStorage } from "./storage.ts";
import type { Walk } from "./walk.ts";

/** What driving needs beside a claim and its workflow. */
export interface DriveOptions {
  readonly storage: WorkflowStorage;
  readonly effects: Effects;
  readonly leaseMs: number;
  readonly maxIdleClaims: number;
  /** The moment by which this process must stop, by `effects.now()`. */
  readonly deadline: number;
  /** What steps usually take. */
  readonly durations: Durations;
  readonly leases: LeaseKeeper;
  readonly writers: Writers;
  /**
   * Called when the work is over and how that ended is still to be written; not where the walk throws,
   * since nothing is written then.
   */
  readonly onWalked?: () => void;
}

/** A run that this process is driving. */
export interface Drive {
  /** How the run stands when this process lets go of it; rejects when its claim is lost. */
  readonly driven: Promise<DrivenRun>;
  /** Aborts the steps at work and writes nothing more. */
  readonly stop: (reason: WrkflwError) => void;
}

/** Walks a claimed run through its workflow and writes how that ended. */
export function drive(claim: HeldClaim, definition: AnyDefinition, options: DriveOptions): Drive {
  const { storage, effects, leaseMs, leases, writers, onWalked } = options;
  const { shape } = definition;
  const journal = new Journal(underCurrentIds(claim, shape()), {
    storage,
    effects,
    leaseMs,
    writers,
  });
  const stopping = new Stopping();
  const { writer } = journal;
  const kept = { writer, stop };

  function stop(reason: WrkflwError): void {
    writer.fail(reason);
    stopping.stop(reason);
  }

  async function run(): Promise<DrivenRun> {
    try {
      const end = await endOfWalk(claim, journal, definition, options, stopping);
      onWalked?.();
      return await settle(claim, journal, end);
    } catch (error) {
      stopping.stop(error);
      await release(claim, journal, options, error);
      throw error;
    } finally {
      leases.letGo(kept);
    }
  }

  leases.keep(kept);
  return { driven: run(), stop };
}

/** Walks the workflow, and says how the run ends or what it waits for. */
async function endOfWalk(
  claim: Claim,
  journal: Journal,
  definition: AnyDefinition,
  options: DriveOptions,
  stopping: Stopping,
): Promise<End> {
  if (claim.run.idleClaims >= options.maxIdleClaims) return endOf(poisoned(claim));
  try {
    if (claim.fault !== undefined) throw claim.fault;
    assertSameCourse(claim, definition);
    const outcome = await walk(claim, journal, definition, options, stopping);
    const waits = outcome.status === "suspended" ? outcome.waits : [];
    // A walk that ran out of time has not come by every place that waits.
    if (!waits.some(({ yields }) => yields === true)) journal.cancelWaits(waits);
    return endOf(outcome);
  } catch (error) {
    const isBlocked = error instanceof WrkflwError && BLOCKING.includes(error.code);
    if (isBlocked && journal.writer.failure === undefined) return blockedEnd(error);
    throw error;
  }
}

/** What keeps a run from going on until somebody mends its rows, its workflow or this library. */
const BLOCKING: readonly ErrorCode[] = ["STORAGE_CORRUPT", "SCHEMA_TOO_NEW", "RUN_BLOCKED"];

function walk(
  claim: Claim,
  journal: Journal,
  definition: AnyDefinition,
  { effects, deadline, durations }: DriveOptions,
  stopping: Stopping,
): Promise<Outcome<unknown>> {
  const initData = journal.load();
  const { id: workflowId, stateSchema, retry, timeoutMs } = definition;
  const begunAt = retriedAt(claim) ?? claim.run.startedAt ?? claim.now;
  const scope = {
    workflowId,
    initData,
    stateSchema,
    retry,
    deadline: timeoutMs === undefined ? undefined : { at: begunAt + timeoutMs, workflowId },
  };
  const shared: Walk = {
    journal,
    effects,
    stopping,
    deadline,
    durations,
    keyPart: keyPartOf(claim.run.runId),
    topLevelIndex: topLevelIndex(definition.shape),
    budgetMs: deadline === Number.POSITIVE_INFINITY ? deadline : deadline - effects.now(),
    places: new Map(),
  };
  return definition.runParsed(initData, new RunFrame(definition, shared, scope));
}

/** A run that is retried has its whole time again: else what failed late could never succeed. */
function retriedAt({ steps }: Claim): number | undefined {
  return steps.findLast(({ path }) => path === RETRY_PATH)?.endedAt;
}

async function settle(claim: Claim, journal: Journal, end: End): Promise<DrivenRun> {
  const { events, ...stored } = end;
  const left = {
    ...stored,
    signals: journal.signals,
    state: journal.isLoaded ? encode(journal.state, "the state", Number.POSITIVE_INFINITY) : null,
    executionPath: JSON.stringify(journal.executionPath),
    // Records that cannot be read are not in the journal, but are there.
    recorded: claim.run.recorded + journal.records.length - claim.steps.length,
  };
  const awaited = events.map((wait) => ({ ...wait, firstSeq: journal.firstSeqOf(wait.path) }));
  const status = await journal.writer.settle(left, awaited);
  return { run: { ...stored, runId: claim.run.runId, status }, steps: journal.records };
}

const FIRST_PAUSE_MS = 5_000;
const MAX_PAUSE_MS = 3_600_000;

/**
 * Gives the run back after the database refused its writes, with longer and longer pauses, or when
 * its lease was too old to begin with: it was no death of the process, and must not be counted as one. When the database does not
 * answer this either, the lease runs out.
 */
async function release(
  { run }: Claim,
  journal: Journal,
  { storage }: DriveOptions,
  reason: unknown,
): Promise<void> {
  const isLost = reason instanceof WrkflwError && reason.code === "LEASE_LOST";
  if (isLost && !journal.writer.isLate) return;
  const pauseMs = isLost ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** run.releases, MAX_PAUSE_MS);
  await storage.release(run.runId, run.epoch, pauseMs).catch(() => {});
}

/** The run was claimed again and again and nothing was ever written: it kills its process. */
function poisoned({ run, steps: records }: Claim): Outcome<never> {
  const open = latestOpen(records)?.path;
  const position = run.position ?? (open === undefined ? null : JSON.stringify([open]));
  const steps = position === null ? "its first step" : `step ${positionsOf(position)}`;
  const { code, name, message } = new WrkflwError(
    "RUN_POISONED",
    `Gave up run ${quote(run.runId)}: its process died ${run.idleClaims} times in ${steps}`,
  );
  return { status: "failed", error: { name, message, code } };
}

function positionsOf(position: string): string {
  return stringsOf(position).map(quote).join(", ");
}
