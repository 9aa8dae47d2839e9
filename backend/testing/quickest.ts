/**
 * How long some work takes at its quickest, in milliseconds. A busy machine disturbs some rounds;
 * work that is slow by itself is slow in every one.
 *
 * @param enoughMs No further round is needed once one took less.
 */
export async function quickestMs(enoughMs: number, work: () => unknown): Promise<number> {
  let quickest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < MAX_ROUNDS && quickest >= enoughMs; round++) {
    const begun = performance.now();
    await work();
    quickest = Math.min(quickest, performance.now() - begun);
  }
  return quickest;
}

const MAX_ROUNDS = 10;
