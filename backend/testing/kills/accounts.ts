/** What may have been executed twice: for each repeat there must be one interruption. */

/** One beginning of a step, told by the process that executes it. */
export interface Execution {
  /** Run id and path. */
  readonly key: string;
  /** By the clock of this machine, in milliseconds. */
  readonly at: number;
  /** Whose it is. */
  readonly by: string;
}

/** A span of time by the clock of this machine, in milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The run whose step it is. */
export function runOf({ key }: Execution): string {
  return key.slice(0, key.lastIndexOf("/"));
}

/** The loop that executed it: a process has several, and each executes one step after the other. */
export function loopOf(execution: Execution): string {
  const run = runOf(execution);
  // Who takes over has one for each run; others count the runs of a loop at the end of their names.
  return run.startsWith(`${execution.by}-`) ? run.replace(/-\d+$/, "") : `${execution.by} ${run}`;
}

/** The last execution of each loop. */
export function lastOfLoops(executions: readonly Execution[]): Execution[] {
  return [...new Map(executions.map((execution) => [loopOf(execution), execution])).values()];
}

/** Where a loop stood still for so long that others could take its run over. */
export interface Pause {
  readonly before: Execution;
  readonly after: Execution;
}

/** Every pause of at least `ms` between two executions of one loop. */
export function pausesIn(executions: readonly Execution[], ms: number): Pause[] {
  const latest = new Map<string, Execution>();
  const pauses: Pause[] = [];
  for (const after of executions.toSorted((one, other) => one.at - other.at)) {
    const before = latest.get(loopOf(after));
    if (before !== undefined && after.at - before.at >= ms) pauses.push({ before, after });
    latest.set(loopOf(after), after);
  }
  return pauses;
}

/** How many milliseconds of a span lie in any of the others, which do not overlap. */
export function overlapMs(span: Span, others: readonly Span[]): number {
  return others.reduce((sum, { from, to }) => {
    return sum + Math.max(0, Math.min(span.to, to) - Math.max(span.from, from));
  }, 0);
}
