import { WrkflwError } from "./errors.ts";
import type { Frame } from "./node.ts";

/** The moment by which some work must be over, by `frame.now()`. */
export interface Limit {
  readonly at: number;
  /** What the error says when it is not. */
  readonly message: () => string;
}

/** What has to do with time in the place that waits. */
type Waiter = Pick<Frame, "signal" | "now" | "sleep" | "watch" | "unwatch">;

/** How work is waited for. */
export interface InTimeOptions<T> {
  readonly limit: Limit | undefined;
  /** Begins to wait for the work. The first that is called counts. */
  readonly wait: (resolve: (value: T) => void, reject: (reason: unknown) => void) => void;
  /** Called where the work is waited for no more, before the promise rejects. */
  readonly onStop?: (reason: unknown) => void;
}

/**
 * Waits for some work no longer than the limit, and not when this process has to let go of the
 * run. What comes too late is dropped.
 */
export function inTime<T>(frame: Waiter, { limit, wait, onStop }: InTimeOptions<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const clock = limit === undefined ? undefined : new AbortController();
    const letGo = () => {
      frame.unwatch(stop);
      clock?.abort("over");
    };
    const fail = (reason: unknown) => {
      letGo();
      reject(reason);
    };
    const stop = (reason: unknown) => {
      onStop?.(reason);
      fail(reason);
    };
    const succeed = (value: T) => {
      letGo();
      resolve(value);
    };
    frame.watch(stop);
    wait(succeed, fail);
    if (frame.signal.aborted) stop(frame.signal.reason);
    if (limit === undefined || clock === undefined) return;
    const late = () => clock.signal.aborted || stop(new WrkflwError("TIMED_OUT", limit.message()));
    void frame.sleep(limit.at - frame.now(), clock.signal).then(late);
  });
}

/** Whether what a function returned is still to come. */
export function isThenable<Out>(value: Out | PromiseLike<Out>): value is PromiseLike<Out> {
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof value.then === "function"
  );
}
