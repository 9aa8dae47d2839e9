/** Answers to requests that get nothing: every error has one form. */
import type { Context } from "npm:hono@4.13.19";
import type { ContentfulStatusCode } from "npm:hono@4.13.19/utils/http-status";
import type { Verdict } from "../access/access.ts";
import { HTTP_STATUS, ValidationError, type ValidationIssue, WrkflwError } from "../errors.ts";

/** What every answer to a request that failed has as its body. */
export interface ErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly issues?: readonly ValidationIssue[];
  };
}

/** Answers a request that failed. What only the owner should know stays on the server. */
export function answerError(c: Context, error: Error, onError: (error: Error) => void): Response {
  const status = error instanceof WrkflwError ? HTTP_STATUS[error.code] : 500;
  if (status >= 500) onError(error);
  if (!(error instanceof WrkflwError) || status === 500) {
    return answer(c, 500, "INTERNAL", "This did not work: the server's log says why");
  }
  const issues = error instanceof ValidationError ? { issues: error.issues } : {};
  const body: ErrorBody = { error: { code: error.code, message: error.message, ...issues } };
  return c.json(body, status as ContentfulStatusCode);
}

/** Answers a request that its sender may not make. */
export function answerRefusal(c: Context, verdict: Exclude<Verdict, "allowed">): Response {
  const { status, code, message } = REFUSALS[verdict];
  if (status === 401) c.header("WWW-Authenticate", 'Bearer realm="wrkflw"');
  return answer(c, status, code, message);
}

const REFUSALS = {
  "no-login": {
    status: 401,
    code: "UNAUTHORIZED",
    message: "Cannot answer: send the token as Authorization: Bearer TOKEN",
  },
  "no-token": {
    status: 403,
    code: "FORBIDDEN",
    message:
      "Cannot answer: without a token this API answers only on the machine it runs on; set WRKFLW_TOKEN there to a long secret",
  },
  foreign: {
    status: 403,
    code: "FORBIDDEN",
    message: "Cannot answer: another site asked for this change",
  },
  "read-only": {
    status: 403,
    code: "FORBIDDEN",
    message: "Cannot answer: this token may look and change nothing",
  },
} as const;

/** Answers a request for an address that there is not. */
export function answerNotFound(c: Context): Response {
  return answer(
    c,
    404,
    "NOT_FOUND",
    "Cannot find this address: see openapi.json for those there are",
  );
}

function answer(c: Context, status: ContentfulStatusCode, code: string, message: string): Response {
  return c.json({ error: { code, message } } satisfies ErrorBody, status);
}
