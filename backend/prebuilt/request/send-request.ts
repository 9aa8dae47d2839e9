import { NonRetryableError, quote } from "../../errors.ts";
import { isSecretHeader, MASK } from "../../secret-headers.ts";
import { failedResponse } from "./failed-response.ts";
import { type ResponseType, readBody } from "./read-body.ts";
import { assertAllowed, type RequestRules, type Resolve, requestUrl } from "./request-rules.ts";
import { shownUrl } from "./shown-url.ts";

/** A request to send. */
export interface OutgoingRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  /** As they came with the data. */
  readonly headers: Readonly<Record<string, string>>;
  /** Known to the step alone; they go to the hosts that its rules allow. */
  readonly secretHeaders: Readonly<Record<string, string>>;
  readonly queryParams: Readonly<Record<string, string>>;
  readonly body: BodyInit | undefined;
}

/** How requests are sent. */
export interface SendOptions extends RequestRules {
  readonly maxBytes: number;
  readonly maxRedirects: number;
  readonly responseType: ResponseType;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  readonly resolve: Resolve;
}

/** What a server answered. */
export interface RequestOutput {
  /** Its status, from 200 to 299. */
  status: number;
  /** Its body: read as JSON or text where its type says so, else as bytes; `null` when there is none. */
  data: unknown;
  /** Its headers, by their names in lower case. Those that hold secrets are masked. */
  headers: Record<string, string>;
}

/** One request of a chain of redirects. */
interface Hop {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: BodyInit | undefined;
}

/** Most of what a server says of its failure that is kept. */
const MAX_REASON_BYTES = 65_536;
const MAX_REASON_CHARS = 500;
/** The connection has these to itself, or they would ask another host than the one that was checked. */
const OWN_HEADERS =
  /^(?:host|connection|content-length|transfer-encoding|upgrade|te|trailer|keep-alive|proxy-.*)$/i;

/**
 * Sends a request, follows redirects to where the rules allow, and reads the answer.
 *
 * @throws {NonRetryableError} If another attempt would not help, {@linkcode RetryAfterError} if the
 * server says when it would, an `Error` if it may.
 */
export async function sendRequest(
  request: OutgoingRequest,
  options: SendOptions,
): Promise<RequestOutput> {
  let hop = firstHop(request);
  for (let redirects = 0; ; redirects++) {
    await assertAllowed(hop.url, options, options.resolve);
    const response = await ask(hop, options);
    const location = locationOf(response);
    if (location === null) return await outputOf(hop, response, options);
    await response.body?.cancel();
    if (redirects === options.maxRedirects) {
      throw new NonRetryableError(
        `${hop.method} ${shownUrl(hop.url)} was redirected more than ${options.maxRedirects} times`,
      );
    }
    hop = nextHop(hop, response.status, location);
  }
}

function firstHop({ method, url: text, queryParams, body, ...given }: OutgoingRequest): Hop {
  const url = requestUrl(text);
  for (const [name, value] of Object.entries(queryParams)) url.searchParams.append(name, value);
  const headers = new Headers();
  for (const [name, value] of [
    ...Object.entries(given.headers),
    ...Object.entries(given.secretHeaders),
  ]) {
    setHeader(headers, name, value);
  }
  return { method, url, headers, body };
}

/** The value is never shown: it may be a secret. */
function setHeader(headers: Headers, name: string, value: string): void {
  if (OWN_HEADERS.test(name)) {
    throw new NonRetryableError(`Cannot send header ${quote(name)}: it belongs to the connection`);
  }
  try {
    headers.set(name, value);
  } catch {
    throw new NonRetryableError(
      `Cannot send header ${quote(name)}: its name or its value has characters that no header may have`,
    );
  }
}

async function ask(hop: Hop, { fetch, signal }: SendOptions): Promise<Response> {
  const { method, url, headers, body } = hop;
  try {
    return await fetch(url.href, {
      method,
      headers,
      body: body ?? null,
      redirect: "manual",
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    // Its message may hold the whole URL.
    const reason = String((error as Error).message ?? error).replaceAll(url.href, shownUrl(url));
    const safe = url.search === "" ? reason : reason.replaceAll(url.search, "");
    throw new Error(`${method} ${shownUrl(url)} got no answer: ${safe}`);
  }
}

function locationOf({ status, headers }: Response): string | null {
  return [301, 302, 303, 307, 308].includes(status) ? headers.get("location") : null;
}

/** The request that follows a redirect. */
function nextHop(hop: Hop, status: number, location: string): Hop {
  const url = requestUrl(location, hop.url);
  if (hop.url.protocol === "https:" && url.protocol === "http:") {
    throw new NonRetryableError(
      `${hop.method} ${shownUrl(hop.url)} was redirected to ${shownUrl(url)}, which is not encrypted`,
    );
  }
  const keepsMethod = status === 307 || status === 308 || hop.method === "GET";
  const kept = new Headers(hop.headers);
  if (!keepsMethod) kept.delete("content-type");
  if (url.origin !== hop.url.origin) for (const name of [...kept.keys()]) dropSecret(kept, name);
  return {
    method: keepsMethod ? hop.method : "GET",
    url,
    headers: kept,
    body: keepsMethod ? hop.body : undefined,
  };
}

/** Another host gets only what says nothing of us. */
function dropSecret(headers: Headers, name: string): void {
  if (!["accept", "accept-language", "content-type", "user-agent"].includes(name)) {
    headers.delete(name);
  }
}

async function outputOf(
  hop: Hop,
  response: Response,
  options: SendOptions,
): Promise<RequestOutput> {
  const { status, ok } = response;
  const subject = `${hop.method} ${shownUrl(hop.url)} answered ${status}`;
  try {
    if (!ok) throw failedResponse(response, subject, await reasonOf(response));
    const data = await readBody(response, subject, options.maxBytes, options.responseType);
    return { status, data, headers: shownHeaders(response.headers) };
  } catch (error) {
    if (options.signal.aborted) throw options.signal.reason;
    throw error instanceof TypeError ? new Error(`${subject} and broke off`) : error;
  }
}

/** What the server said of its failure, as far as it is a short text. */
async function reasonOf(response: Response): Promise<string> {
  try {
    const text = await readBody(response, "", MAX_REASON_BYTES, "text");
    return String(text ?? "").slice(0, MAX_REASON_CHARS);
  } catch {
    return "";
  }
}

function shownHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    [...headers].map(([name, value]) => [name, isSecretHeader(name) ? MASK : value]),
  );
}
