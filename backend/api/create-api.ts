import { error as logError } from "node:console";
import { OpenAPIHono } from "npm:@hono/zod-openapi@1.6.3";
import { type Context, Hono, type Next } from "npm:hono@4.13.19";
import { bodyLimit } from "npm:hono@4.13.19/body-limit";
import { Access, type AccessOptions } from "../access/access.ts";
import { answerPreflight, setCorsHeaders } from "../access/cors.ts";
import { refuseNul } from "../access/refuse-nul.ts";
import { setSecurityHeaders } from "../access/security-headers.ts";
import { type Effects, systemEffects } from "../effects.ts";
import type { ExecutionEngine } from "../engine.ts";
import {
  answerError,
  answerMisfit,
  answerNotFound,
  answerRefusal,
  answerTooLarge,
} from "./answer-error.ts";
import type { ApiContext } from "./api-context.ts";
import { addDocument, refuseOtherMethods } from "./document.ts";
import { addEventRoutes } from "./routes/event-routes.ts";
import { addHealthRoutes } from "./routes/health-routes.ts";
import { addRunListRoutes } from "./routes/run-list-routes.ts";
import { addRunRoutes } from "./routes/run-routes.ts";
import { addStartRoutes } from "./routes/start-routes.ts";
import { addStreamRoutes } from "./routes/stream-routes.ts";
import { addTickRoutes } from "./routes/tick-routes.ts";
import { addWorkflowRoutes } from "./routes/workflow-routes.ts";
import { RunWatch } from "./run-watch.ts";

/** How the API is made. */
export interface ApiOptions extends AccessOptions {
  /** Whose workflows and runs are shown and steered. */
  readonly engine: ExecutionEngine;
  /** Who decides which requests are answered. @default made of the other options */
  readonly access?: Access;
  /** Longer bodies are refused. @default 2 MiB */
  readonly maxBodyBytes?: number;
  /** How often runs that a client watches are looked at, in milliseconds. @default 500 */
  readonly watchMs?: number;
  /** Ends all streams when it aborts; a server that shuts down would wait for them. */
  readonly signal?: AbortSignal;
  /**
   * Is given the work that goes on after an answer, on platforms that would stop it otherwise.
   *
   * @default the work goes on by itself; where it is stopped, a tick takes it up
   */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /** Is told of every error that is not the visitor's. @default console.error */
  readonly onError?: (error: Error) => void;
  /** The clock to use. */
  readonly effects?: Effects;
}

const MAX_BODY_BYTES = 2 * 1024 * 1024;
const WATCH_MS = 500;

/**
 * The HTTP API. Serve it, or mount it under any path of another app.
 *
 * @example
 * ```ts
 * import { ExecutionEngine, WorkflowStorage } from "@wrkflw/wrkflw";
 * import { createApi } from "@wrkflw/wrkflw/api";
 *
 * const engine = new ExecutionEngine(new WorkflowStorage({ url: ":memory:" }));
 * const api = createApi({ engine, token: "a long secret" });
 * const headers = { Authorization: "Bearer a long secret" };
 * console.log(await (await api.request("/health", { headers })).json()); // { status: "ok" }
 * ```
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if an option cannot be used.
 */
export function createApi(options: ApiOptions): Hono {
  const { maxBodyBytes = MAX_BODY_BYTES } = options;
  const access = options.access ?? new Access(options);
  const api = contextOf(options);
  const app = new OpenAPIHono({
    defaultHook: (result, c) => (result.success ? undefined : answerMisfit(c, result)),
  });
  app.onError((error, c) => answerError(c, error, api.report));
  app.use("*", async (c, next) => {
    await next();
    setCorsHeaders(c, access.allowedOrigin(c));
    setSecurityHeaders(c, access.ownOrigin(c));
  });
  app.options("*", (c, next) => answerPreflight(c, access.allowedOrigin(c)) ?? next());
  app.use("*", async (c, next) => {
    const { verdict } = await access.judge(c);
    return verdict === "allowed" ? await next() : answerRefusal(c, verdict);
  });
  app.use("*", refuseNul);
  const onError = (c: Context) => answerTooLarge(c, maxBodyBytes);
  app.use("*", bodyLimit({ maxSize: maxBodyBytes, onError }));
  app.use("*", forgetTypeOfNothing);
  addRoutes(app, api);
  return new Hono().route("/", app);
}

function addRoutes(app: OpenAPIHono, api: ApiContext): void {
  addWorkflowRoutes(app, api);
  addRunListRoutes(app, api);
  addStartRoutes(app, api);
  addRunRoutes(app, api);
  addStreamRoutes(app, api);
  addEventRoutes(app, api);
  addTickRoutes(app, api);
  addHealthRoutes(app, api);
  addDocument(app);
  refuseOtherMethods(app);
  app.all("*", answerNotFound);
}

function contextOf(options: ApiOptions): ApiContext {
  const { engine, effects = systemEffects, onError = logError, waitUntil } = options;
  const report = (error: unknown) =>
    onError(error instanceof Error ? error : new Error(String(error)));
  const watch = new RunWatch({
    read: (runId) => engine.storage.runVersion(runId),
    effects,
    restMs: options.watchMs ?? WATCH_MS,
  });
  function background(work: Promise<unknown>): void {
    const reported = work.catch(report);
    waitUntil?.(reported);
  }
  const signal = options.signal ?? new AbortController().signal;
  return { engine, effects, watch, signal, report, background };
}

/** Some clients send the type of a body with every request, also where they send none. */
async function forgetTypeOfNothing(c: Context, next: Next): Promise<void> {
  const { raw } = c.req;
  // What is read here is kept for those who come after.
  if (raw.headers.has("content-type") && (raw.body === null || (await c.req.text()) === "")) {
    const headers = new Headers(raw.headers);
    headers.delete("content-type");
    c.req.raw = new Request(raw.url, { method: raw.method, headers });
  }
  await next();
}
