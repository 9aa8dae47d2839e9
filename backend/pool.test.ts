import { assertEquals } from "@std/assert";
import type { HeldClaim } from "./held-claim.ts";
import { Pool } from "./pool.ts";
import { turns } from "./testing/fake-effects.ts";

const WIDTH = 10;

/**
 * A pool for which more than enough is due.
 *
 * @param slow The number of the drive, from 1, that holds up the event loop.
 * @returns The pool, and how many drives it has begun at once each time.
 */
function watchedPool(slow?: number): { readonly pool: Pool; readonly begun: number[] } {
  const begun: number[] = [];
  let [now, drives, atOnce] = [0, 0, 0];
  function drive(): Promise<void> {
    if (++drives === slow) now += 1_000;
    if (atOnce++ === 0) {
      queueMicrotask(() => {
        begun.push(atOnce);
        atOnce = 0;
      });
    }
    return Promise.resolve();
  }
  const pool = new Pool({
    concurrency: WIDTH,
    claim: (limit) => Promise.resolve(Array.from({ length: limit }, () => ({}) as HeldClaim)),
    drive,
    isLate: () => false,
    giveBack: () => Promise.resolve(),
    now: () => now,
  });
  return { pool, begun };
}

async function takeOften({ pool }: { readonly pool: Pool }, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    await pool.take(WIDTH);
    await pool.emptied();
  }
}

Deno.test("runs are begun in growing numbers, and those of the next claims go on so", async () => {
  const watched = watchedPool();
  await takeOften(watched, 3);
  assertEquals(watched.begun, [...[1, 2, 4, 3], ...[8, 2], ...[10]]);
});

Deno.test("after one that holds up the event loop they are begun one by one again, also by the next claim", async () => {
  const among = watchedPool(5);
  await takeOften(among, 1);
  assertEquals(among.begun, [1, 2, 4, 1, 2]);
  const last = watchedPool(10);
  await takeOften(last, 2);
  assertEquals(last.begun, [...[1, 2, 4, 3], ...[1, 2, 4, 3]]);
});

Deno.test("drives that end one right after the other make room together", async () => {
  const asked: number[] = [];
  const ends: (() => void)[] = [];
  const pool = new Pool({
    concurrency: WIDTH,
    claim: (limit) => {
      asked.push(limit);
      return Promise.resolve(Array.from({ length: limit }, () => ({}) as HeldClaim));
    },
    drive: () => new Promise((resolve) => ends.push(resolve)),
    isLate: () => false,
    giveBack: () => Promise.resolve(),
    now: () => 0,
  });
  await pool.take(WIDTH);
  assertEquals(pool.isFilled, true);
  const taken = pool.freed().then(() => pool.take(WIDTH));
  for (const end of ends.slice(0, 3)) {
    end();
    await turns(1);
  }
  await taken;
  assertEquals(asked, [WIDTH, 3]);
});
