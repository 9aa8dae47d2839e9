import { z } from "npm:@hono/zod-openapi@1.6.3";
import { runNotFound } from "../engine-errors.ts";
import { isTerminal, type RunStatus } from "../records.ts";
import type { ApiContext } from "./api-context.ts";
import { wholeNumber } from "./number-text.ts";
import { json } from "./responses.ts";
import { RunBody, runBody } from "./run-body.ts";

/** The address of a run. */
export const RunParams = z.strictObject({
  runId: z.string().max(1_000).openapi({ description: "The run's id" }),
});

/** How long a request that makes a run go on waits for what comes of it. */
export const WaitQuery = z.strictObject({
  wait: wholeNumber(
    0,
    300,
    "Seconds to wait until the run is over or waits; by default 0",
  ).optional(),
});

/** How a request that makes a run go on is answered. */
export const RUN_ANSWERS = {
  200: json(RunBody, "The run is over, or waits"),
  202: json(RunBody, "It is recorded, and the run goes on"),
};

/** A run with all that is known of it. */
export async function loadRunBody(
  { engine, effects }: ApiContext,
  runId: string,
): Promise<z.infer<typeof RunBody>> {
  const loaded = await engine.storage.loadRun(runId);
  if (loaded === null) throw runNotFound(runId);
  return runBody(loaded, effects.now());
}

/** Drives a run, waits for it as long as the client wants to, and says how it stands then. */
export async function goOn(
  api: ApiContext,
  runId: string,
  waitSeconds = 0,
): Promise<{ readonly body: z.infer<typeof RunBody>; readonly status: 200 | 202 }> {
  const driving = api.engine.advance(runId);
  api.background(driving);
  if (waitSeconds > 0) await rested(api, runId, driving, waitSeconds * 1_000);
  const body = await loadRunBody(api, runId);
  return { body, status: isResting(body) ? 200 : 202 };
}

/** Resolves when the run rests, here or in another process that has it, or when time is up. */
async function rested(
  { engine, effects, watch }: ApiContext,
  runId: string,
  driving: Promise<unknown>,
  waitMs: number,
): Promise<void> {
  const isOver = new AbortController();
  const end = () => isOver.abort("over");
  const until = effects.now() + waitMs;
  void effects.sleep(waitMs, isOver.signal).then(end);
  await Promise.race([driving.catch(() => {}), aborted(isOver.signal)]);
  for await (const _ of watch.versions(runId, isOver.signal)) {
    const run = await engine.storage.findRun(runId);
    const comesLater = run?.status === "pending" && (run.dueAt ?? 0) > until;
    if (run === null || isResting(run) || comesLater) break;
  }
  end();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
}

function isResting({ status }: { readonly status: RunStatus }): boolean {
  return isTerminal(status) || ["suspended", "waiting", "blocked"].includes(status);
}
