import { createRoute, type OpenAPIHono, z } from "npm:@hono/zod-openapi@1.6.3";
import type { Context } from "npm:hono@4.13.19";
import { type SSEStreamingApi, streamSSE } from "npm:hono@4.13.19/streaming";
import { runNotFound } from "../../engine-errors.ts";
import { isTerminal } from "../../records.ts";
import type { ApiContext } from "../api-context.ts";
import { etagOf, isKnown } from "../conditional.ts";
import { READ_FAILURES } from "../responses.ts";
import { RunParams } from "../run-answer.ts";
import { RunSummaryBody, runSummaryBody } from "../run-body.ts";

/** Proxies close connections on which nothing moves. */
const HEARTBEAT_MS = 15_000;
/** The client connects again by itself then, where it left off. */
const MAX_STREAM_MS = 300_000;

const eventsRoute = createRoute({
  method: "get",
  path: "/runs/{runId}/events",
  operationId: "watchRun",
  summary: "Tells when a run changes",
  description:
    "With `Accept: text/event-stream`, a stream of `run` events, each with the run's summary, until the run is over and an `end` event comes; `Last-Event-ID` leads on from where a stream broke off, and 204 says that there is nothing to come. Without it, the run's summary with an ETag, to be asked for again and again.",
  request: {
    params: RunParams,
    query: z.strictObject({}),
    headers: z.object({ "last-event-id": z.string().optional() }),
  },
  responses: {
    200: {
      description: "The run's summary, once or whenever it changes",
      content: {
        "application/json": { schema: RunSummaryBody },
        "text/event-stream": { schema: z.string() },
      },
    },
    204: { description: "The run is over, and the client knows it" },
    304: { description: "The run is as the client knows it, as If-None-Match says" },
    ...READ_FAILURES,
  },
});

/** Adds the route by which clients learn that a run has changed. */
export function addStreamRoutes(app: OpenAPIHono, api: ApiContext): void {
  app.openapi(eventsRoute, async (c) => {
    const { runId } = c.req.valid("param");
    const run = await api.engine.storage.findRun(runId);
    if (run === null) throw runNotFound(runId);
    const version = etagOf((await api.engine.storage.runVersion(runId)) ?? "");
    // A body that nobody reads would never end.
    const isStream = (c.req.header("accept") ?? "").includes("text/event-stream");
    if (!isStream || c.req.method === "HEAD") {
      if (isKnown(c, version)) return c.body(null, 304);
      return c.json(runSummaryBody(run), 200);
    }
    const known = c.req.valid("header")["last-event-id"];
    if (isTerminal(run.status) && known === version) return c.body(null, 204);
    return stream(c, api, runId, known);
  });
}

/** Sends the run's summary whenever it changes, from the version on that the client knows. */
function stream(c: Context, api: ApiContext, runId: string, known: string | undefined): Response {
  c.header("X-Accel-Buffering", "no");
  c.header("Cache-Control", "no-store");
  return streamSSE(
    c,
    async (events) => {
      const isOver = new AbortController();
      const end = () => isOver.abort("over");
      events.onAbort(end);
      api.signal.addEventListener("abort", end, { signal: isOver.signal });
      if (api.signal.aborted || events.aborted) end();
      void keepAlive(events, api, isOver);
      try {
        await sendVersions(events, api, { runId, known, signal: isOver.signal });
      } finally {
        end();
      }
    },
    (error) => {
      api.report(error);
      return Promise.resolve();
    },
  );
}

async function sendVersions(
  events: SSEStreamingApi,
  { engine, watch }: ApiContext,
  { runId, known, signal }: { runId: string; known: string | undefined; signal: AbortSignal },
): Promise<void> {
  let told = known;
  for await (const version of watch.versions(runId, signal)) {
    const run = await engine.storage.findRun(runId);
    if (version === null || run === null) return await events.writeSSE(GONE);
    const id = etagOf(version);
    const data = JSON.stringify(runSummaryBody(run));
    if (id !== told) await events.writeSSE({ event: "run", id, data });
    told = id;
    if (isTerminal(run.status)) return await events.writeSSE({ event: "end", id, data });
  }
}

const GONE = { event: "end", data: "null" };

async function keepAlive(
  events: SSEStreamingApi,
  { effects }: ApiContext,
  isOver: AbortController,
): Promise<void> {
  for (let ms = 0; ms < MAX_STREAM_MS && !isOver.signal.aborted; ms += HEARTBEAT_MS) {
    await effects.sleep(HEARTBEAT_MS, isOver.signal);
    if (!isOver.signal.aborted) await events.write(": still here\n\n");
  }
  isOver.abort("long enough");
}
