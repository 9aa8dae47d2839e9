import { Hono } from "npm:hono@4.13.19";
import type { ExecutionEngine } from "../engine.ts";
import { answerNotFound } from "./answer-error.ts";
import { createApi } from "./create-api.ts";

/** Answers requests to the API under `/api`. */
export function apiHandler(
  engine: ExecutionEngine,
): (request: Request, env: unknown) => Response | Promise<Response> {
  const app = new Hono().route("/api", createApi({ engine })).notFound(answerNotFound);
  return (request, env) => app.fetch(request, env as never);
}
