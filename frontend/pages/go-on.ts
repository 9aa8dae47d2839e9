import type { Site } from "../site.ts";

/** A run that is over sooner is shown as it ended. */
const GRACE_MS = 250;

/**
 * Drives a run in the background and gives it a moment. Where the platform ends the process
 * with the answer, the next tick goes on with the run.
 */
export async function goOn({ engine, waitUntil, onError }: Site, runId: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const grace = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, GRACE_MS);
  });
  const driven = engine.advance(runId).then(
    () => {},
    (error) => onError(error),
  );
  waitUntil(driven);
  await Promise.race([driven, grace]);
  clearTimeout(timer);
}
