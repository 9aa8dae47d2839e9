/**
 * How long all subjects alike are at work before they are measured, and while they are: in pieces of the
 * same work.
 */

/** Pieces are begun until there are so many or so much time has passed, but never fewer than `atLeast`. */
export interface Stretch {
  readonly atLeast: number;
  readonly atMost: number;
  readonly ms: number;
}

/** V8 goes on compiling for some ten thousand runs, and what was compiled can become slower again. */
export const BEFORE: Stretch = { atLeast: 16, atMost: 60, ms: 15_000 };
/** So many that no checkpoint, and no collection of garbage, decides. */
export const MEASURED: Stretch = { atLeast: 6, atMost: 40, ms: 10_000 };

/** What measures milliseconds from any moment on. */
export type Clock = () => number;
/** The machine's own. */
export const CLOCK: Clock = () => performance.now();

/** Does what comes before a measurement. @returns The milliseconds of each piece. */
export function warmUp(piece: () => Promise<unknown>, clock: Clock = CLOCK): Promise<number[]> {
  return repeat(piece, BEFORE, clock);
}

/** What short runs take; times are microseconds a step. */
export interface StepFigures {
  /** Of all pieces that were measured. */
  readonly stepUs: number;
  /** Of the first piece: of a process in which nothing is compiled yet. */
  readonly firstStepsUs: number;
  /** Of the quickest piece, measured or before. */
  readonly quickestStepsUs: number;
  readonly piecesBefore: number;
  readonly piecesMeasured: number;
}

/**
 * Does pieces of work that are not measured, and then some that are.
 *
 * @param steps How many steps a piece has.
 */
export async function measureSteps(
  piece: () => Promise<unknown>,
  steps: number,
  clock: Clock = CLOCK,
): Promise<StepFigures> {
  const before = await warmUp(piece, clock);
  return stepFigures(before, await repeat(piece, MEASURED, clock), steps);
}

/**
 * What the pieces tell.
 *
 * @param before Milliseconds of each that came before those that were measured.
 * @param measured Those of the others.
 * @param steps How many steps a piece has.
 */
export function stepFigures(
  before: readonly number[],
  measured: readonly number[],
  steps: number,
): StepFigures {
  const usAStep = (ms: number) => (ms * 1000) / steps;
  return {
    stepUs: meanUs(measured, steps),
    firstStepsUs: usAStep(before[0] ?? Number.NaN),
    quickestStepsUs: usAStep(Math.min(...before, ...measured)),
    piecesBefore: before.length,
    piecesMeasured: measured.length,
  };
}

/** Microseconds of one thing, of which each piece has so many. */
export function meanUs(piecesMs: readonly number[], ofAPiece: number): number {
  return (piecesMs.reduce((sum, ms) => sum + ms, 0) * 1000) / (piecesMs.length * ofAPiece);
}

/** Does a piece again and again. @returns The milliseconds of each. */
async function repeat(
  piece: () => Promise<unknown>,
  { atLeast, atMost, ms }: Stretch,
  clock: Clock,
): Promise<number[]> {
  const times: number[] = [];
  const endsAt = clock() + ms;
  while (times.length < atLeast || (times.length < atMost && clock() < endsAt)) {
    const begun = clock();
    await piece();
    times.push(clock() - begun);
  }
  return times;
}
