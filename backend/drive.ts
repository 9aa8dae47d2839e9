import type { Definition } from "./definition.ts";
import type { Effects } from "./effects.ts";
import { quote, WrkflwError } from "./errors.ts";
import { Journal, leaseLost } from "./journal.ts";
import type { Outcome } from "./node.ts";
import { endOf, resultOf } from "./results.ts";
import type { RunResult } from "./run.ts";
import { RunFrame } from "./run-frame.ts";
import { encode } from "./serialize.ts";
import type { Claim } from "./storage/claim-statements.ts";
import type { WorkflowStorage } from "./storage.ts";
import { topLevelIndex } from "./top-level-index.ts";

/** What driving needs beside a claim and its workflow. */
export interface DriveOptions {
  readonly storage: WorkflowStorage;
  readonly effects: Effects;
  readonly leaseMs: number;
  readonly maxIdleClaims: number;
  /** The moment by which this process must stop, by `effects.now()`. */
  readonly deadline: number;
}

/** A run that this process is driving. */
export interface Drive<Out> {
  /** How the run stands when this process lets go of it; rejects when its claim is lost. */
  readonly result: Promise<RunResult<Out>>;
  /** Aborts the steps at work and writes nothing more. */
  readonly stop: (reason: WrkflwError) => void;
}

/** Walks a claimed run through its workflow and writes how that ended. */
export function drive<Out>(
  claim: Claim,
  definition: Definition<never, Out>,
  options: DriveOptions,
): Drive<Out> {
  const { effects, storage, leaseMs, deadline } = options;
  const journal = new Journal(claim, {
    storage,
    effects,
    leaseMs,
    topLevelIndex: topLevelIndex(definition.shape),
  });
  const stopping = new AbortController();
  const isOver = new AbortController();

  function stop(reason: WrkflwError): void {
    journal.fail(reason);
    stopping.abort(reason);
  }

  async function walk(): Promise<Outcome<Out>> {
    if (claim.run.idleClaims > options.maxIdleClaims) return poisoned(claim);
    const initData = journal.openInput();
    const { id: workflowId, stateSchema } = definition;
    const shared = { journal, effects, signal: stopping.signal, deadline, outputs: new Map() };
    const frame = new RunFrame(shared, { workflowId, initData, stateSchema });
    return await definition.runParsed(initData, frame);
  }

  async function run(): Promise<RunResult<Out>> {
    try {
      const end = endOf(await walk());
      await journal.settle({
        ...end,
        state: encode(journal.state, "the state"),
        executionPath: JSON.stringify(journal.executionPath),
      });
      return resultOf<Out>({ runId: claim.run.runId, ...end }, journal.records);
    } catch (error) {
      stopping.abort(error);
      throw error;
    } finally {
      isOver.abort();
    }
  }

  void keepLease(claim, options, stop, isOver.signal);
  return { result: run(), stop };
}

/** Renews the lease at every third of it, so that a step may take longer than a lease. */
async function keepLease(
  { run }: Claim,
  { storage, effects, leaseMs }: DriveOptions,
  stop: (reason: WrkflwError) => void,
  isOver: AbortSignal,
): Promise<void> {
  let renewedAt = effects.now();
  while (true) {
    await effects.sleep(leaseMs / 3, isOver);
    if (isOver.aborted) return;
    try {
      if (!(await storage.renew(run.runId, run.epoch, leaseMs)))
        return stop(leaseLost(run.runId, null));
      renewedAt = effects.now();
    } catch (error) {
      if (effects.now() - renewedAt >= leaseMs) return stop(error as WrkflwError);
    }
  }
}

/** The run was claimed again and again and nothing was ever written: it kills its process. */
function poisoned({ run }: Claim): Outcome<never> {
  const steps = run.position === null ? "its first step" : `step ${positionsOf(run.position)}`;
  const { code, name, message } = new WrkflwError(
    "RUN_POISONED",
    `Gave up run ${quote(run.runId)}: its process died ${run.idleClaims - 1} times in ${steps}`,
  );
  return { status: "failed", error: { name, message, code } };
}

function positionsOf(position: string): string {
  const paths: unknown = JSON.parse(position);
  return Array.isArray(paths) ? paths.map((path) => quote(String(path))).join(", ") : position;
}
