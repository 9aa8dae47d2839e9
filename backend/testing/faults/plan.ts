/** All that is decided before a run begins: a course follows from it, and the same one each time. */
import type { Fault } from "../faulty-client.ts";
import type { Expectation } from "../model.ts";
import type { WorkflowPiece } from "../random-workflow.ts";

/** What goes wrong in one process. */
export interface ProcessPlan {
  readonly faults: readonly Fault[];
  /** How far its clock is ahead of the database's. @default 0 */
  readonly skewMs?: number;
}

/**
 * How the world around a run behaves. `patient`: whoever resumes it or sends it an event waits
 * until nothing else can happen. `eager`: events come early, and two people resume each step at
 * once and while others are at work. In both every event is sent twice, and other processes look
 * for work during long steps. `chance`: anything of this, by the plan's seed.
 */
export type Manner = "patient" | "eager" | "chance";

/** All that is decided before a run begins. */
export interface Plan {
  readonly seed: number;
  readonly workflow: WorkflowPiece;
  readonly input: number;
  readonly expected: Expectation;
  readonly manner: Manner;
  /** Of each process in turn; one without faults comes last and must end the run. */
  readonly processes: readonly ProcessPlan[];
  /** Of some of the ticks. */
  readonly budgetMs: number;
}

/** A request that takes longer than this outlives the claim that it was sent under. */
const LEASE_IN_DANGER_MS = 20_000;

/** Whether a fault may cost the process its claim, so that the steps at work are repeated. */
export function mayRepeat({ mode, lasts = false, ms = 0 }: Fault): boolean {
  if (mode === "slow") return ms >= LEASE_IN_DANGER_MS;
  if (mode === "dup") return false;
  return lasts || /^(?:kill|late|pause)/.test(mode);
}
