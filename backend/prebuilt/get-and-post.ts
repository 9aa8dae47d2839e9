import { quote, WrkflwError } from "../errors.ts";
import { assertOptions, type OptionNames } from "../options.ts";
import { assertAtLeast, type RetryPolicy } from "../retry.ts";
import { createStep, type Step } from "../step.ts";
import { described } from "./described.ts";
import { assertHosts } from "./request/assert-hosts.ts";
import type { ResponseType } from "./request/read-body.ts";
import type { Resolve } from "./request/request-rules.ts";
import type { OutgoingRequest, RequestOutput, sendRequest } from "./request/send-request.ts";
import { usableStep } from "./usable-step.ts";

/** What `httpGet` takes. */
export interface GetInput {
  /** Where to ask: http or https, without a user name. */
  readonly url: string;
  /** Sent along. They are stored with the run, so secrets belong into the step's options. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Added to the URL. */
  readonly queryParams?: Readonly<Record<string, string>> | undefined;
}

/** What `httpPost` takes. */
export interface PostInput extends GetInput {
  /** Sent as JSON; a text is sent as it is where a `content-type` says that it is none. */
  readonly body?: unknown;
}

/** How a request step is made. */
export interface RequestStepOptions<Id extends string> {
  /** The step's id. @default "http-get" or "http-post" */
  readonly id?: Id;
  /**
   * Only these hosts are asked, also after redirects: `api.example.com`, `*.example.com`, or with a
   * port `api.example.com:8443`. @default every host on the internet
   */
  readonly allowHosts?: readonly string[];
  /**
   * Headers that are not stored, such as `authorization`; a function is asked at each attempt. They
   * need `allowHosts`, so that they go nowhere else.
   */
  readonly headers?: Readonly<Record<string, string | (() => string | Promise<string>)>>;
  /** Also asks private networks and this machine, which a URL from outside must never reach. @default false */
  readonly allowPrivateAddresses?: boolean;
  /** An answer with a larger body is a failure. @default 262_144 */
  readonly maxBytes?: number;
  /** More redirects are a failure. @default 5 */
  readonly maxRedirects?: number;
  /** What the body is read as. @default "auto" */
  readonly responseType?: ResponseType;
  /** An attempt that takes longer has failed, in milliseconds. @default 30_000 */
  readonly timeoutMs?: number;
  /** How failed attempts are repeated. @default the workflow's policy, else not at all */
  readonly retry?: RetryPolicy;
}

/** The step, which makes others like it when it is called. */
export interface HttpGetStep extends Step<"http-get", GetInput, RequestOutput> {
  /** A step with these options. */
  <const Id extends string = "http-get">(
    options?: RequestStepOptions<Id>,
  ): Step<Id, GetInput, RequestOutput>;
}

/** The step, which makes others like it when it is called. */
export interface HttpPostStep extends Step<"http-post", PostInput, RequestOutput> {
  /** A step with these options. */
  <const Id extends string = "http-post">(
    options?: RequestStepOptions<Id>,
  ): Step<Id, PostInput, RequestOutput>;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_BYTES = 262_144;
const DEFAULT_MAX_REDIRECTS = 5;

const OPTIONS = {
  id: true,
  allowHosts: true,
  headers: true,
  allowPrivateAddresses: true,
  maxBytes: true,
  maxRedirects: true,
  responseType: true,
  timeoutMs: true,
  retry: true,
} satisfies OptionNames<RequestStepOptions<string>>;

const texts = { type: "object", additionalProperties: { type: "string" } } as const;
const asked = { url: { type: "string" }, headers: texts, queryParams: texts } as const;

const getSchema = described<GetInput>({ type: "object", required: ["url"], properties: asked });
const postSchema = described<PostInput>({
  type: "object",
  required: ["url"],
  properties: { ...asked, body: {} },
});
const outputSchema = described<RequestOutput>({
  type: "object",
  required: ["status", "headers"],
  properties: { status: { type: "number" }, data: {}, headers: texts },
});

/** A step that asks by GET, with a way of its own to find addresses. */
export function getStep<const Id extends string>(
  id: Id,
  options: RequestStepOptions<Id>,
  resolve: Resolve,
): Step<Id, GetInput, RequestOutput> {
  return createStep({
    id,
    description: "Asks a server by GET",
    inputSchema: getSchema,
    outputSchema,
    ...limitsOf(id, options),
    execute: async ({ inputData, fetch, signal }) =>
      await send({ method: "GET", ...inputData, body: undefined }, options, {
        fetch,
        signal,
        resolve,
      }),
  });
}

/** A step that sends by POST, with a way of its own to find addresses. */
export function postStep<const Id extends string>(
  id: Id,
  options: RequestStepOptions<Id>,
  resolve: Resolve,
): Step<Id, PostInput, RequestOutput> {
  return createStep({
    id,
    description: "Sends JSON to a server by POST",
    inputSchema: postSchema,
    outputSchema,
    ...limitsOf(id, options),
    execute: async ({ inputData, fetch, signal, idempotencyKey }) => {
      const given = inputData.headers ?? {};
      // Who understands it does not do the same twice when an attempt is repeated.
      const headers = { "idempotency-key": idempotencyKey, ...bodyHeaders(inputData), ...given };
      const body = bodyOf(inputData);
      const request = { method: "POST" as const, ...inputData, headers, body };
      return await send(request, options, { fetch, signal, resolve });
    },
  });
}

/** Loaded when there is a name to find, as is all that sends a request. */
const resolve: Resolve = async (name) => {
  const { resolveName } = await import("./request/resolve-name.ts");
  return await resolveName(name);
};

type Asked = Pick<OutgoingRequest, "method" | "url" | "body"> & Omit<GetInput, "url">;
type Tools = Pick<Parameters<typeof sendRequest>[1], "fetch" | "signal" | "resolve">;

async function send(
  { method, url, headers = {}, queryParams = {}, body }: Asked,
  options: RequestStepOptions<string>,
  tools: Tools,
): Promise<RequestOutput> {
  const secretHeaders = await secretsOf(options.headers ?? {});
  const { sendRequest } = await import("./request/send-request.ts");
  return await sendRequest(
    { method, url, headers, queryParams, secretHeaders, body },
    {
      ...tools,
      allowHosts: options.allowHosts,
      allowPrivateAddresses: options.allowPrivateAddresses ?? false,
      maxBytes: options.maxBytes ?? DEFAULT_MAX_BYTES,
      maxRedirects: options.maxRedirects ?? DEFAULT_MAX_REDIRECTS,
      responseType: options.responseType ?? "auto",
    },
  );
}

async function secretsOf(
  headers: NonNullable<RequestStepOptions<string>["headers"]>,
): Promise<Record<string, string>> {
  const entries = Object.entries(headers).map(async ([name, value]) => [
    name,
    typeof value === "function" ? await value() : value,
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

function limitsOf(
  id: string,
  options: RequestStepOptions<string>,
): { readonly timeoutMs: number; readonly retry?: RetryPolicy } {
  const subject = `Step ${quote(id)}`;
  assertOptions(options, subject, OPTIONS, "INVALID_DEFINITION");
  const { headers, allowHosts, retry, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  assertHosts(allowHosts, subject);
  assertAtLeast(options.maxBytes, 1, `${subject}: maxBytes`);
  assertAtLeast(options.maxRedirects, 0, `${subject}: maxRedirects`);
  if (headers !== undefined && allowHosts === undefined) {
    throw new WrkflwError(
      "INVALID_DEFINITION",
      `${subject}: headers need allowHosts, so that they go to no other host`,
    );
  }
  return { timeoutMs, ...(retry === undefined ? {} : { retry }) };
}

function isRaw({ body, headers = {} }: PostInput): boolean {
  const [, type] =
    Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type") ?? [];
  return typeof body === "string" && type !== undefined && !/\bjson\b/i.test(type);
}

function bodyHeaders(input: PostInput): Record<string, string> {
  return input.body === undefined || isRaw(input) ? {} : { "content-type": "application/json" };
}

function bodyOf(input: PostInput): string | undefined {
  if (isRaw(input)) return String(input.body);
  return input.body === undefined ? undefined : JSON.stringify(input.body);
}

function makeGet<const Id extends string = "http-get">(
  options: RequestStepOptions<Id> = {},
): Step<Id, GetInput, RequestOutput> {
  return getStep(options.id ?? ("http-get" as Id), options, resolve);
}

function makePost<const Id extends string = "http-post">(
  options: RequestStepOptions<Id> = {},
): Step<Id, PostInput, RequestOutput> {
  return postStep(options.id ?? ("http-post" as Id), options, resolve);
}

/**
 * Asks a server by GET. A status that is not of success is a failure, which says whether another
 * attempt is worth while; private networks are not asked.
 *
 * @example
 * ```ts
 * import { createWorkflow, httpGet } from "@wrkflw/wrkflw";
 * import { z } from "npm:zod@4.6.7";
 *
 * // Asked at each attempt: from the environment, or from where else secrets are kept.
 * const authorization = () => Promise.resolve("Bearer ...");
 * const getUser = httpGet({
 *   id: "get-user",
 *   allowHosts: ["api.example.com"],
 *   headers: { authorization },
 *   retry: { attempts: 5 },
 * });
 * const workflow = createWorkflow({
 *   id: "user-name",
 *   inputSchema: z.object({ user: z.string() }),
 *   outputSchema: z.unknown(),
 * })
 *   .map(({ inputData }) => ({ url: `https://api.example.com/users/${inputData.user}` }))
 *   .then(getUser)
 *   .commit();
 * console.log(workflow.id); // "user-name"
 * ```
 */
export const httpGet: HttpGetStep = usableStep(makeGet(), makeGet);

/**
 * Sends JSON to a server by POST, with the step's `idempotency-key`; otherwise as
 * {@linkcode httpGet}.
 */
export const httpPost: HttpPostStep = usableStep(makePost(), makePost);
