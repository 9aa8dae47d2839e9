import { error as logError } from "node:console";
import { Hono } from "npm:hono@4.13.19";
import { Access, type AccessOptions } from "../access/access.ts";
import { setSecurityHeaders } from "../access/security-headers.ts";
import type { ExecutionEngine } from "../engine.ts";
import { answerError, answerNotFound, answerRefusal } from "./answer-error.ts";

/** How the API is made. */
export interface ApiOptions extends AccessOptions {
  /** Whose workflows and runs it serves. */
  readonly engine: ExecutionEngine;
  /** Who decides which requests are answered. @default made of the other options */
  readonly access?: Access;
  /** Is told of every error that is not the client's. @default console.error */
  readonly onError?: (error: Error) => void;
}

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
  const { engine, onError = logError } = options;
  const access = options.access ?? new Access(options);
  const api = new Hono();
  api.onError((error, c) => answerError(c, error, onError));
  api.use("*", async (c, next) => {
    await next();
    setSecurityHeaders(c, access.ownOrigin(c));
  });
  api.use("*", async (c, next) => {
    const { verdict } = await access.judge(c);
    return verdict === "allowed" ? await next() : answerRefusal(c, verdict);
  });
  api.get("/health", async (c) => {
    await engine.init();
    return c.json({ status: "ok" });
  });
  api.all("*", (c) => answerNotFound(c));
  return api;
}
