import { type Duration, toMilliseconds, toMoment } from "../duration.ts";
import { type Entry, type Frame, type Node, type Result, stillWaiting } from "../node.ts";
import { computed, contextOf, type FlowFunction } from "./function-context.ts";

/**
 * Waits for a time that the process need not live through, and passes the value on.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if the duration is given and is none.
 */
export function sleep<In, Init>(
  id: string,
  duration: Duration | FlowFunction<In, Init, Duration>,
): Node<In, In> {
  if (typeof duration !== "function") toMilliseconds(duration);
  return waitUntil("sleep", id, async (input, frame) => {
    const length =
      typeof duration === "function" ? await duration(contextOf(input, frame)) : duration;
    return frame.after(toMilliseconds(length));
  });
}

/**
 * Waits until a moment, and passes the value on; one that is over does not wait.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if the moment is given and is none.
 */
export function sleepUntil<In, Init>(
  id: string,
  moment: Date | number | string | FlowFunction<In, Init, Date | number | string>,
): Node<In, In> {
  if (typeof moment !== "function") toMoment(moment);
  return waitUntil("sleepUntil", id, async (input, frame) =>
    toMoment(typeof moment === "function" ? await moment(contextOf(input, frame)) : moment),
  );
}

function waitUntil<In>(
  kind: string,
  id: string,
  momentOf: (input: In, frame: Frame) => Promise<number>,
): Node<In, In> {
  async function work(input: In, frame: Frame, known: Entry | undefined): Promise<Result<In>> {
    const moment: Result<number> =
      known?.wait.until === undefined
        ? await computed(frame, () => momentOf(input, frame))
        : { status: "success", output: known.wait.until };
    if (moment.status !== "success") return moment;
    if (frame.now() >= moment.output) return { status: "success", output: input };
    const wait = { until: moment.output };
    return known === undefined ? { status: "suspended", wait } : stillWaiting(frame, wait);
  }

  return {
    id,
    run: (input, frame) => frame.checkpoint({ kind, input }, (known) => work(input, frame, known)),
    shape: () => ({ kind, id }),
  };
}
