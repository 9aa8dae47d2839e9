/**
 * A broken promise. `safety`: something wrong happened. `liveness`: what should happen did not,
 * though nothing went wrong any more.
 */
export class Violation extends Error {
  readonly kind: "safety" | "liveness";

  constructor(kind: "safety" | "liveness", message: string) {
    super(`${kind}: ${message}`);
    this.kind = kind;
  }
}

/** Throws unless something safe is so. */
export function assertSafe(isSafe: boolean, message: string): asserts isSafe {
  if (!isSafe) throw new Violation("safety", message);
}

/** Throws unless the run can go on. */
export function assertAlive(isAlive: boolean, message: string): asserts isAlive {
  if (!isAlive) throw new Violation("liveness", message);
}
