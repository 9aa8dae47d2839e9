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
