/** Makes a real workflow of a description. */
import { z } from "npm:zod@4.6.7";
import { NonRetryableError, RetryAfterError } from "../errors.ts";
import type { Node } from "../node.ts";
import { createStep, type Step } from "../step.ts";
import type { StepExecutionContext } from "../step-context.ts";
import type { Workflow } from "../workflow.ts";
import { createWorkflow, type WorkflowBuilder } from "../workflow-builder.ts";
import { FAKE_START_MS } from "./fake-effects.ts";
import { failsAt, failureOf, HANG_MS, outputOf } from "./model.ts";
import {
  type BranchPiece,
  type EventPiece,
  kept,
  type MapPiece,
  type Piece,
  type StepPiece,
  type Unit,
  type WorkflowPiece,
} from "./random-workflow.ts";

const Value = z.number();
const Turn = z.object({ turn: z.number() });
type Builder = WorkflowBuilder<string, z.ZodNumber, z.ZodNumber, number>;
type TurnValue = { turn: number };
type Context = StepExecutionContext<number, Record<string, unknown>, TurnValue, TurnValue>;

/** What the steps of one process tell, and what they wait for. */
export interface Surroundings {
  /** Told of every execution when it begins. @returns A mark that is kept in the execution's record. */
  executed(path: string, attempt: number, turn: number, key: string): Promise<string>;
  /** What the steps of this process are given as the key of an execution. @default the engine's */
  readonly keyFor?: (key: string) => string;
  /** Told when an attempt begins that is to fail, and after how many milliseconds the next one may. */
  fails?(path: string, attempt: number, nextInMs: number): void;
  /** What others do meanwhile. */
  meddle(): Promise<void>;
  /** Passes the time that a step takes. */
  spend(ms: number): Promise<void>;
}

/** The real workflow, as one process has it. */
export function buildWorkflow(
  { id, pieces }: WorkflowPiece,
  surroundings: Surroundings,
): Workflow<string, number, number> {
  const steps = new Map<string, Step<string, number, number>>();
  const nodeOf = (unit: Unit): Node<number, number> => {
    if (unit.kind === "workflow") return buildWorkflow(unit, surroundings);
    const step = buildStep(unit, surroundings);
    steps.set(unit.id, step);
    return step;
  };
  let builder: Builder = createWorkflow<string, z.ZodNumber, z.ZodNumber>({
    id,
    inputSchema: Value,
    outputSchema: Value,
  });
  for (const piece of pieces) builder = add(builder, piece, nodeOf, steps);
  return builder.commit();
}

type NodeOf = (unit: Unit) => Node<number, number>;

function add(
  builder: Builder,
  piece: Piece,
  nodeOf: NodeOf,
  steps: ReadonlyMap<string, Step<string, number, number>>,
): Builder {
  switch (piece.kind) {
    case "step":
    case "workflow":
      return builder.then(nodeOf(piece));
    case "map":
      return addMap(builder, piece, steps);
    case "parallel":
      return builder
        .parallel(piece.units.map(nodeOf))
        .map(({ inputData }) => sum(Object.values(inputData)));
    case "branch":
      return addBranch(builder, piece, nodeOf);
    case "foreach":
      return builder
        .map(({ inputData }) =>
          Array.from({ length: piece.items }, (_, index) => kept(inputData + index)),
        )
        .foreach(nodeOf(piece.unit), { concurrency: piece.concurrency })
        .map(({ inputData }) => sum(inputData));
    case "dowhile":
    case "dountil":
      return builder[piece.kind](nodeOf(piece.unit), ({ iterationCount }) => {
        if (piece.throws) throw new Error("the condition threw");
        return piece.kind === "dowhile"
          ? iterationCount < piece.turns
          : iterationCount >= piece.turns;
      });
    case "sleep":
      return builder.sleep(piece.ms);
    case "sleepUntil":
      return builder.sleepUntil(FAKE_START_MS + piece.ms);
    case "event":
      return addEvent(builder, piece);
  }
}

function sum(values: readonly (number | undefined)[]): number {
  return kept(values.reduce<number>((total, value) => total + (value ?? 0), 0));
}

function addMap(
  builder: Builder,
  { adds, throws, reads }: MapPiece,
  steps: ReadonlyMap<string, Step<string, number, number>>,
): Builder {
  const step = reads === null ? undefined : steps.get(reads);
  return builder.map(({ inputData, getStepResult }) => {
    if (throws) throw new Error("the mapping threw");
    return kept(inputData + adds + (step === undefined ? 0 : getStepResult(step)));
  });
}

function addBranch(builder: Builder, piece: BranchPiece, nodeOf: NodeOf): Builder {
  const { arms, otherwise, mode, throws } = piece;
  const parts = arms.map(
    ({ divisor, unit }) =>
      [
        ({ inputData }: { inputData: number }): boolean => {
          if (throws) throw new Error("the condition threw");
          return inputData % divisor === 0;
        },
        nodeOf(unit),
      ] as const,
  );
  const options = otherwise === null ? { mode } : { mode, otherwise: nodeOf(otherwise) };
  return builder
    .branch<typeof parts, Node<number, number>>(parts, options)
    .map(({ inputData }) => sum(Object.values(inputData)));
}

function addEvent(builder: Builder, piece: EventPiece): Builder {
  const { name, comes, value, timeoutMs, mustCome } = piece;
  if (comes === "always") return builder.waitForEvent(name, { schema: Value });
  if (mustCome) return builder.waitForEvent(name, { schema: Value, timeoutMs });
  return builder.waitForEvent(name, {
    schema: Value,
    timeoutMs,
    onTimeout: ({ inputData }) => (comes === "race" ? value : kept(inputData + 1)),
  });
}

function buildStep(piece: StepPiece, surroundings: Surroundings): Step<string, number, number> {
  return createStep({
    id: piece.id,
    inputSchema: Value,
    outputSchema: Value,
    resumeSchema: Turn,
    suspendSchema: Turn,
    retry: { attempts: piece.attempts, initialMs: piece.pauseMs, factor: 1, jitter: false },
    ...(piece.fails === "hang" ? { timeoutMs: HANG_MS } : {}),
    execute: (context) => execute(piece, context, surroundings),
  });
}

async function execute(
  piece: StepPiece,
  context: Context,
  { executed, fails, meddle, spend, keyFor = (key) => key }: Surroundings,
): Promise<number> {
  const { inputData, attempt, resumeData } = context;
  const turn = resumeData?.turn ?? 0;
  const key = keyFor(context.idempotencyKey);
  const path = decodeURI(key.slice(context.runId.length + 1));
  if (failsAt(piece, attempt, turn)) fails?.(path, attempt, lengthOf(piece) + pauseOf(piece));
  context.log.info(await executed(path, attempt, turn, key));
  // The clock may move while others are busy, and would end the time of this step.
  if (piece.fails !== "hang") await meddle();
  if (piece.takesMs > 0) await spend(piece.takesMs);
  const shared = context.state.shared ?? 0;
  set(piece, context, path, -1);
  if (failsAt(piece, attempt, turn)) return await fail(piece, attempt);
  if (turn < piece.suspends) {
    set(piece, context, path, turn);
    return await context.suspend({ turn: turn + 1 });
  }
  const output = outputOf(piece, inputData, turn, Number(shared));
  set(piece, context, path, output);
  if (piece.sets === "shared") context.setState({ shared: output });
  return piece.bails ? await context.bail(output) : output;
}

function set({ sets }: StepPiece, context: Context, path: string, value: number): void {
  if (sets !== "nothing") context.setState({ [path]: value });
}

/** How long an attempt takes that fails, at least. */
function lengthOf({ fails, takesMs }: StepPiece): number {
  return fails === "hang" ? HANG_MS : takesMs;
}

function pauseOf({ fails, pauseMs }: StepPiece): number {
  return fails === "retryAfter" ? pauseMs * 2 : pauseMs;
}

function fail(piece: StepPiece, attempt: number): Promise<never> {
  const message = failureOf(piece, attempt);
  switch (piece.fails) {
    case "hang":
      return new Promise(() => {});
    case "retryAfter":
      throw new RetryAfterError(pauseOf(piece), message);
    case "final":
      throw new NonRetryableError(message);
    default:
      throw new Error(message);
  }
}
