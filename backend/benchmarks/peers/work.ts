/** How much work all subjects alike are given; how often, {@linkcode ./pieces.ts} says. */
export const WORK = {
  /** Steps of a short run. */
  steps: 3,
  /** Runs or items at work at a time, where several are. */
  width: 50,
  /** Short runs of one piece. */
  pieceRuns: 500,
  /** Sleeping runs that are due at once, and short runs that are begun by turns with them. */
  sleepers: 10_000,
  /** How often they are woken: once takes half a second, and one pause would decide. */
  wakes: 5,
  /** Lives of a program in a round: each is short, and a single one may have to wait for the machine. */
  lives: 5,
  /** Steps in long runs, in all; those of the warm-up come before. */
  longRunSteps: 12_000,
} as const;
