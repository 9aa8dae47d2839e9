/** Answers that are damaged on their way, below the adapters: the request was applied. */
import type { ValTownSqlite } from "../../databases/val-town.ts";
import type { SqlClient } from "../../sql.ts";
import type { TearNext, TornWay } from "../faulty-client.ts";

const HTML = "<html><head><title>502 Bad Gateway</title></head></html>";

/** Knows whether the next answer is to be damaged, and how. */
class Tear {
  #way: TornWay | undefined;

  readonly tearNext: TearNext = (way) => {
    this.#way = way;
  };

  /** How this answer is to be damaged, if it is. */
  take(): TornWay | undefined {
    const way = this.#way;
    this.#way = undefined;
    return way;
  }
}

/** A Val Town `sqlite` that hands on whatever came over its network. */
export function tearingSqlite(inner: ValTownSqlite): {
  readonly sqlite: ValTownSqlite;
  readonly tearNext: TearNext;
} {
  const tear = new Tear();

  async function damage(answer: Promise<unknown>): Promise<unknown> {
    const value = await answer;
    switch (tear.take()) {
      case undefined:
        return value;
      case "cut":
        return Array.isArray(value) ? value.slice(0, -1) : {};
      case "a page of HTML":
        return HTML;
      case "status 502":
        throw new SyntaxError(`Unexpected token '<', "${HTML.slice(0, 10)}"... is not valid JSON`);
      case "nothing":
        return undefined;
    }
  }

  return {
    sqlite: {
      execute: (statement) => damage(inner.execute(statement)),
      batch: (statements, mode) => damage(inner.batch(statements, mode)),
    },
    tearNext: tear.tearNext,
  };
}

/** A proxy before a server. */
export interface TearingProxy {
  readonly url: string;
  readonly tearNext: TearNext;
  stop(): Promise<void>;
}

/** Hands requests on to a server, and its answers back, damaged where that is asked for. */
export function startTearingProxy(target: string): TearingProxy {
  const tear = new Tear();

  async function handle(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const body = request.method === "POST" ? await request.arrayBuffer() : null;
    const { method, headers } = request;
    const answer = await fetch(`${target}${pathname}${search}`, { method, headers, body });
    const received = await answer.arrayBuffer();
    const way = method === "POST" ? tear.take() : undefined;
    return damaged(way, received, answer);
  }

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handle);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    tearNext: tear.tearNext,
    stop: () => server.shutdown(),
  };
}

/** Takes the long way over a proxy only for the answer that is to be damaged. */
export function tornByProxy(
  direct: SqlClient,
  proxied: SqlClient,
  tearNext: TearNext,
): { readonly client: SqlClient; readonly tearNext: TearNext } {
  let nextWay: TornWay | undefined;
  function next(): SqlClient {
    if (nextWay === undefined) return direct;
    tearNext(nextWay);
    nextWay = undefined;
    return proxied;
  }
  return {
    client: {
      execute: (statement) => next().execute(statement),
      batch: (statements, mode) => next().batch(statements, mode),
    },
    tearNext: (way) => {
      nextWay = way;
    },
  };
}

function damaged(
  way: TornWay | undefined,
  received: ArrayBuffer,
  { status, headers }: Response,
): Response {
  const type = headers.get("content-type") ?? "application/json";
  switch (way) {
    case undefined:
      return new Response(received, { status, headers: { "content-type": type } });
    case "cut":
      return new Response(received.slice(0, received.byteLength / 2), {
        headers: { "content-type": type },
      });
    case "a page of HTML":
      return new Response(HTML, { headers: { "content-type": "text/html" } });
    case "status 502":
      return new Response(HTML, { status: 502, headers: { "content-type": "text/html" } });
    case "nothing":
      return new Response("", { headers: { "content-type": type } });
  }
}
