import type { AccessOptions } from "./access/access.ts";
import type { Handler, ListeningServer } from "./api/listen.ts";
import type { AnyDefinition } from "./definition.ts";
import { ExecutionEngine } from "./engine.ts";
import { WrkflwError } from "./errors.ts";
import type { WorkflowStorage } from "./storage.ts";

export type { AccessOptions } from "./access/access.ts";
export type { ListeningServer } from "./api/listen.ts";

/** How an API server is made. */
export interface ApiServerOptions extends AccessOptions {
  /** Is told of every error that is not the client's. @default console.error */
  readonly onError?: (error: Error) => void;
  /** Is told where `serve()` listens, in a line for people. @default console.log */
  readonly onListen?: (line: string) => void;
}

/**
 * The HTTP API under `/api`, as a server or as a handler of requests. It is closed: callers send
 * the token of the environment's `WRKFLW_TOKEN`; without one it answers this machine only.
 *
 * @example
 * ```ts
 * import { createApiServer, WorkflowStorage } from "@wrkflw/wrkflw";
 *
 * const server = createApiServer(new WorkflowStorage({ url: ":memory:" }), { token: "a long secret" });
 * const headers = { Authorization: "Bearer a long secret" };
 * const request = new Request("http://localhost/api/workflows", { headers });
 * console.log(await (await server.handleRequest(request)).json()); // { workflows: [] }
 * ```
 */
export class ApiServer {
  /** The engine that drives the runs. */
  readonly engine: ExecutionEngine;
  readonly #options: ApiServerOptions;
  #stopping = new AbortController();
  #handler: Promise<Handler> | undefined;

  /** Made by {@linkcode createApiServer}. */
  constructor(storage?: WorkflowStorage, options: ApiServerOptions = {}) {
    this.engine = new ExecutionEngine(storage);
    this.#options = options;
  }

  /**
   * Adds a workflow whose runs the API serves.
   *
   * @param exampleInput An input to try it with, for people and forms.
   * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if it is no committed workflow.
   */
  registerWorkflow(workflow: AnyDefinition, exampleInput?: unknown): void {
    this.engine.register(workflow, exampleInput);
  }

  /**
   * Answers a request, with an error's answer where that is what it comes to.
   *
   * @param env What the server hands on beside the request, such as the address it came from;
   * without a token nobody is answered unless it says that the request came from this machine.
   * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if an option cannot be used.
   */
  async handleRequest(request: Request, env?: unknown): Promise<Response> {
    // Hono and zod are loaded by the first request only.
    this.#handler ??= import("./api/api-handler.ts").then(({ apiHandler }) =>
      apiHandler({ ...this.#options, engine: this.engine, signal: this.#stopping.signal }),
    );
    return await (await this.#handler)(request, env);
  }

  /**
   * Serves the API on `http://localhost:8000/api`, or on another port. Only this machine can
   * reach it unless a hostname says otherwise.
   *
   * @param port From 0, for any that is free, to 65535. @default 8000
   * @param hostname The address to listen on, such as `0.0.0.0` for all. @default "127.0.0.1"
   * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if the port is none.
   * @throws {Error} If the port is taken, or may not be listened on.
   */
  async serve(port = 8000, hostname = "127.0.0.1"): Promise<ListeningServer> {
    if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
      throw new WrkflwError(
        "INVALID_ARGUMENT",
        `Cannot serve on port ${String(port)}: use a whole number from 0 to 65535`,
      );
    }
    const { lineFor, listen } = await import("./api/listen.ts");
    const answer = (request: Request, env: unknown) => this.handleRequest(request, env);
    const server = await listen(answer, { port, hostname });
    const { onListen = (await import("node:console")).log } = this.#options;
    onListen(lineFor(server.addr));
    const shutdown = async () => {
      // An open stream would keep the server for ever.
      this.#stopping.abort("The server is shut down");
      this.#stopping = new AbortController();
      this.#handler = undefined;
      await server.shutdown();
    };
    return { ...server, shutdown, [Symbol.asyncDispose]: shutdown };
  }
}

/**
 * The HTTP API over a storage.
 *
 * @param storage Where the runs are kept. Default: `new WorkflowStorage()`.
 */
export function createApiServer(
  storage?: WorkflowStorage,
  options: ApiServerOptions = {},
): ApiServer {
  return new ApiServer(storage, options);
}
