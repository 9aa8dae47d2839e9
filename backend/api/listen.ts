/** Servers for an API: Deno's own, or Hono's for Node where there is no Deno. */

/** Answers a request; `env` says where it came from. */
export type Handler = (request: Request, env: unknown) => Response | Promise<Response>;

/** A server that answers until it is shut down. */
export interface ListeningServer extends AsyncDisposable {
  /** Where it listens. */
  readonly addr: { readonly hostname: string; readonly port: number };
  /** Resolves when it has been shut down. */
  readonly finished: Promise<void>;
  /** Takes no more requests, ends streams, and resolves when the last answer is out. */
  shutdown(): Promise<void>;
}

/** Where to listen. */
export interface ListenOptions {
  readonly port: number;
  readonly hostname: string;
}

/** Says where a server of the API listens. */
export function lineFor({ hostname, port }: ListeningServer["addr"]): string {
  const isHere = ["127.0.0.1", "::1", "0.0.0.0", "::"].includes(hostname);
  const bracketed = hostname.includes(":") ? `[${hostname}]` : hostname;
  return `The API is at http://${isHere ? "localhost" : bracketed}:${port}/api`;
}

/** Listens as the platform does it. */
export async function listen(handler: Handler, options: ListenOptions): Promise<ListeningServer> {
  return "Deno" in globalThis
    ? listenOnDeno(handler, options)
    : await listenOnNode(handler, options);
}

function listenOnDeno(handler: Handler, options: ListenOptions): ListeningServer {
  const server = Deno.serve({ ...options, onListen: () => {} }, handler);
  return listening({
    addr: { hostname: server.addr.hostname, port: server.addr.port },
    finished: server.finished,
    close: () => server.shutdown(),
  });
}

/** Listens with Hono's server for Node. */
export async function listenOnNode(
  fetch: Handler,
  options: ListenOptions,
): Promise<ListeningServer> {
  const { createAdaptorServer } = await import("npm:@hono/node-server@2.1.9");
  const server = createAdaptorServer({ fetch });
  const finished = new Promise<void>((resolve) => server.on("close", resolve));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.hostname, resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  async function close(): Promise<void> {
    server.close();
    await finished;
  }
  return listening({ addr: { hostname: options.hostname, port }, finished, close });
}

function listening(server: {
  readonly addr: ListeningServer["addr"];
  readonly finished: Promise<void>;
  readonly close: () => Promise<void>;
}): ListeningServer {
  const { addr, finished, close } = server;
  return { addr, finished, shutdown: close, [Symbol.asyncDispose]: close };
}
