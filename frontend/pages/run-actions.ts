/** What people do with a run from its page. Each action ends on that page, which says what was done. */
import type { Context } from "npm:hono@4.13.19";
import { HTTP_STATUS, type JsonSchema, ValidationError, WrkflwError } from "../../backend/index.ts";
import { inputJsonSchema } from "../forms/json-schema.ts";
import { readForm } from "../forms/read-form.ts";
import { readValueForm } from "../forms/value-form.tsx";
import { runPath } from "../mount-path.ts";
import type { Site } from "../site.ts";
import { goOn } from "./go-on.ts";
import { loadRun } from "./load-run.ts";
import { answerRun } from "./run-page.tsx";
import { placesIn } from "./run-view.ts";

/** What was done, by the name of the notice that says so. */
type Act = (runId: string, sent: URLSearchParams, site: Site) => Promise<string>;

const ACTS: Readonly<Record<string, Act>> = { cancel, resume, event: sendEvent, retry };

/** Answers `POST /runs/:runId/:action`. */
export async function actOnRun(c: Context, site: Site): Promise<Response> {
  const runId = c.req.param("runId") ?? "";
  const action = c.req.param("action") ?? "";
  const act = Object.hasOwn(ACTS, action) ? ACTS[action] : undefined;
  if (act === undefined) return await c.notFound();
  const sent = await readForm(c);
  try {
    const notice = await act(runId, sent, site);
    return c.redirect(`${site.root(c)}${runPath(runId)}?notice=${notice}`, 303);
  } catch (error) {
    return await answerRefused(c, site, sent, error);
  }
}

/** Answers `POST /runs/:runId/delete`: the run's page is gone then. */
export async function deleteRun(c: Context, site: Site): Promise<Response> {
  try {
    await site.engine.deleteRun(c.req.param("runId") ?? "");
  } catch (error) {
    return await answerRefused(c, site, new URLSearchParams(), error);
  }
  return c.redirect(`${site.root(c)}runs?notice=deleted`, 303);
}

/** Shows the run as it stands now, and why nothing was done. */
async function answerRefused(
  c: Context,
  site: Site,
  sent: URLSearchParams,
  error: unknown,
): Promise<Response> {
  const isRefusal = error instanceof WrkflwError && HTTP_STATUS[error.code] < 500;
  if (!isRefusal || error.code === "RUN_NOT_FOUND") throw error;
  const issues = error instanceof ValidationError ? error.issues : [];
  const problem =
    issues.length > 0
      ? "This was not sent: mend what is marked, and send it again."
      : error.message;
  const refused = { path: sent.get("step") ?? "", sent, problem, issues };
  return await answerRun(c, site, { refused, status: HTTP_STATUS[error.code] });
}

async function cancel(runId: string, _sent: URLSearchParams, { engine }: Site): Promise<string> {
  const { wasCanceled } = await engine.cancel(runId);
  return wasCanceled ? "canceled" : "over";
}

async function resume(runId: string, sent: URLSearchParams, site: Site): Promise<string> {
  const step = sent.get("step");
  if (step === null) {
    await site.engine.resume(runId, { drives: false });
  } else {
    const schema = await schemaAt(site, runId, step, "resume");
    const resumeData = typedValue(schema, sent);
    await site.engine.resume(runId, { step, resumeData, drives: false });
  }
  await goOn(site, runId);
  return "resumed";
}

async function sendEvent(runId: string, sent: URLSearchParams, site: Site): Promise<string> {
  const step = sent.get("step") ?? "";
  const { run, steps, stored, state } = await loadRun(site.engine, runId);
  const wait = placesIn(site, { run, steps, stored, state }).places.find(
    ({ path }) => path === step,
  )?.wait;
  if (wait?.event === undefined) {
    throw new WrkflwError(
      "NOT_SUSPENDED",
      `Cannot send an event to run ${JSON.stringify(runId)}: nothing in it waits for one at ${JSON.stringify(step)} any more`,
    );
  }
  const payload = typedValue(await schemaAt(site, runId, step, "event"), sent);
  const { name, match } = wait.event;
  const taken = await site.engine.sendEvent(name, payload, { match });
  if (taken.runId !== undefined) await goOn(site, taken.runId);
  return taken.runId === runId ? "sent" : "sent-elsewhere";
}

async function retry(runId: string, _sent: URLSearchParams, site: Site): Promise<string> {
  await site.engine.retry(runId, { drives: false });
  await goOn(site, runId);
  return "retried";
}

/** What a wait's form asks for, found as the form was made. */
async function schemaAt(
  site: Site,
  runId: string,
  step: string,
  name: "resume" | "event",
): Promise<JsonSchema | undefined> {
  const { places } = placesIn(site, await loadRun(site.engine, runId));
  return inputJsonSchema(places.find(({ path }) => path === step)?.node?.schemas?.[name]);
}

/** @throws {ValidationError} If the form holds what cannot be read. */
function typedValue(schema: JsonSchema | undefined, sent: URLSearchParams): unknown {
  const { value, issues } = readValueForm(schema, sent);
  if (issues.length > 0) throw new ValidationError("Cannot read the form", issues);
  return value;
}
