type Soon = (work: () => void) => unknown;

/** Deno takes as long to load it as to run three steps, and a process that ends soon may do without. */
let soon: Soon | undefined;

/**
 * Does some work in the next turn of the event loop: when all that is ready now was done. A timer
 * would take a millisecond or two.
 */
export function inNextTurn(work: () => void): void {
  if (soon !== undefined) soon(work);
  else void loadThen(work);
}

async function loadThen(work: () => void): Promise<void> {
  const { setImmediate } = await import("./set-immediate.ts");
  soon = setImmediate;
  soon(work);
}
