/**
 * Works that are compared take turns: a machine that is slower a second later is so for all of them.
 */
import type { BareWork } from "./bare-sqlite.ts";
import { CLOCK, type Clock, MEASURED, type Stretch } from "./peers/pieces.ts";
import { replayed, type Work } from "./replay.ts";
import type { Bench } from "./scenario.ts";

/** A piece of some work. */
type Piece = () => unknown;

/**
 * Does a piece of each work in turn.
 *
 * @param stretch For each of the works, on average.
 * @returns The milliseconds of each piece, by the name of its work.
 */
export async function byTurns<Name extends string>(
  works: Readonly<Record<Name, Piece>>,
  { atLeast, atMost, ms }: Stretch = MEASURED,
  clock: Clock = CLOCK,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(works) as Name[];
  const times = Object.fromEntries(names.map((name): [Name, number[]] => [name, []])) as Record<
    Name,
    number[]
  >;
  const endsAt = clock() + ms * names.length;
  for (let turn = 0; turn < atLeast || (turn < atMost && clock() < endsAt); turn++) {
    for (const name of names) {
      const begun = clock();
      await works[name]();
      times[name].push(clock() - begun);
    }
  }
  return times;
}

/** Bare work has little to compile. */
const BARE_BEFORE: Stretch = { atLeast: 16, atMost: 16, ms: 0 };

/**
 * Measures an engine's work that has been warmed up by turns with bare SQLite, which comes to be at work
 * before.
 */
export async function besideBare<Name extends string>(
  own: Piece,
  bare: Readonly<Record<Name, BareWork>>,
): Promise<Readonly<Record<Name | "own", readonly number[]>>> {
  const works = Object.entries<BareWork>(bare);
  const pieces = Object.fromEntries(works.map(([name, { piece }]) => [name, piece]));
  await byTurns(pieces, BARE_BEFORE);
  const times = await byTurns({ own, ...(pieces as Record<Name, Piece>) });
  for (const [, work] of works) work.close();
  return times;
}

/**
 * What an engine's work takes at least. It is recorded by an engine of its own, which is not there before the
 * work is measured: code that serves two databases is slower for both.
 */
export async function leastOf(
  bench: Bench,
  work: Work,
): Promise<Readonly<Record<"floor" | "least", readonly number[]>>> {
  const { record, floor, least, close } = await replayed(bench, work);
  await byTurns({ record, floor, least }, BARE_BEFORE);
  const times = await byTurns({ record, floor, least });
  await close();
  return times;
}
