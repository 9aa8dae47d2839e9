/**
 * What comes before a measurement, by all subjects alike: pieces of the same work until they take no
 * less time. V8 has compiled the program then, however long it takes on this machine.
 */

const PIECES_AT_LEAST = 16;
/** Who never settles is measured all the same. */
const PIECES_AT_MOST = 60;
/** So many that a checkpoint or a collection of garbage does not fall into each. */
const LAST_PIECES = 8;
/** Less is noise. */
const NOTICEABLE = 0.02;

/** What a warm-up was. */
export interface WarmUp {
  readonly pieces: number;
  /** Milliseconds of the first piece: of a process in which nothing is compiled yet. */
  readonly firstMs: number;
}

/**
 * Does pieces of work until they take no less time.
 *
 * @param now Milliseconds of any clock.
 */
export async function warmUp(
  piece: () => Promise<unknown>,
  now: () => number = () => performance.now(),
): Promise<WarmUp> {
  const times: number[] = [];
  while (isFalling(times) && times.length < PIECES_AT_MOST) {
    const begun = now();
    await piece();
    times.push(now() - begun);
  }
  return { pieces: times.length, firstMs: times[0] ?? Number.NaN };
}

/** Whether the quickest of the last pieces was noticeably quicker than all before, or too few are known. */
export function isFalling(times: readonly number[]): boolean {
  if (times.length < PIECES_AT_LEAST) return true;
  const [before, last] = [times.slice(0, -LAST_PIECES), times.slice(-LAST_PIECES)];
  return Math.min(...last) < Math.min(...before) * (1 - NOTICEABLE);
}
