import type { AnyDefinition } from "./definition.ts";
import { ExecutionEngine } from "./engine.ts";
import type { WorkflowStorage } from "./storage.ts";

/** Answers requests to the API with the pages of other modules, which are loaded at the first one. */
type Handler = (request: Request, env?: unknown) => Response | Promise<Response>;

/**
 * The HTTP API under `/api`, as a server or as a handler of requests. It is closed: callers send
 * the token of the environment's `WRKFLW_TOKEN`; without one it answers this machine only.
 */
export class ApiServer {
  /** The engine that drives the runs. */
  readonly engine: ExecutionEngine;
  #handler: Promise<Handler> | undefined;

  /** Made by {@linkcode createApiServer}. */
  constructor(storage?: WorkflowStorage) {
    this.engine = new ExecutionEngine(storage);
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
   * Answers a request. It never rejects.
   *
   * @param env What the server hands on beside the request, such as the address it came from;
   * without a token nobody is answered unless it says that the request came from this machine.
   */
  async handleRequest(request: Request, env?: unknown): Promise<Response> {
    // Hono and zod are loaded by the first request only.
    this.#handler ??= import("./api/api-handler.ts").then(({ apiHandler }) =>
      apiHandler(this.engine),
    );
    return await (await this.#handler)(request, env);
  }

  /**
   * Serves the API on `http://localhost:8000/api`, or on another port. Without a token the
   * server can be reached from this machine only.
   *
   * @param port From 0, for any that is free, to 65535. @default 8000
   */
  async serve(port = 8000): Promise<Deno.HttpServer<Deno.NetAddr>> {
    const hostname = "127.0.0.1";
    return await Promise.resolve(
      Deno.serve({ port, hostname }, (request, info) => this.handleRequest(request, info)),
    );
  }
}

/**
 * The HTTP API over a storage.
 *
 * @param storage Where the runs are kept. Default: `new WorkflowStorage()`.
 */
export function createApiServer(storage?: WorkflowStorage): ApiServer {
  return new ApiServer(storage);
}
