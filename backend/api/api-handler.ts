import { Hono } from "npm:hono@4.13.19";
import { answerNotFound } from "./answer-error.ts";
import { type ApiOptions, createApi } from "./create-api.ts";
import type { Handler } from "./listen.ts";

/** Answers requests to the API under `/api`. */
export function apiHandler(options: ApiOptions): Handler {
  const app = new Hono().route("/api", createApi(options)).notFound(answerNotFound);
  return (request, env) => app.fetch(request, Object(env));
}
