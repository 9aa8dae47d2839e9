/** Chooses and opens the database that a program stores its runs in. */
import { quote, WrkflwError } from "../errors.ts";
import { readEnvironment } from "../read-environment.ts";
import type { SqlClient } from "../sql.ts";
import { isValTown } from "./is-val-town.ts";
import { type LocalOptions, openLocal } from "./local.ts";

/** Which database to open. The first of these that is there decides. */
export interface ConnectOptions extends LocalOptions {
  /** A client that is already open. It stays the caller's to close. */
  readonly client?: SqlClient;
  /**
   * `file:app.db`, `:memory:`, or the URL of a libSQL server (`libsql:`, `https:`, `http:`,
   * `wss:` or `ws:`).
   *
   * @default The environment variable `WRKFLW_DATABASE_URL`; without it Val Town's own database
   * on Val Town, and `"file:wrkflw.db"` elsewhere.
   */
  readonly url?: string;
  /**
   * The libSQL server's access token.
   *
   * @default The environment variable `WRKFLW_DATABASE_TOKEN`, when the URL came from the
   * environment too.
   */
  readonly authToken?: string;
}

/** A client that can be closed. */
export interface ConnectedClient extends SqlClient {
  /** Lets go of what was opened. Closing twice does nothing. */
  close(): void;
}

const DEFAULT_URL = "file:wrkflw.db";
const REMOTE_SCHEMES = ["libsql:", "https:", "http:", "wss:", "ws:"];

/**
 * Opens the database that the options, the environment or the platform name.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT` for a URL that cannot be used,
 * `STORAGE_UNAVAILABLE` when the database cannot be opened, `STORAGE_CORRUPT` when it is damaged.
 */
export async function connect(options: ConnectOptions = {}): Promise<ConnectedClient> {
  const { client, url, authToken, ...local } = options;
  if (client !== undefined) return borrowed(client);
  if (url !== undefined) return await open(url, authToken, local);
  const urlOfEnv = readEnvironment("WRKFLW_DATABASE_URL");
  if (urlOfEnv !== undefined) {
    return await open(urlOfEnv, authToken ?? readEnvironment("WRKFLW_DATABASE_TOKEN"), local);
  }
  if (isValTown(readEnvironment)) {
    const { openValTown } = await import("./val-town.ts");
    return borrowed(await openValTown());
  }
  return await open(DEFAULT_URL, undefined, local);
}

async function open(
  url: string,
  authToken: string | undefined,
  options: LocalOptions,
): Promise<ConnectedClient> {
  const scheme = schemeOf(url);
  if (REMOTE_SCHEMES.includes(scheme)) {
    const { openLibsql } = await import("./libsql.ts");
    return await openLibsql(url, authToken);
  }
  return await openLocal(scheme === "file:" ? pathOf(url) : url, options);
}

function schemeOf(url: string): string {
  if (typeof url !== "string") {
    throw new WrkflwError(
      "INVALID_ARGUMENT",
      `Cannot use a database URL of type ${typeof url}: write a text such as "file:app.db"`,
    );
  }
  if (url === ":memory:") return url;
  const scheme = /^[a-z][a-z0-9+.-]+:/i.exec(url)?.[0].toLowerCase();
  if (scheme === "file:" || (scheme !== undefined && REMOTE_SCHEMES.includes(scheme)))
    return scheme;
  throw unusable(url, `it has no known scheme; write ${hintFor(url, scheme)}`);
}

function hintFor(url: string, scheme: string | undefined): string {
  const known = `"file:app.db", ":memory:" or one of ${REMOTE_SCHEMES.join(" ")}`;
  return scheme === undefined && url !== "" ? `${quote(`file:${url}`)} for a file` : known;
}

/** The path in a `file:` URL: `file:app.db`, `file:./app.db`, `file:/srv/app.db`, `file:///srv/app.db`. */
function pathOf(url: string): string {
  const rest = url.slice("file:".length);
  if (/[?#]/.test(rest))
    throw unusable(url, "a file's URL takes no options; write ? as %3F and # as %23");
  const authority = /^\/\/([^/]*)/.exec(rest);
  if (authority !== null && !["", "localhost"].includes(authority[1] ?? "")) {
    throw unusable(
      url,
      `it names the host ${quote(authority[1] ?? "")}; write ${quote(`file:${rest.slice(2)}`)}`,
    );
  }
  const path = decodePath(url, authority === null ? rest : rest.slice(authority[0].length));
  if (path === "") throw unusable(url, 'it has no path; write "file:app.db"');
  return /^\/[a-z]:[/\\]/i.test(path) ? path.slice(1) : path;
}

function decodePath(url: string, path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw unusable(url, "it has a % that begins no character code; write % as %25");
  }
}

function unusable(url: string, reason: string): WrkflwError {
  return new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot use the database URL ${quote(url)}: ${reason}`,
  );
}

/**
 * Val Town's client and the caller's own need no closing by us. Whatever they throw or return, a call
 * answers with a promise.
 */
function borrowed(client: SqlClient): ConnectedClient {
  if (typeof client?.execute !== "function" || typeof client.batch !== "function") {
    throw new WrkflwError(
      "INVALID_ARGUMENT",
      "Cannot use this database client: it has no execute() and batch(); give a client such as openLocal() returns",
    );
  }
  return {
    alwaysAnswers: client.alwaysAnswers === true,
    execute: async (statement) => await client.execute(statement),
    batch: async (statements, mode) => await client.batch(statements, mode),
    close: () => {},
  };
}
