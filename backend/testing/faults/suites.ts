/** The suites by name, and how a suite is run. */
import type { WorkflowPiece } from "../random-workflow.ts";
import {
  type Calls,
  lateAnswers,
  type Measure,
  manyDeaths,
  otherPairedFaults,
  pairedFaults,
  patientWireFaults,
  randomWorkflows,
  singleFaults,
  threeWorkers,
  twoWorkers,
  wireFaults,
  wrongClocks,
} from "./cases.ts";
import { provePlan } from "./judge.ts";
import type { Manner, Plan } from "./plan.ts";
import { IN_MEMORY, type Stage } from "./stages.ts";
import { Violation } from "./violation.ts";

type Cases = (shapes: readonly WorkflowPiece[], measure: Measure) => AsyncGenerator<Plan>;

/** What each suite tries. */
export const SUITES = {
  "single faults": singleFaults,
  "single faults on a wire": wireFaults,
  "patient single faults on a wire": patientWireFaults,
  "pairs of faults": pairedFaults,
  "other pairs of faults": otherPairedFaults,
  "two workers": twoWorkers,
  "three workers": threeWorkers,
  "wrong clocks": wrongClocks,
  "late answers": lateAnswers,
  "many deaths": manyDeaths,
  "random workflows": randomWorkflows,
} as const satisfies Readonly<Record<string, Cases>>;

/** The name of a suite. */
export type SuiteName = keyof typeof SUITES;

/** Which of so many shares: cases are dealt out in turn. */
export interface Share {
  /** From 0. */
  readonly index: number;
  readonly of: number;
}

/** All cases. */
export const WHOLE: Share = { index: 0, of: 1 };

/** How a suite is run. */
export interface SuiteOptions {
  readonly name: SuiteName;
  readonly shapes: readonly WorkflowPiece[];
  /** @default in memory */
  readonly stage?: Stage;
  /** Takes each so-many-th case. @default 1, which is every one */
  readonly every?: number;
  /** Of these takes its share only. @default all */
  readonly share?: Share;
  /** Takes only cases of this manner. */
  readonly manner?: Manner | undefined;
  /** Whether the first violation ends the suite. @default false */
  readonly stopsAtFirst?: boolean;
}

/** What a suite found. */
export interface SuiteResult {
  readonly cases: number;
  readonly violations: readonly Violation[];
  readonly seconds: number;
}

/** Runs the cases of a suite. Throws what is no violation: the harness itself is wrong then. */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { name, shapes, stage = IN_MEMORY, every = 1, share = WHOLE } = options;
  const { manner, stopsAtFirst = false } = options;
  const begunAt = performance.now();
  const violations: Violation[] = [];
  let cases = 0;
  let index = 0;
  for await (const plan of SUITES[name](shapes, measure)) {
    if (manner !== undefined && plan.manner !== manner) continue;
    if (!isTaken(index++, every, share)) continue;
    cases++;
    const violation = await violationOf(plan, stage);
    if (violation !== undefined) violations.push(violation);
    if (violation !== undefined && stopsAtFirst) break;
  }
  return { cases, violations, seconds: (performance.now() - begunAt) / 1_000 };
}

/** How many cases a suite has. */
export async function countCases(name: SuiteName, shapes: SuiteOptions["shapes"]): Promise<number> {
  let cases = 0;
  for await (const _ of SUITES[name](shapes, measure)) cases++;
  return cases;
}

function isTaken(index: number, every: number, share: Share): boolean {
  return index % every === 0 && (index / every) % share.of === share.index;
}

/** The promise that a plan breaks, if any. */
export async function violationOf(plan: Plan, stage: Stage): Promise<Violation | undefined> {
  try {
    await provePlan(plan, stage);
    return undefined;
  } catch (error) {
    if (error instanceof Violation) return error;
    throw error;
  }
}

const counted = new WeakMap<WorkflowPiece, Map<Manner, Promise<Calls>>>();

/** Counts the calls of each shape once, in memory and with the sound protocol. */
function measure(plan: Plan): Promise<Calls> {
  const { workflow, manner } = plan;
  const known = counted.get(workflow) ?? new Map<Manner, Promise<Calls>>();
  counted.set(workflow, known);
  const calls = known.get(manner) ?? provePlan(plan).then(callsOf);
  known.set(manner, calls);
  return calls;
}

function callsOf({ calls, arrivals }: { calls: number; arrivals: number }): Calls {
  return { own: calls, all: arrivals };
}
