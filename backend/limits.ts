/** Where a run is stopped with a clear error instead of growing without end. */
export const LIMITS = {
  /** Nodes of one workflow, those within its constructs included. */
  nodes: 5_000,
  /** Turns of one loop. */
  turns: 10_000,
  /** Items of one `foreach`. */
  items: 10_000,
  /** Workflows nested in each other. */
  depth: 50,
} as const;

/** A hundred years, in milliseconds: a wait is at most this long. */
export const LONGEST_WAIT_MS = 3_155_760_000_000;

/** The last moment that a date can be, in milliseconds since 1970; the first is as far before. */
export const LAST_MOMENT_MS = 8_640_000_000_000_000;
