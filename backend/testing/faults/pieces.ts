/** Short ways to write a workflow down as data. */
import type {
  EventPiece,
  MapPiece,
  ParallelPiece,
  Piece,
  StepPiece,
  Unit,
  WorkflowPiece,
} from "../random-workflow.ts";

/** A step that adds one and notes it in the state, but for what is said of it. */
export function step(id: string, traits: Partial<StepPiece> = {}): StepPiece {
  return {
    kind: "step",
    id,
    adds: 1,
    takesMs: 0,
    failures: 0,
    fails: "throw",
    failsWhen: "fresh",
    attempts: 1,
    pauseMs: 10_000,
    suspends: 0,
    bails: false,
    sets: "own",
    readsShared: false,
    ...traits,
  };
}

/** A step whose first attempts fail; the last that it has succeeds. */
export function retrying(
  id: string,
  failures: number,
  pauseMs: number,
  traits: Partial<StepPiece> = {},
): StepPiece {
  return step(id, { failures, attempts: failures + 1, pauseMs, ...traits });
}

/** A workflow. */
export function flow(id: string, ...pieces: readonly Piece[]): WorkflowPiece {
  return { kind: "workflow", id, pieces };
}

/** Nodes beside each other. */
export function parallel(...units: readonly Unit[]): ParallelPiece {
  return { kind: "parallel", units };
}

/** A mapping that adds the result of an earlier step. */
export function mapReading(reads: string | null): MapPiece {
  return { kind: "map", adds: 3, throws: false, reads };
}

/** A wait for an event that somebody sends. */
export function event(name: string): EventPiece {
  return { kind: "event", name, value: 7, comes: "always", timeoutMs: 0, mustCome: false };
}

/** A wait for an event that nobody sends. */
export function missingEvent(name: string, timeoutMs: number, mustCome: boolean): EventPiece {
  return { kind: "event", name, value: 7, comes: "never", timeoutMs, mustCome };
}
