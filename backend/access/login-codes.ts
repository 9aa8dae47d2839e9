import { newSecret } from "./secrets.ts";

const CODE_MS = 10 * 60 * 1_000;

/** Codes that log in once, for links that a program prints when it starts. */
export class LoginCodes {
  readonly #now: () => number;
  /** When each code ends. They are too long to be found by timing the lookup. */
  readonly #codes = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A new code; it is good once, for ten minutes. */
  issue(): string {
    const code = newSecret();
    this.#codes.set(code, this.#now() + CODE_MS);
    return code;
  }

  /** Whether the code is good; it is used up by this. */
  redeem(code: string): boolean {
    const endsAt = this.#codes.get(code);
    this.#codes.delete(code);
    return endsAt !== undefined && endsAt > this.#now();
  }
}
