import type { Context } from "npm:hono@4.13.19";
import { WrkflwError } from "../errors.ts";
import { readEnvironment } from "../read-environment.ts";
import { assertOrigins } from "./cors.ts";
import { LoginCodes } from "./login-codes.ts";
import { isFromLoopback, remoteAddress } from "./loopback.ts";
import { isFromBrowser, isFromOwnPage, type OwnOrigin, ownOrigin } from "./own-origin.ts";
import type { Role } from "./role.ts";
import { isSameSecret, newSecret } from "./secrets.ts";
import { Sessions } from "./session.ts";

/** Who may use an app, and how the app knows where a request came from. */
export interface AccessOptions {
  /**
   * Who has it may see and change everything: programs send it as a bearer header, people
   * type it in once. Without one the app answers only the machine it runs on. Empty: none.
   *
   * @default the environment variable `WRKFLW_TOKEN`
   */
  readonly token?: string;
  /**
   * Who has it may see everything and change nothing. Empty: none.
   *
   * @default the environment variable `WRKFLW_READ_TOKEN`
   */
  readonly readToken?: string;
  /**
   * Whether a proxy in front of the app sets `X-Forwarded-Host` and `X-Forwarded-Proto`, so
   * that they can be believed.
   *
   * @default false
   */
  readonly trustProxy?: boolean;
  /**
   * The address that a request came from, on servers that hand it on in a way of their own:
   * in a header that they set themselves, or in what they give to `fetch` beside the request.
   *
   * @default as `Deno.serve` and Hono's server for Node hand it on; unknown elsewhere
   */
  readonly remoteAddress?: (request: Request, env: unknown) => string | undefined;
  /**
   * Other sites whose pages may call the API, each as `https://app.example`. They send a token
   * as a header; cookies count for the app's own pages only.
   *
   * @default none
   */
  readonly allowOrigins?: readonly string[];
  /** The time in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/**
 * What becomes of a request. `no-token`: the app has no token, so it answers this machine only;
 * `no-login`: it has one, and the request did not show it; `foreign`: another site made it;
 * `read-only`: it would change something, and who made it may only look.
 */
export type Verdict = "allowed" | "no-token" | "no-login" | "foreign" | "read-only";

/** What was found out about a request. */
export interface Judgement {
  /** Whether it may be answered. */
  readonly verdict: Verdict;
  /** What who made it may do; `undefined` when nobody knows who did. */
  readonly role: Role | undefined;
}

interface Caller {
  readonly role: Role;
  /** How it is known: browsers send a session along whoever asks them to. */
  readonly by: "token" | "session" | "place";
}

/** Decides which requests an app answers. Closed, unless a token or the place opens it. */
export class Access {
  readonly #options: AccessOptions;
  readonly #tokens: readonly (readonly [role: Role, token: string])[];
  readonly #codes: LoginCodes;
  /** The sessions of people who have logged in. */
  readonly sessions: Sessions;

  /**
   * Reads the environment once, here.
   *
   * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if the two tokens are the same, or an
   * origin is none.
   */
  constructor(options: AccessOptions = {}) {
    const { token = readEnvironment("WRKFLW_TOKEN") } = options;
    const { readToken = readEnvironment("WRKFLW_READ_TOKEN"), now = Date.now } = options;
    if (token === readToken && token !== undefined && token !== "") throw sameTokens();
    assertOrigins(options.allowOrigins ?? []);
    this.#options = options;
    this.#tokens = tokensOf(token, readToken);
    this.#codes = new LoginCodes(now);
    // Without a token of its own, an owner's session ends with the process.
    const keys = new Map<Role, string>([["owner", newSecret()], ...this.#tokens]);
    const isSecure = (c: Context) => this.ownOrigin(c).protocol === "https:";
    this.sessions = new Sessions(keys, now, isSecure);
  }

  /** Whether people log in with a token. */
  get hasToken(): boolean {
    return this.#tokens.length > 0;
  }

  /** The app's own origin, as the browser at hand sees it. */
  ownOrigin(c: Context): OwnOrigin {
    return ownOrigin(c, this.#options.trustProxy ?? false);
  }

  /** Whether a request may be answered with data, and may change them if that is what it does. */
  async judge(c: Context): Promise<Judgement> {
    const caller = await this.#identify(c);
    if (caller === undefined) {
      return { verdict: this.hasToken ? "no-login" : "no-token", role: undefined };
    }
    const { role, by } = caller;
    if (isSafe(c)) return { verdict: "allowed", role };
    // Every browser says who asks it to make a change; no site can make another program ask.
    const isProgram = by !== "session" && !isFromBrowser(c);
    const isFriend = by !== "session" && this.allowedOrigin(c) !== undefined;
    if (!isProgram && !isFriend && !this.isOwnPage(c)) return { verdict: "foreign", role };
    return { verdict: role === "reader" ? "read-only" : "allowed", role };
  }

  /** The other site whose page made the request, if it may. */
  allowedOrigin(c: Context): string | undefined {
    const origin = c.req.header("origin");
    return this.#options.allowOrigins?.find((allowed) => allowed === origin);
  }

  /** Whether one of the app's own pages made the request. */
  isOwnPage(c: Context): boolean {
    return isFromOwnPage(c, this.ownOrigin(c));
  }

  async #identify(c: Context): Promise<Caller | undefined> {
    const bearer = /^Bearer +(.+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (bearer !== undefined && this.hasToken) {
      const role = await this.roleOf(bearer);
      return role === undefined ? undefined : { role, by: "token" };
    }
    const isOpenHere = this.#tokens.every(([role]) => role !== "owner");
    if (isOpenHere && this.#isLocal(c)) return { role: "owner", by: "place" };
    const role = await this.sessions.roleOf(c);
    return role === undefined ? undefined : { role, by: "session" };
  }

  #isLocal(c: Context): boolean {
    const address = this.#options.remoteAddress ?? remoteAddress;
    return isFromLoopback(c, address(c.req.raw, c.env));
  }

  /** What who has this token may do; `undefined` when it is none of the app's. */
  async roleOf(given: string): Promise<Role | undefined> {
    const matches = await Promise.all(
      this.#tokens.map(async ([role, token]) => ({ role, fits: await isSameSecret(given, token) })),
    );
    return matches.find(({ fits }) => fits)?.role;
  }

  /** A code that logs its owner in once. */
  issueCode(): string {
    return this.#codes.issue();
  }

  /** Whether a code is good; it is used up by this. */
  redeemCode(code: string): boolean {
    return this.#codes.redeem(code);
  }
}

function tokensOf(token = "", readToken = ""): (readonly [Role, string])[] {
  const tokens = [["owner", token] as const, ["reader", readToken] as const];
  return tokens.filter(([, each]) => each !== "");
}

function isSafe(c: Context): boolean {
  return c.req.method === "GET" || c.req.method === "HEAD";
}

function sameTokens(): WrkflwError {
  return new WrkflwError(
    "INVALID_ARGUMENT",
    "Cannot open an app: token and readToken are the same; give readers another one",
  );
}
