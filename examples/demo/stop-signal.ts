const SIGNALS: readonly Deno.Signal[] =
  Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];

/**
 * Aborts when the process is told to end, by Ctrl-C or otherwise. After `graceMs` the process
 * exits as it is: what is still at work then goes on at the next start.
 *
 * Being told again changes nothing: `deno task` passes on the Ctrl-C that the terminal has
 * already sent to every process.
 */
export function stopSignal(graceMs: number): AbortSignal {
  const stopping = new AbortController();
  function stop(): void {
    if (stopping.signal.aborted) return;
    stopping.abort();
    setTimeout(() => Deno.exit(0), graceMs);
  }
  for (const signal of SIGNALS) Deno.addSignalListener(signal, stop);
  return stopping.signal;
}
