/** Workflows by chance, as plain data: to build the real one from, and to foretell its course. */

/** Numbers by chance; the same seed gives the same series. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) >>> 0;
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** Holds once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<const T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }
}

/** A step: what it does depends on nothing but its attempt, what it was resumed with, and its input. */
export interface StepPiece {
  readonly kind: "step";
  readonly id: string;
  readonly adds: number;
  readonly takesMs: number;
  /** How many attempts fail, and how. */
  readonly failures: number;
  readonly fails: "throw" | "hang" | "retryAfter" | "final";
  /** Whether attempts fail from the beginning, or only once the step was resumed. */
  readonly failsWhen: "fresh" | "resumed";
  readonly attempts: number;
  readonly pauseMs: number;
  /** How often it suspends before it goes on. */
  readonly suspends: number;
  readonly bails: boolean;
  /** Which key of the state it sets: one of its own, or the one that all share as well. */
  readonly sets: "nothing" | "own" | "shared";
  readonly readsShared: boolean;
}

export interface WorkflowPiece {
  readonly kind: "workflow";
  readonly id: string;
  readonly pieces: readonly Piece[];
}

/** What a construct can hold. */
export type Unit = StepPiece | WorkflowPiece;

export interface MapPiece {
  readonly kind: "map";
  readonly adds: number;
  readonly throws: boolean;
  /** The id of an earlier step of the scope whose result is added. */
  readonly reads: string | null;
}

export interface ParallelPiece {
  readonly kind: "parallel";
  readonly units: readonly Unit[];
}

export interface BranchPiece {
  readonly kind: "branch";
  /** An arm is taken by a value that its divisor divides. */
  readonly arms: readonly { readonly divisor: number; readonly unit: Unit }[];
  readonly otherwise: Unit | null;
  readonly mode: "every" | "first";
  readonly throws: boolean;
}

export interface ForeachPiece {
  readonly kind: "foreach";
  readonly items: number;
  readonly concurrency: number;
  readonly unit: Unit;
}

export interface LoopPiece {
  readonly kind: "dowhile" | "dountil";
  readonly turns: number;
  readonly throws: boolean;
  readonly unit: Unit;
}

export interface SleepPiece {
  readonly kind: "sleep" | "sleepUntil";
  readonly ms: number;
}

export interface EventPiece {
  readonly kind: "event";
  readonly name: string;
  readonly value: number;
  /** `race`: it may come or be late, and both give the same value. */
  readonly comes: "always" | "race" | "never";
  readonly timeoutMs: number;
  /** Whether the run fails when it does not come. */
  readonly mustCome: boolean;
}

export type Piece =
  | Unit
  | MapPiece
  | ParallelPiece
  | BranchPiece
  | ForeachPiece
  | LoopPiece
  | SleepPiece
  | EventPiece;

/** Values stay small, and are never negative. */
export function kept(value: number): number {
  return ((value % 1_000) + 1_000) % 1_000;
}

const MAX_STEPS = 9;
const MAX_DEPTH = 3;

/** A workflow by chance. */
export function randomWorkflow(chance: Chance): WorkflowPiece {
  return new Generator(chance).flow(0, false, "flow");
}

class Generator {
  readonly #chance: Chance;
  #ids = 0;
  #steps = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  flow(depth: number, isBeside: boolean, id = `w${++this.#ids}`): WorkflowPiece {
    const pieces: Piece[] = [];
    const length = 1 + this.#chance.below(depth === 0 ? 4 : 3);
    for (let index = 0; index < length; index++) pieces.push(this.#piece(depth, isBeside, pieces));
    return { kind: "workflow", id, pieces };
  }

  #piece(depth: number, isBeside: boolean, before: readonly Piece[]): Piece {
    const unit = (beside = isBeside) => this.#unit(depth + 1, beside);
    switch (this.#chance.below(12)) {
      case 0:
        return this.#map(before);
      case 1:
      case 2:
        return { kind: "parallel", units: this.#many(2, () => unit(true)) };
      case 3:
        return this.#branch(() => unit(true));
      case 4:
      case 5:
        return {
          kind: "foreach",
          items: this.#chance.below(4),
          concurrency: this.#chance.pick([1, 2, 3]),
          unit: unit(true),
        };
      case 6:
        return {
          kind: this.#chance.pick(["dowhile", "dountil"]),
          turns: 1 + this.#chance.below(3),
          throws: this.#chance.oneIn(20),
          unit: unit(),
        };
      case 7:
        return { kind: this.#chance.pick(["sleep", "sleepUntil"]), ms: this.#pause() };
      case 8:
        return this.#event();
      default:
        return unit();
    }
  }

  #unit(depth: number, isBeside: boolean): Unit {
    const isFlow = depth < MAX_DEPTH && this.#steps < MAX_STEPS && this.#chance.oneIn(3);
    return isFlow ? this.flow(depth, isBeside) : this.#step(isBeside);
  }

  #many<T>(least: number, make: () => T): T[] {
    return Array.from({ length: least + this.#chance.below(2) }, make);
  }

  #step(isBeside: boolean): StepPiece {
    const chance = this.#chance;
    this.#steps++;
    const fails = chance.pick(["throw", "throw", "hang", "retryAfter", "final"]);
    const suspends = chance.oneIn(4) ? 1 + chance.below(2) : 0;
    const failures = chance.oneIn(fails === "final" ? 6 : 3) ? 1 + chance.below(2) : 0;
    return {
      kind: "step",
      id: `s${++this.#ids}`,
      adds: chance.below(10),
      takesMs: chance.pick([0, 0, 0, 20, 4_000]),
      failures,
      fails,
      failsWhen: suspends > 0 ? chance.pick(["fresh", "resumed"]) : "fresh",
      attempts: chance.oneIn(8) ? 1 : failures + 1,
      pauseMs: this.#pause(),
      suspends,
      bails: chance.oneIn(20),
      sets: chance.pick(isBeside ? ["nothing", "own"] : ["nothing", "own", "shared"]),
      readsShared: !isBeside && chance.oneIn(3),
    };
  }

  /** None at all, one that is spent in the process, one that parks the run. */
  #pause(): number {
    return this.#chance.pick([0, 100, 700, 10_000, 100_000]);
  }

  #map(before: readonly Piece[]): MapPiece {
    const steps = before.flatMap((piece) => (piece.kind === "step" ? [piece.id] : []));
    const [first, ...rest] = steps;
    const reads = first === undefined ? null : this.#chance.pick([null, first, ...rest]);
    return { kind: "map", adds: this.#chance.below(10), throws: this.#chance.oneIn(20), reads };
  }

  #branch(unit: () => Unit): BranchPiece {
    const { oneIn, pick } = {
      oneIn: (times: number) => this.#chance.oneIn(times),
      pick: this.#chance.pick.bind(this.#chance),
    };
    return {
      kind: "branch",
      arms: this.#many(1, () => ({ divisor: 1 + this.#chance.below(3), unit: unit() })),
      otherwise: oneIn(2) ? unit() : null,
      mode: pick<"every" | "first">(["every", "first"]),
      throws: oneIn(20),
    };
  }

  #event(): EventPiece {
    const comes = this.#chance.pick(["always", "always", "race", "never"]);
    return {
      kind: "event",
      name: `e${++this.#ids}`,
      value: this.#chance.below(100),
      comes,
      timeoutMs: this.#chance.pick([0, 500, 5_000, 200_000]),
      mustCome: comes === "never" && this.#chance.oneIn(4),
    };
  }
}
