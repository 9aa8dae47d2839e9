import { isSameSecret } from "../access/secrets.ts";
import type { ExecutionEngine } from "../engine.ts";
import { readEnvironment } from "../read-environment.ts";
import { CHAIN_HEADER, GO_ON_PATH, type GoOnOptions } from "./go-on.ts";
import { type TickValOptions, tickAndGoOn } from "./tick-val.ts";

/** An app: what `createApp` and `createApi` return, or any other with a `fetch`. */
export interface ServedApp {
  /** Answers a request. */
  fetch(request: Request): Response | Promise<Response>;
}

/** How a val serves. */
export interface WebValOptions extends Omit<TickValOptions, "goOn"> {
  /**
   * Whether the val takes calls to go on with work that a tick has left, under `/go-on`. They
   * must show the token.
   *
   * @default false
   */
  readonly goesOn?: boolean | Omit<GoOnOptions, "url">;
}

/**
 * The default export of a val that serves an app.
 *
 * @example
 * ```ts
 * import { ExecutionEngine, WorkflowStorage } from "@wrkflw/wrkflw";
 * import { createApp } from "@wrkflw/wrkflw/app";
 * import { webVal } from "@wrkflw/wrkflw/val-town";
 *
 * const engine = new ExecutionEngine(new WorkflowStorage({ url: ":memory:" }));
 * const serve = webVal(createApp({ engine, token: "a long secret" }), engine); // export default
 * console.log((await serve(new Request("https://me.web.val.run/runs"))).status); // 401
 * ```
 */
export function webVal(
  app: ServedApp,
  engine: ExecutionEngine,
  options: WebValOptions = {},
): (request: Request) => Promise<Response> {
  const { goesOn = false, ...tickOptions } = options;
  return async (request) => {
    const isCall = request.method === "POST" && new URL(request.url).pathname === GO_ON_PATH;
    if (goesOn === false || !isCall) return await app.fetch(request);
    const onward = goesOn === true ? {} : goesOn;
    const { token = readEnvironment("WRKFLW_TOKEN") } = onward;
    if (!(await showsToken(request, token))) return answer(request, 401, { error: "No token" });
    const goOn = { ...onward, url: request.url };
    const done = await tickAndGoOn(engine, { ...tickOptions, goOn }, chainOf(request));
    const { runs, nextDueInMs, wentOn } = done;
    return answer(request, 200, { runs: runs.length, nextDueInMs, wentOn });
  };
}

async function showsToken(request: Request, token = ""): Promise<boolean> {
  const given = /^Bearer +(.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
  return (await isSameSecret(given, token)) && token !== "";
}

/** What is no number counts as the end of a chain. */
function chainOf(request: Request): number {
  const chain = Number(request.headers.get(CHAIN_HEADER) ?? "0");
  return Number.isInteger(chain) && chain >= 0 ? chain : Number.POSITIVE_INFINITY;
}

/** Where a response names no origin, Val Town opens it to every one. */
function answer(request: Request, status: number, body: unknown): Response {
  const headers = {
    "access-control-allow-origin": new URL(request.url).origin,
    "cache-control": "no-store",
  };
  return Response.json(body, { status, headers });
}
