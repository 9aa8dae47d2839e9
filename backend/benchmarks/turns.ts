/**
 * Works that are compared take turns: a machine that is slower a second later is so for all of them.
 */
import type { BareWork } from "./bare-sqlite.ts";
import { CLOCK, type Clock, MEASURED, type Stretch } from "./peers/pieces.ts";
import type { LeastWork } from "./replay.ts";

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
 * Measures an engine's work that has been warmed up, by turns with what that takes at least, and with
 * bare SQLite; what stands beside it comes to be at work before.
 */
export async function besideBare<Name extends string>(
  own: Piece,
  { record, floor, least, close }: LeastWork,
  bare: Readonly<Record<Name, BareWork>>,
): Promise<Readonly<Record<Name | "own" | "floor" | "least", readonly number[]>>> {
  const works = Object.values<BareWork>(bare);
  const pieces = Object.fromEntries(
    Object.entries<BareWork>(bare).map(([name, { piece }]) => [name, piece]),
  ) as Record<Name, Piece>;
  const beside = { record, floor, least, ...pieces };
  await byTurns(beside, BARE_BEFORE);
  const times = await byTurns({ own, ...beside });
  await close();
  for (const work of works) work.close();
  return times;
}
