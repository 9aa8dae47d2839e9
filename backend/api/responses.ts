/** What routes declare of their answers. */
import type { z } from "npm:@hono/zod-openapi@1.6.3";
import { ErrorBody } from "./answer-error.ts";

/** An answer with a body of JSON. */
export function json<Body extends z.ZodType>(schema: Body, description: string) {
  return { description, content: { "application/json": { schema } } };
}

const FAILURES = {
  400: json(ErrorBody, "The request asks for something that does not exist"),
  401: json(ErrorBody, "The token is missing or wrong"),
  403: json(ErrorBody, "Who asks may not do this"),
  404: json(ErrorBody, "There is no such run or workflow"),
  409: json(ErrorBody, "The run is not in a state for this"),
  413: json(ErrorBody, "The body or a value in it is too large"),
  415: json(ErrorBody, "The body is not JSON"),
  422: json(ErrorBody, "A value does not fit its schema"),
  503: json(ErrorBody, "The database does not answer"),
} as const;

/** What can go wrong with any request. */
export const READ_FAILURES = pick(400, 401, 403, 404, 503);

/** What can go wrong with a request that changes something. */
export const WRITE_FAILURES = FAILURES;

function pick<Status extends keyof typeof FAILURES>(
  ...statuses: Status[]
): Pick<typeof FAILURES, Status> {
  const entries = statuses.map((status) => [status, FAILURES[status]]);
  return Object.fromEntries(entries);
}
