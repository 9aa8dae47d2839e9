/** Which plans each suite is made of. */
import {
  FAULT_MODES,
  type Fault,
  type FaultMode,
  TORN_WAYS,
  type TornWay,
} from "../faulty-client.ts";
import { type Expectation, foretell } from "../model.ts";
import { Chance, type WorkflowPiece } from "../random-workflow.ts";
import type { Manner, Plan, ProcessPlan } from "./plan.ts";
import { planOf } from "./random-plan.ts";

const INPUT = 1;
const MANNERS = ["patient", "eager"] satisfies Manner[];

/** The plan in which nothing goes wrong. */
export function calmPlan(workflow: WorkflowPiece, manner: Manner = "patient"): Plan {
  return planWith(workflow, manner, []);
}

function planWith(
  workflow: WorkflowPiece,
  manner: Manner,
  troubled: readonly ProcessPlan[],
  seed = 0,
): Plan {
  return {
    seed,
    workflow,
    input: INPUT,
    expected: expected(workflow),
    manner,
    processes: [...troubled, { faults: [] }],
    budgetMs: Number.POSITIVE_INFINITY,
  };
}

const foretold = new WeakMap<WorkflowPiece, Expectation>();

function expected(workflow: WorkflowPiece): Expectation {
  const known = foretold.get(workflow) ?? foretell(workflow, INPUT);
  foretold.set(workflow, known);
  return known;
}

/** How many calls a shape takes when nothing goes wrong: of its process, and of all. */
export interface Calls {
  readonly own: number;
  readonly all: number;
}

/** Counts the calls of a plan in which nothing goes wrong. */
export type Measure = (plan: Plan) => Promise<Calls>;

const KILLS: readonly FaultMode[] = ["killBefore", "killAfter"];
/** What ends a process. */
const ENDS: readonly FaultMode[] = [...KILLS, "late"];
const PAUSES = ["pauseBefore", "pauseAfter"] as const;
/** Longer than an answer is waited for; and longer than a lease. */
const SLOW_MS = [9_000, 40_000];
/** Slow, but always in time. */
const ALWAYS_SLOW_MS = 2_000;

/** Every mode at every call of every shape, once and from then on; late by every number of calls. */
export function singleFaults(
  shapes: readonly WorkflowPiece[],
  measure: Measure,
): AsyncGenerator<Plan> {
  return allSingleFaults(shapes, measure, ["cut"]);
}

/** The same for databases over a wire, on which answers are torn in every way. */
export function wireFaults(
  shapes: readonly WorkflowPiece[],
  measure: Measure,
): AsyncGenerator<Plan> {
  return allSingleFaults(shapes, measure, TORN_WAYS);
}

async function* allSingleFaults(
  shapes: readonly WorkflowPiece[],
  measure: Measure,
  tornWays: readonly TornWay[],
): AsyncGenerator<Plan> {
  for (const workflow of shapes) {
    for (const manner of MANNERS) {
      const calls = await measure(calmPlan(workflow, manner));
      yield* faultsOf(workflow, manner, calls.own, { late: upTo(calls.all), tornWays });
    }
  }
}

/** The same, but patient: for databases that take their time. */
export async function* patientWireFaults(
  shapes: readonly WorkflowPiece[],
  measure: Measure,
): AsyncGenerator<Plan> {
  for (const workflow of shapes) {
    const { own, all } = await measure(calmPlan(workflow));
    yield* faultsOf(workflow, "patient", own, { late: upTo(all), tornWays: TORN_WAYS });
  }
}

/** Of the modes that need more said. */
interface Variety {
  /** By how many calls requests are late. */
  readonly late: readonly number[];
  readonly tornWays: readonly TornWay[];
}

function* faultsOf(
  workflow: WorkflowPiece,
  manner: Manner,
  lastCall: number,
  variety: Variety,
): Generator<Plan> {
  for (let call = 1; call <= lastCall; call++) {
    for (const fault of faultsAt(call, variety))
      yield planWith(workflow, manner, [{ faults: [fault] }]);
  }
}

function faultsAt(call: number, { late, tornWays }: Variety): Fault[] {
  const plain = FAULT_MODES.filter((mode) => !isTimed(mode) && mode !== "torn");
  const torn = tornWays.map((way) => ({ call, mode: "torn" as const, way }));
  const once: Fault[] = [...plain.map((mode) => ({ call, mode })), ...torn];
  const lasting = once.filter(({ mode }) => !KILLS.includes(mode));
  return [
    ...once,
    ...lasting.map((fault) => ({ ...fault, lasts: true })),
    ...SLOW_MS.map((ms) => ({ call, mode: "slow" as const, ms })),
    { call, mode: "slow", ms: ALWAYS_SLOW_MS, lasts: true },
    ...late.map((later) => ({ call, mode: "late" as const, calls: later })),
  ];
}

const TIMED: readonly FaultMode[] = ["slow", "lag", "late", "pauseBefore", "pauseAfter"];

function isTimed(mode: FaultMode): boolean {
  return TIMED.includes(mode);
}

function upTo(last: number): number[] {
  return Array.from({ length: last + 1 }, (_, index) => index);
}

/** Answers that are in time, and one that comes when its request was sent again. */
const LAGS_MS = [2_000, 7_000, 9_000];

/** The answer of every call comes late, once and from then on. */
export async function* lateAnswers(
  shapes: readonly WorkflowPiece[],
  measure: Measure,
): AsyncGenerator<Plan> {
  for (const workflow of shapes) {
    for (const manner of MANNERS) {
      const { own } = await measure(calmPlan(workflow, manner));
      for (let call = 1; call <= own; call++) {
        for (const ms of LAGS_MS)
          yield planWith(workflow, manner, [{ faults: [{ call, mode: "lag", ms }] }]);
        const lasting = { call, mode: "lag", ms: ALWAYS_SLOW_MS, lasts: true } as const;
        yield planWith(workflow, manner, [{ faults: [lasting] }]);
      }
    }
  }
}

type Trouble = Omit<Fault, "call">;

/** What pairs of faults are made of, over every shape. */
const COMMON: readonly Trouble[] = [
  { mode: "killBefore" },
  { mode: "killAfter" },
  { mode: "errBefore" },
  { mode: "errAfter" },
  { mode: "dup" },
];
/** The other modes, of which there are pairs over shapes with few calls. */
const RARE: readonly Trouble[] = [
  { mode: "late", calls: 2 },
  { mode: "busy" },
  { mode: "readonly" },
  { mode: "full" },
  { mode: "slow", ms: 9_000 },
  { mode: "torn" },
];

/** Every mode with every mode, but for the pairs that {@linkcode pairedFaults} has. */
export function otherPairedFaults(
  shapes: readonly WorkflowPiece[],
  measure: Measure,
): AsyncGenerator<Plan> {
  const others = [...pairsOf(RARE, [...COMMON, ...RARE]), ...pairsOf(COMMON, RARE)];
  return atEveryPairOfCalls(others, shapes, measure);
}

/** Every pair of faults: both in one process, or the second in the process that takes over. */
export function pairedFaults(
  shapes: readonly WorkflowPiece[],
  measure: Measure,
): AsyncGenerator<Plan> {
  return atEveryPairOfCalls(pairsOf(COMMON, COMMON), shapes, measure);
}

function pairsOf<Item>(firsts: readonly Item[], seconds: readonly Item[]): [Item, Item][] {
  return firsts.flatMap((first) => seconds.map((second): [Item, Item] => [first, second]));
}

async function* atEveryPairOfCalls(
  troubles: readonly (readonly [Trouble, Trouble])[],
  shapes: readonly WorkflowPiece[],
  measure: Measure,
): AsyncGenerator<Plan> {
  for (const workflow of shapes) {
    const { own } = await measure(calmPlan(workflow));
    const calls = upTo(own).slice(1);
    for (const [first, second] of pairsOf(calls, calls)) {
      for (const [trouble, then] of troubles)
        yield paired(workflow, { ...trouble, call: first }, { ...then, call: second });
    }
  }
}

function paired(workflow: WorkflowPiece, first: Fault, second: Fault): Plan {
  if (ENDS.includes(first.mode))
    return planWith(workflow, "patient", [{ faults: [first] }, { faults: [second] }]);
  const later = { ...second, call: first.call + second.call };
  return planWith(workflow, "patient", [{ faults: [first, later] }]);
}

/** One worker stands still at every call, before and after it was applied, for every number of calls of another. */
export async function* twoWorkers(
  shapes: readonly WorkflowPiece[],
  measure: Measure,
): AsyncGenerator<Plan> {
  for (const workflow of shapes) {
    for (const manner of MANNERS) {
      const calls = await measure(calmPlan(workflow, manner));
      for (let call = 1; call <= calls.own; call++) {
        for (const later of upTo(calls.all)) {
          for (const mode of PAUSES)
            yield planWith(workflow, manner, [{ faults: [{ call, mode, calls: later }] }]);
        }
      }
    }
  }
}

/** Workflows by chance that meet faults by chance. */
export async function* randomWorkflows(): AsyncGenerator<Plan> {
  for (let seed = 0; seed < SEEDS; seed++) yield planOf(seed);
}

const SEEDS = 10_000;

/** Three workers, two of which stand still, die or lag at a time, their clocks wrong: by seed. */
export async function* threeWorkers(
  shapes: readonly WorkflowPiece[],
  measure: Measure,
): AsyncGenerator<Plan> {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const chance = new Chance(seed);
    const workflow = shapes[chance.below(shapes.length)];
    if (workflow === undefined) return;
    const calls = await measure(calmPlan(workflow));
    const workers = [worker(chance, calls), worker(chance, calls)];
    yield planWith(workflow, chance.pick(["patient", "eager", "chance"]), workers, seed);
  }
}

function worker(chance: Chance, calls: Calls): ProcessPlan {
  const call = 1 + chance.below(calls.own);
  const later = chance.below(calls.all);
  const mode = chance.pick([...PAUSES, ...PAUSES, "late", "killAfter", "slow"]);
  const ms = chance.pick([9_000, 40_000, 70_000]);
  const skewMs = chance.pick([0, 3_600_000, -3_600_000, 25_000, -25_000]);
  return { skewMs, faults: [{ call, mode, calls: later, ms }] };
}

/** Clocks ahead and behind, alone and with a fault at every call. */
export async function* wrongClocks(
  shapes: readonly WorkflowPiece[],
  measure: Measure,
): AsyncGenerator<Plan> {
  for (const workflow of shapes) {
    const { own, all } = await measure(calmPlan(workflow));
    for (const skewMs of [40_000, -40_000, 100 * 86_400_000, -100 * 86_400_000]) {
      const calm = calmPlan(workflow, "eager");
      yield { ...calm, processes: [{ skewMs, faults: [] }] };
      for (let call = 1; call <= own; call++) {
        for (const mode of ["killAfter", "pauseAfter"] as const) {
          const later = call % (all + 1);
          const skewed = { skewMs, faults: [{ call, mode, calls: later }] };
          yield planWith(workflow, "patient", [skewed, { skewMs: -skewMs, faults: [] }]);
        }
      }
    }
  }
}

/** A process opens the database, claims the run, looks for more, and then writes. */
const FIRST_PROGRESS = 4;

/** A process dies after each few calls: what makes progress each time is never given up. */
export async function* manyDeaths(
  shapes: readonly WorkflowPiece[],
  measure: Measure,
): AsyncGenerator<Plan> {
  for (const workflow of shapes) {
    const { own } = await measure(calmPlan(workflow));
    for (let call = FIRST_PROGRESS; call < own; call++) {
      const deaths = Array.from({ length: own }, () => ({
        faults: [{ call, mode: "killAfter" } as const],
      }));
      yield planWith(workflow, "patient", deaths);
    }
  }
}
