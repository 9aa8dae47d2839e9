/** How much work all subjects alike are given; how often, {@linkcode ./pieces.ts} says. */
export const WORK = {
  /** Steps of a short run. */
  steps: 3,
  /** Runs or items at work at a time, where several are. */
  width: 50,
  /** Short runs of one piece. */
  pieceRuns: 500,
  /** Short runs of bare SQLite; one thousand can be over before the next checkpoint. */
  bareRuns: 3_000,
  /** Those that come before them: there is little to compile. */
  bareRunsBefore: 8_000,
  /** How often ten thousand sleeping runs are woken: once takes half a second, and one pause would decide. */
  wakes: 3,
  /** Lives of a program in a round: each is short, and a single one may have to wait for the machine. */
  lives: 5,
  /** Steps in long runs, in all; those of the warm-up come before. */
  longRunSteps: 12_000,
} as const;
