/** Answers to requests that get nothing: every error has one form, and its status from one table. */
import { z } from "npm:@hono/zod-openapi@1.6.3";
import type { Context } from "npm:hono@4.13.19";
import { HTTPException } from "npm:hono@4.13.19/http-exception";
import type { ContentfulStatusCode } from "npm:hono@4.13.19/utils/http-status";
import type { Verdict } from "../access/access.ts";
import { type ErrorCode, HTTP_STATUS, ValidationError, WrkflwError } from "../errors.ts";

/** What every answer to a request that failed has as its body. */
export const ErrorBody = z
  .object({
    error: z.object({
      code: z.string().openapi({ description: "What went wrong, as a stable word" }),
      message: z.string().openapi({ description: "Why, and what to do, in words" }),
      issues: z
        .array(z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() }))
        .optional()
        .openapi({ description: "Every misfit of a value: where in it, and why" }),
    }),
  })
  .openapi("Error");

/** Answers a request that failed. What only the owner should know stays on the server. */
export function answerError(c: Context, error: Error, onError: (error: Error) => void): Response {
  if (error instanceof HTTPException) return answerUnread(c, error);
  const status = error instanceof WrkflwError ? HTTP_STATUS[error.code] : 500;
  if (status >= 500) onError(error);
  if (!(error instanceof WrkflwError) || status === 500)
    return answer(c, "INTERNAL", "This did not work: the server's log says why");
  if (!(error instanceof ValidationError)) return answer(c, error.code, error.message);
  const issues = error.issues.map(({ path, message }) => ({ path: [...path], message }));
  return answer(c, error.code, error.message, { issues });
}

/** The body could not be read as JSON. */
function answerUnread(c: Context, { status }: HTTPException): Response {
  return status === 415
    ? answer(
        c,
        "UNSUPPORTED_MEDIA_TYPE",
        "Cannot read the body: send it as Content-Type: application/json",
      )
    : answer(c, "INVALID_ARGUMENT", "Cannot read the body: it must be JSON");
}

/** What a validator found in a request. */
interface Misfit {
  readonly target: string;
  readonly error: { readonly issues: readonly z.core.$ZodIssue[] };
}

/** Answers a request that does not have the form that is documented. */
export function answerMisfit(c: Context, { target, error }: Misfit): Response {
  const issues = error.issues.map(({ path, message }) => ({
    path: path.map((key) => (typeof key === "symbol" ? String(key) : key)),
    message,
  }));
  const told = issues.map((issue) => sentenceOf(issue.path.join("."), issue.message));
  const isBody = target === "json";
  const part = isBody ? "body" : target === "query" ? "query" : "address";
  const message = `Cannot use the request's ${part}: ${told.join("; ")}`;
  return answer(c, isBody ? "VALIDATION_FAILED" : "INVALID_ARGUMENT", message, { issues });
}

/** Our own messages go on from the path; a validator's are sentences of their own. */
function sentenceOf(path: string, message: string): string {
  if (path === "") return message;
  return `${path}${/^[A-Z]/.test(message) ? ":" : ""} ${message}`;
}

/** Answers a request that its sender may not make. */
export function answerRefusal(c: Context, verdict: Exclude<Verdict, "allowed">): Response {
  const isOtherToken = verdict === "no-login" && /^Bearer +./i.test(authorizationOf(c));
  const { code, message } = isOtherToken ? OTHER_TOKEN : REFUSALS[verdict];
  if (code === "UNAUTHORIZED") c.header("WWW-Authenticate", 'Bearer realm="wrkflw"');
  return answer(c, code, message);
}

function authorizationOf(c: Context): string {
  return c.req.header("authorization") ?? "";
}

/** Nothing is said of how it differs. */
const OTHER_TOKEN = {
  code: "UNAUTHORIZED",
  message: "Cannot answer: this is not the token",
} as const;

const REFUSALS = {
  "no-login": {
    code: "UNAUTHORIZED",
    message: "Cannot answer: send the token as Authorization: Bearer TOKEN",
  },
  "no-token": {
    code: "FORBIDDEN",
    message:
      "Cannot answer: without a token this API answers only on the machine it runs on; set WRKFLW_TOKEN there to a long secret",
  },
  foreign: {
    code: "FORBIDDEN",
    message:
      "Cannot answer: another site asked for this change; send the token as Authorization: Bearer TOKEN from a program, or list the site in allowOrigins",
  },
  "read-only": {
    code: "FORBIDDEN",
    message: "Cannot answer: this token may look and change nothing",
  },
} as const;

/** Answers a request for an address that there is not. */
export function answerNotFound(c: Context): Response {
  return answer(c, "NOT_FOUND", "Cannot find this address: openapi.json lists those there are");
}

/** Answers a request that asks an address for something else than it does. */
export function answerOtherMethod(c: Context, methods: readonly string[]): Response {
  c.header("Allow", methods.join(", "));
  return answer(
    c,
    "METHOD_NOT_ALLOWED",
    `Cannot answer ${c.req.method} here: use ${methods.join(" or ")}`,
  );
}

/** Answers a request whose body is too long. */
export function answerTooLarge(c: Context, maxBytes: number): Response {
  return answer(
    c,
    "PAYLOAD_TOO_LARGE",
    `Cannot read the body: it is longer than ${maxBytes} bytes; keep large data elsewhere and send a reference`,
  );
}

function answer(
  c: Context,
  code: ErrorCode,
  message: string,
  more: { issues?: z.infer<typeof ErrorBody>["error"]["issues"] } = {},
): Response {
  const body: z.infer<typeof ErrorBody> = { error: { code, message, ...more } };
  return c.json(body, HTTP_STATUS[code] as ContentfulStatusCode);
}
