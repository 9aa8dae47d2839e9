import { type Effects, systemEffects } from "../effects.ts";
import { quote, WrkflwError } from "../errors.ts";
import { readEnvironment } from "../read-environment.ts";
import type { TickResult } from "../ticker.ts";

/** How a tick that ends with work left goes on at once, instead of at the next one. */
export interface GoOnOptions {
  /** The address of the val that `webVal` serves, such as `https://me--flows.web.val.run`. */
  readonly url: string | URL;
  /** What that val knows the call by. @default the environment variable `WRKFLW_TOKEN` */
  readonly token?: string;
  /** So many calls follow each other at most; Val Town cuts a chain at 15. @default 10 */
  readonly maxChain?: number;
  /** The network and the clock to use. */
  readonly effects?: Effects;
}

/** Where a val is called to go on. */
export const GO_ON_PATH = "/go-on";
/** How many calls of a chain went before. */
export const CHAIN_HEADER = "x-wrkflw-chain";

const DEFAULT_MAX_CHAIN = 10;
/** The called val answers when its own tick is over: by then this one would be out of time. */
const ANSWER_MS = 2_000;

/** What is due this soon after the end of a budget is left over from it. */
const SLACK_MS = 1_000;
/** The database's clock may be a little behind. */
const LATER_MS = 50;

/**
 * Calls the val that ticks on, when a tick has done something and left something to do. A run
 * that found too little time is due when the budget ends, so that is waited for.
 *
 * @param chain How many such calls led to this one.
 * @param leftMs What is left of the tick's budget.
 * @returns Whether it was called.
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if there is no token, or the val refuses.
 */
export async function goOn(
  options: GoOnOptions,
  { runs, nextDueInMs }: TickResult,
  { chain, leftMs }: { readonly chain: number; readonly leftMs: number },
): Promise<boolean> {
  const { url, token = readEnvironment("WRKFLW_TOKEN"), effects = systemEffects } = options;
  const isSoon = nextDueInMs !== null && nextDueInMs <= Math.max(0, leftMs) + SLACK_MS;
  if (runs.length === 0 || !isSoon || chain >= (options.maxChain ?? DEFAULT_MAX_CHAIN))
    return false;
  if (token === undefined || token === "") {
    throw new WrkflwError(
      "INVALID_ARGUMENT",
      "Cannot go on by a call: set WRKFLW_TOKEN, so that nobody else can make it",
    );
  }
  if (nextDueInMs > 0) await effects.sleep(nextDueInMs + LATER_MS);
  const address = new URL(GO_ON_PATH, url);
  const headers = { authorization: `Bearer ${token}`, [CHAIN_HEADER]: String(chain + 1) };
  const status = await statusWithin(ANSWER_MS, effects, (signal) =>
    effects.fetch(address, { method: "POST", headers, signal, redirect: "error" }),
  );
  if (status === undefined || status < 400) return true;
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot go on at ${quote(address.href)}: it answered ${status}; check its address and WRKFLW_TOKEN`,
  );
}

/** The status of an answer; `undefined` when there is none in time. */
async function statusWithin(
  ms: number,
  effects: Effects,
  send: (signal: AbortSignal) => Promise<Response>,
): Promise<number | undefined> {
  const enough = new AbortController();
  const answered = new AbortController();
  const pause = effects.sleep(ms, answered.signal).then(() => enough.abort());
  try {
    const response = await send(enough.signal);
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    if (enough.signal.aborted) return undefined;
    throw error;
  } finally {
    answered.abort();
    await pause;
  }
}
