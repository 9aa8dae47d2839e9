/** How much work is measured, by all subjects alike. */
export const WORK = {
  /** Short runs. */
  runs: 1_000,
  /** Steps of a short run. */
  steps: 3,
  /** Runs or items at work at a time, where several are. */
  width: 50,
  /** Short runs that come before them in the same process: V8 has compiled the program then. */
  warmUpRuns: 5_000,
  /** Of those, the ones that are measured as well. */
  firstRuns: 500,
  /** Steps in long runs, in all; those of the warm-up come before. */
  longRunSteps: 12_000,
} as const;
