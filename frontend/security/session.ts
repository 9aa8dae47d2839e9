/** A session is a cookie that only its signer could have made; the server keeps nothing. */
import type { Context } from "npm:hono@4.13.19";
import { deleteCookie, getCookie, setCookie } from "npm:hono@4.13.19/cookie";
import { isSameSecret, newSecret, sign } from "./secrets.ts";

const SESSION_MS = 12 * 60 * 60 * 1_000;
const COOKIE_NAME = "wrkflw_session";

/** Makes and checks the cookies of one app. */
export class Sessions {
  readonly #key: string;
  readonly #now: () => number;
  readonly #isSecure: (c: Context) => boolean;

  /**
   * @param key Who has it can make sessions; the sessions end when it changes.
   * @param isSecure Whether the browser reaches the app through TLS.
   */
  constructor(key: string, now: () => number, isSecure: (c: Context) => boolean) {
    this.#key = `session cookie of ${key}`;
    this.#now = now;
    this.#isSecure = isSecure;
  }

  /** Begins a session for the browser at hand. */
  async begin(c: Context): Promise<void> {
    const content = `${this.#now() + SESSION_MS}.${newSecret()}`;
    setCookie(c, this.#name(c), `${content}.${await sign(content, this.#key)}`, {
      ...this.#scope(c),
      httpOnly: true,
      sameSite: "Lax",
      maxAge: SESSION_MS / 1_000,
    });
  }

  /** Makes the browser forget its session. */
  end(c: Context): void {
    deleteCookie(c, this.#name(c), this.#scope(c));
  }

  /** Whether the request comes with a session that this app began and that is not over. */
  async isGood(c: Context): Promise<boolean> {
    const cookie = getCookie(c, this.#name(c)) ?? "";
    const split = cookie.lastIndexOf(".");
    const content = cookie.slice(0, Math.max(0, split));
    if (!(await isSameSecret(cookie.slice(split + 1), await sign(content, this.#key))))
      return false;
    return Number(content.slice(0, content.indexOf("."))) > this.#now();
  }

  /** Browsers take the prefix only from TLS, and then let no other host set the cookie. */
  #name(c: Context): string {
    return this.#isSecure(c) ? `__Host-${COOKIE_NAME}` : COOKIE_NAME;
  }

  #scope(c: Context): { path: string; secure: boolean } {
    return { path: "/", secure: this.#isSecure(c) };
  }
}
