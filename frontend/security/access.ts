import type { Context } from "npm:hono@4.13.19";
import { LoginCodes } from "./login-codes.ts";
import { isFromLoopback, remoteAddress } from "./loopback.ts";
import { isFromBrowser, isFromOwnPage, type OwnOrigin, ownOrigin } from "./own-origin.ts";
import { isSameSecret, newSecret } from "./secrets.ts";
import { Sessions } from "./session.ts";

/** Who may use an app; see `AppOptions` for what the fields mean. */
export interface AccessOptions {
  readonly token: string | undefined;
  readonly trustProxy: boolean;
  readonly remoteAddress: ((request: Request, env: unknown) => string | undefined) | undefined;
  readonly now: () => number;
}

/**
 * What a request may do. `no-token`: the app has no token, so it answers this machine only;
 * `no-login`: it has one, and the request did not show it; `foreign`: another site made it.
 */
export type Verdict = "allowed" | "no-token" | "no-login" | "foreign";

/** Decides which requests an app answers. Closed, unless a token or the place opens it. */
export class Access {
  readonly #options: AccessOptions;
  readonly #codes: LoginCodes;
  readonly sessions: Sessions;

  constructor(options: AccessOptions) {
    this.#options = options;
    this.#codes = new LoginCodes(options.now);
    const isSecure = (c: Context) => this.ownOrigin(c).protocol === "https:";
    this.sessions = new Sessions(options.token ?? newSecret(), options.now, isSecure);
  }

  /** Whether people log in with a token. */
  get hasToken(): boolean {
    return this.#options.token !== undefined;
  }

  ownOrigin(c: Context): OwnOrigin {
    return ownOrigin(c, this.#options.trustProxy);
  }

  /** Whether a request may be answered with data, and may change them if that is what it does. */
  async judge(c: Context): Promise<Verdict> {
    const caller = await this.#identify(c);
    if (caller === "no-token" || caller === "no-login") return caller;
    // Only a program can send the token as a header, and no other site can make one do so.
    const isProgram = caller === "bearer" && !isFromBrowser(c);
    return isSafe(c) || isProgram || this.isOwnPage(c) ? "allowed" : "foreign";
  }

  /** Whether one of the app's own pages made the request. */
  isOwnPage(c: Context): boolean {
    return isFromOwnPage(c, this.ownOrigin(c));
  }

  async #identify(c: Context): Promise<"local" | "bearer" | "session" | "no-token" | "no-login"> {
    if (!this.hasToken) return this.#isLocal(c) ? "local" : "no-token";
    const bearer = /^Bearer +(.+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (bearer !== undefined) return (await this.isToken(bearer)) ? "bearer" : "no-login";
    return (await this.sessions.isGood(c)) ? "session" : "no-login";
  }

  #isLocal(c: Context): boolean {
    const address = this.#options.remoteAddress ?? remoteAddress;
    return isFromLoopback(c, address(c.req.raw, c.env));
  }

  /** Whether a text is the app's token. */
  async isToken(given: string): Promise<boolean> {
    const { token } = this.#options;
    return token !== undefined && (await isSameSecret(given, token));
  }

  /** A code that logs in once. */
  issueCode(): string {
    return this.#codes.issue();
  }

  /** Whether a code is good; it is used up by this. */
  redeemCode(code: string): boolean {
    return this.#codes.redeem(code);
  }
}

function isSafe(c: Context): boolean {
  return c.req.method === "GET" || c.req.method === "HEAD";
}
