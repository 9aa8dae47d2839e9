/** A session is a cookie that only its signer could have made; the server keeps nothing. */
import type { Context } from "npm:hono@4.13.19";
import { deleteCookie, getCookie, setCookie } from "npm:hono@4.13.19/cookie";
import type { Role } from "./role.ts";
import { isSameSecret, newSecret, sign } from "./secrets.ts";

const SESSION_MS = 12 * 60 * 60 * 1_000;
const COOKIE_NAME = "wrkflw_session";

/** Makes and checks the cookies of one app. */
export class Sessions {
  readonly #keys: ReadonlyMap<Role, string>;
  readonly #now: () => number;
  readonly #isSecure: (c: Context) => boolean;

  /**
   * Sets up the cookies; keeps no list of sessions.
   *
   * @param keys Who has one can make sessions of its role; they end when it changes.
   * @param isSecure Whether the browser reaches the app through TLS.
   */
  constructor(
    keys: ReadonlyMap<Role, string>,
    now: () => number,
    isSecure: (c: Context) => boolean,
  ) {
    this.#keys = keys;
    this.#now = now;
    this.#isSecure = isSecure;
  }

  /** Begins a session for the browser at hand. */
  async begin(c: Context, role: Role): Promise<void> {
    const content = `${this.#now() + SESSION_MS}.${newSecret()}`;
    // Without a key of its own nobody of that role has a session: this one is worth nothing.
    const signature = await signSession(content, this.#keys.get(role) ?? newSecret());
    setCookie(c, this.#name(c), `${content}.${signature}`, {
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

  /** The role of the session that a request comes with, if this app began it and it is not over. */
  async roleOf(c: Context): Promise<Role | undefined> {
    const cookie = getCookie(c, this.#name(c));
    if (cookie === undefined) return undefined;
    const split = cookie.lastIndexOf(".");
    const content = cookie.slice(0, Math.max(0, split));
    if (!(Number(content.slice(0, content.indexOf("."))) > this.#now())) return undefined;
    for (const [role, key] of this.#keys) {
      if (await isSameSecret(cookie.slice(split + 1), await signSession(content, key))) return role;
    }
    return undefined;
  }

  /** Browsers take the prefix only from TLS, and then let no other host set the cookie. */
  #name(c: Context): string {
    return this.#isSecure(c) ? `__Host-${COOKIE_NAME}` : COOKIE_NAME;
  }

  #scope(c: Context): { path: string; secure: boolean } {
    return { path: "/", secure: this.#isSecure(c) };
  }
}

async function signSession(content: string, key: string): Promise<string> {
  return await sign(content, `session cookie of ${key}`);
}
