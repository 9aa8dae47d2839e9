/** A remote libSQL server, such as sqld or Turso. The driver is loaded when it is needed. */
import type { Client } from "npm:@libsql/client@0.18.0/web";
import { quote, WrkflwError } from "../errors.ts";
import type { ResultSet, SqlArgument, SqlClient } from "../sql.ts";
import { checkArguments } from "./arguments.ts";
import { remoteError } from "./remote-error.ts";

/** A connection to a libSQL server. */
export interface LibsqlClient extends SqlClient {
  /** Ends the connection. Closing twice does nothing. */
  close(): void;
}

/** How a libSQL server is asked. */
export interface LibsqlOptions {
  /**
   * How long, in milliseconds, an answer over `libsql:`, `https:` or `http:` may take. A request
   * that is given up then may have been applied.
   *
   * @default 30000
   */
  readonly requestTimeoutMs?: number;
}

const DEFAULT_REQUEST_TIMEOUT_MS = 30_000;

/**
 * Connects to the libSQL server at `url` (`libsql:`, `https:`, `http:`, `wss:` or `ws:`). The
 * server is first asked when the first statement is run.
 *
 * @param authToken The server's access token, where it wants one.
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, when the URL cannot be used.
 */
export async function openLibsql(
  url: string,
  authToken?: string,
  { requestTimeoutMs = DEFAULT_REQUEST_TIMEOUT_MS }: LibsqlOptions = {},
): Promise<LibsqlClient> {
  const { createClient } = await import("npm:@libsql/client@0.18.0/web");
  const subject = `database ${quote(withoutSecrets(url))}`;
  try {
    const client = createClient({
      url,
      fetch: (request: Request) =>
        fetch(request, { signal: AbortSignal.timeout(requestTimeoutMs) }),
      ...(authToken === undefined ? {} : { authToken }),
    });
    return new LibsqlDatabase(client, subject);
  } catch (cause) {
    throw new WrkflwError(
      "INVALID_ARGUMENT",
      `Cannot use ${subject}: ${(cause as Error).message}`,
      { cause },
    );
  }
}

class LibsqlDatabase implements LibsqlClient {
  readonly #client: Client;
  readonly #subject: string;

  constructor(client: Client, subject: string) {
    this.#client = client;
    this.#subject = subject;
  }

  execute(statement: { sql: string; args: SqlArgument[] }): Promise<ResultSet> {
    return this.#use(() => {
      checkArguments(statement.args);
      return this.#client.execute(statement);
    });
  }

  batch(statements: { sql: string; args: SqlArgument[] }[]): Promise<readonly ResultSet[]> {
    return this.#use(() => {
      for (const statement of statements) checkArguments(statement.args);
      return this.#client.batch(statements, "write");
    });
  }

  close(): void {
    if (!this.#client.closed) this.#client.close();
  }

  async #use<T>(work: () => Promise<T>): Promise<T> {
    try {
      if (this.#client.closed) throw new Error("the connection was closed; open it again");
      return await work();
    } catch (error) {
      throw remoteError(error, this.#subject);
    }
  }
}

/** The URL for messages: a token or password in it is left out. */
function withoutSecrets(url: string): string {
  if (!URL.canParse(url)) return url.replace(/[?#].*$/s, "");
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === "/" ? "" : pathname}`;
}
