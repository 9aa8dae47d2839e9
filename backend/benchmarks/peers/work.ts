/** How much work is measured, by all subjects alike. */
export const WORK = {
  /** Short runs. */
  runs: 1_000,
  /** How often they are done: one thousand can be over before the next checkpoint. */
  times: 3,
  /** Steps of a short run. */
  steps: 3,
  /** Runs or items at work at a time, where several are. */
  width: 50,
  /** Short runs of one piece of a warm-up; the first piece is measured as well. */
  pieceRuns: 500,
  /** Steps in long runs, in all; those of the warm-up come before. */
  longRunSteps: 12_000,
} as const;
