/** What a workflow of a description must come to: a plain interpreter without any durability. */
import {
  type BranchPiece,
  type EventPiece,
  kept,
  type LoopPiece,
  type MapPiece,
  type Piece,
  type StepPiece,
  type Unit,
  type WorkflowPiece,
} from "./random-workflow.ts";

/** How a piece may end. */
export type Ending =
  | { readonly status: "success" | "bailed"; readonly value: number }
  | { readonly status: "failed"; readonly message: string; readonly step: string };

/** What must come of a run. */
export interface Expectation {
  /** More than one only where work beside other work fails: which is first is up to time. */
  readonly endings: readonly Ending[];
  /** Every execution there may be, and whether there must be one. */
  readonly executions: ReadonlyMap<string, boolean>;
  /** What must be recorded before an execution may begin: what led to it. */
  readonly leadingTo: ReadonlyMap<string, readonly string[]>;
  /** What is sure of the state at the end. */
  readonly state: ReadonlyMap<string, number>;
  /** Every key that may be in the state. */
  readonly stateKeys: ReadonlySet<string>;
}

/** Names one execution of a step: where, which attempt, and how often it was resumed. */
export function executionId(path: string, attempt: number, turn: number): string {
  return `${path} attempt ${attempt} turn ${turn}`;
}

/** Two that run beside each other end early, and not both by failing: anything can come of it. */
export class Ambiguous extends Error {}

/** What must come of a run. */
export function foretell(workflow: WorkflowPiece, input: number): Expectation {
  const model = new Model();
  const endings = model.flow(workflow, input, "");
  return {
    endings,
    executions: model.executions,
    leadingTo: model.leadingTo,
    state: model.state,
    stateKeys: model.stateKeys,
  };
}

type Endings = readonly [Ending, ...Ending[]];

class Model {
  readonly executions = new Map<string, boolean>();
  readonly leadingTo = new Map<string, readonly string[]>();
  readonly state = new Map<string, number>();
  readonly stateKeys = new Set<string>();
  /** The executions that came last. */
  #latest: readonly string[];

  constructor(latest: readonly string[] = []) {
    this.#latest = latest;
  }

  /** A workflow's pieces in turn; one that bails ends only this workflow. */
  flow({ pieces }: WorkflowPiece, input: number, scope: string): Endings {
    const results = new Map<string, number>();
    const names = new Names(scope);
    let value = input;
    for (const piece of pieces) {
      const endings = this.#piece(piece, value, scope, names, results);
      const [ending] = endings;
      if (ending.status === "failed") return endings;
      if (ending.status === "bailed") return [{ status: "success", value: ending.value }];
      value = ending.value;
      if (piece.kind === "step") results.set(piece.id, value);
    }
    return [success(value)];
  }

  #piece(
    piece: Piece,
    value: number,
    scope: string,
    names: Names,
    results: ReadonlyMap<string, number>,
  ): Endings {
    switch (piece.kind) {
      case "step":
      case "workflow":
        return this.#unit(piece, value, scope + piece.id);
      case "map":
        return mapped(piece, value, names.next("map"), results);
      case "parallel":
        names.next("map");
        return this.#beside(piece.units.map((unit) => [unit, value, scope + unit.id]));
      case "branch":
        return this.#branch(piece, value, scope, names);
      case "foreach": {
        names.next("map");
        names.next("map");
        const { unit, items } = piece;
        return this.#beside(
          Array.from({ length: items }, (_, index) => [
            unit,
            kept(value + index),
            `${scope}${unit.id}[${index}]`,
          ]),
        );
      }
      case "dowhile":
      case "dountil":
        return this.#loop(piece, value, scope, names.next(piece.kind));
      case "event":
        return awaited(piece, value, names.next("waitForEvent"));
      default:
        return [success(value)];
    }
  }

  #unit(unit: Unit, value: number, path: string): Endings {
    return unit.kind === "step"
      ? this.#step(unit, value, path)
      : this.flow(unit, value, `${path}/`);
  }

  #step(step: StepPiece, value: number, path: string): Endings {
    let turn = 0;
    for (let attempt = 1; ; ) {
      this.#execute(executionId(path, attempt, turn));
      if (failsAt(step, attempt, turn)) {
        if (isLastAttempt(step, attempt)) return [failed(failureOf(step, attempt), path)];
        attempt++;
      } else if (turn < step.suspends) {
        this.#set(step, path, turn);
        turn++;
      } else {
        return [this.#finish(step, value, path, turn)];
      }
    }
  }

  #execute(id: string): void {
    this.executions.set(id, true);
    this.leadingTo.set(id, this.#latest);
    this.#latest = [id];
  }

  #finish(step: StepPiece, value: number, path: string, turn: number): Ending {
    const output = outputOf(step, value, turn, this.state.get("shared") ?? 0);
    this.#set(step, path, output);
    if (step.sets === "shared") this.state.set("shared", output);
    return { status: step.bails ? "bailed" : "success", value: output };
  }

  #set(step: StepPiece, path: string, value: number): void {
    if (step.sets === "nothing") return;
    this.state.set(path, value);
    this.stateKeys.add(path);
    this.stateKeys.add("shared");
  }

  /** All run; of one that ends early the others may or may not have done their work. */
  #beside(units: readonly (readonly [Unit, number, string])[]): Endings {
    const models = units.map(([unit, value, path]) => {
      const model = new Model(this.#latest);
      return { model, endings: model.#unit(unit, value, path) };
    });
    const ended = models.filter(({ endings: [first] }) => first.status !== "success");
    const endings = ended.flatMap((each) => each.endings);
    if (endings.length > 1 && endings.some(({ status }) => status === "bailed")) {
      throw new Ambiguous("Which ends first is up to time");
    }
    for (const each of models) {
      const isSure = ended.length === 0 || (ended.length === 1 && ended[0] === each);
      this.#take(each.model, isSure);
    }
    const last = ended.length > 0 ? ended : models;
    if (last.length > 0) this.#latest = last.flatMap(({ model }) => model.#latest);
    const [first, ...rest] = endings;
    if (first !== undefined) return [first, ...rest];
    const sum = models.reduce((total, { endings: [one] }) => total + numberIn(one), 0);
    return [success(kept(sum))];
  }

  #take(other: Model, isSure: boolean): void {
    for (const [id, must] of other.executions) this.executions.set(id, must && isSure);
    for (const [id, ids] of other.leadingTo) this.leadingTo.set(id, ids);
    for (const key of other.stateKeys) this.stateKeys.add(key);
    if (isSure) for (const [key, value] of other.state) this.state.set(key, value);
  }

  #branch(piece: BranchPiece, value: number, scope: string, names: Names): Endings {
    const path = names.next("branch");
    if (piece.throws) return [failed("the condition threw", path)];
    names.next("map");
    const holding = piece.arms.filter(({ divisor }) => value % divisor === 0);
    const taken = (piece.mode === "first" ? holding.slice(0, 1) : holding).map(({ unit }) => unit);
    const units = taken.length > 0 || piece.otherwise === null ? taken : [piece.otherwise];
    return this.#beside(units.map((unit) => [unit, value, scope + unit.id]));
  }

  #loop(piece: LoopPiece, input: number, scope: string, path: string): Endings {
    let value = input;
    for (let turn = 1; turn <= piece.turns; turn++) {
      const endings = this.#unit(piece.unit, value, `${scope}${piece.unit.id}#${turn}`);
      const [ending] = endings;
      if (ending.status !== "success") return endings;
      value = ending.value;
      if (piece.throws) return [failed("the condition threw", `${path}[${turn}]`)];
    }
    return [success(value)];
  }
}

/** Nodes that have no name of their own are numbered by kind, in each workflow. */
class Names {
  readonly #scope: string;
  readonly #counts = new Map<string, number>();

  constructor(scope: string) {
    this.#scope = scope;
  }

  next(kind: string): string {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    return `${this.#scope}${kind}${count === 1 ? "" : `#${count}`}`;
  }
}

/** Whether an execution of a step fails. */
export function failsAt(step: StepPiece, attempt: number, turn: number): boolean {
  return attempt <= step.failures && (step.failsWhen === "fresh" || turn > 0);
}

function isLastAttempt({ fails, attempts }: StepPiece, attempt: number): boolean {
  return fails === "final" || attempt >= attempts;
}

/** What a step puts out. */
export function outputOf(step: StepPiece, value: number, turn: number, shared: number): number {
  return kept(value + step.adds + turn * 7 + (step.readsShared ? shared : 0));
}

/** A hanging attempt is cut off after this many milliseconds. */
export const HANG_MS = 6_000;

/** The message of a failing attempt. */
export function failureOf({ id, fails }: StepPiece, attempt: number): string {
  return fails === "hang"
    ? `Step "${id}" took longer than ${HANG_MS} ms`
    : `${id} broke at attempt ${attempt}`;
}

function mapped(
  { adds, throws, reads }: MapPiece,
  value: number,
  path: string,
  results: ReadonlyMap<string, number>,
): Endings {
  if (throws) return [failed("the mapping threw", path)];
  const read = reads === null ? 0 : (results.get(reads) ?? 0);
  return [success(kept(value + adds + read))];
}

function awaited(piece: EventPiece, value: number, path: string): Endings {
  if (piece.comes !== "never") return [success(piece.value)];
  if (!piece.mustCome) return [success(kept(value + 1))];
  const { name, timeoutMs } = piece;
  return [failed(`Event "${name}" did not come within ${timeoutMs} ms`, path)];
}

function success(value: number): Ending {
  return { status: "success", value };
}

function failed(message: string, step: string): Ending {
  return { status: "failed", message, step };
}

function numberIn(ending: Ending): number {
  return ending.status === "failed" ? 0 : ending.value;
}
