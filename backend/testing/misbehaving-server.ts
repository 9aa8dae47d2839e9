/** A server on this machine that answers in every way that servers answer. */

/** The server, and what it saw. */
export interface MisbehavingServer extends AsyncDisposable {
  readonly url: string;
  /** What it was asked, oldest first. */
  readonly seen: SeenRequest[];
  /** Resolves when it has been asked for a path for the first time. */
  asked(path: string): Promise<void>;
}

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const DATE = "Wed, 21 Oct 2026 07:28:00 GMT";

type Answer = (request: Request, url: URL) => Response | Promise<Response>;

const ANSWERS: Readonly<Record<string, Answer>> = {
  "/json": () => Response.json({ ok: true }),
  "/problem": () =>
    new Response('{"title":"odd"}', { headers: { "content-type": "application/problem+json" } }),
  "/bad-json": () => new Response("<html>", { headers: { "content-type": "application/json" } }),
  "/html": () => new Response("<p>hi</p>", { headers: { "content-type": "text/html" } }),
  "/latin": () =>
    new Response(new Uint8Array([0xe9]), {
      headers: { "content-type": "text/plain; charset=latin1" },
    }),
  "/unknown-charset": () =>
    new Response("hi", { headers: { "content-type": 'text/plain; charset="x-odd"' } }),
  "/no-type": () => new Response(new TextEncoder().encode("plain")),
  "/bytes": () =>
    new Response(new Uint8Array([0, 1, 255]), { headers: { "content-type": "image/png" } }),
  "/204": () => new Response(null, { status: 204 }),
  "/empty": () => new Response(""),
  "/cookie": () =>
    new Response("hi", { headers: { "set-cookie": "session=hunter2", "x-api-key": "hunter2" } }),
  "/huge": () => new Response("x".repeat(100_000)),
  "/endless": () => new Response(endless()),
  "/bomb": async () => {
    const zipped = new Blob(["0".repeat(5_000_000)])
      .stream()
      .pipeThrough(new CompressionStream("gzip"));
    const body = await new Response(zipped).arrayBuffer();
    return new Response(body, {
      headers: { "content-encoding": "gzip", "content-type": "text/plain" },
    });
  },
  "/slow": () => new Promise(() => {}),
  "/slow-body": () =>
    new Response(new ReadableStream({ start: (to) => to.enqueue(new Uint8Array(1)) })),
  "/echo": async (request) => new Response(await request.text()),
  "/loop": () => redirect("/loop"),
  "/to": (_, url) =>
    redirect(url.searchParams.get("url") ?? "", Number(url.searchParams.get("status") ?? 302)),
  "/status": (_, url) => {
    const status = Number(url.searchParams.get("code"));
    const after = url.searchParams.get("after");
    const headers = new Headers({ date: DATE, "content-type": "text/plain" });
    if (after !== null) headers.set("retry-after", after);
    return new Response(status === 304 ? null : `the reason of ${status}`, { status, headers });
  },
};

function redirect(location: string, status = 302): Response {
  return new Response("moved", { status, headers: { location } });
}

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(16_384)) });
}

/** Starts it on a free port. */
export function misbehavingServer(): MisbehavingServer {
  const seen: SeenRequest[] = [];
  const asked = new Map<string, PromiseWithResolvers<void>>();
  const arrival = (path: string) => {
    const known = asked.get(path) ?? Promise.withResolvers<void>();
    asked.set(path, known);
    return known;
  };
  const stopped = new AbortController();
  const server = Deno.serve(
    {
      hostname: "127.0.0.1",
      port: 0,
      signal: stopped.signal,
      onListen: () => {},
      onError: () => new Response(null),
    },
    async (request) => {
      const url = new URL(request.url);
      const body = await request.clone().text();
      const headers = Object.fromEntries(request.headers);
      seen.push({ method: request.method, path: url.pathname + url.search, headers, body });
      arrival(url.pathname).resolve();
      return await (ANSWERS[url.pathname] ?? (() => new Response("nothing", { status: 404 })))(
        request,
        url,
      );
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    seen,
    asked: (path) => arrival(path).promise,
    [Symbol.asyncDispose]: async () => {
      stopped.abort();
      await server.finished;
    },
  };
}

/** A listener that closes every connection, after it wrote what it is given. */
export function rudeListener(words: string): { readonly url: string } & AsyncDisposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(4_096));
      await connection.write(new TextEncoder().encode(words));
      connection.close();
    }
  })();
  const { port } = listener.addr as Deno.NetAddr;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      await accepting;
    },
  };
}
