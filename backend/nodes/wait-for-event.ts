import { quote, WrkflwError } from "../errors.ts";
import { assertMatchKey } from "../ids.ts";
import { type Entry, type Frame, type Node, type Result, stillWaiting } from "../node.ts";
import { type OutputOf, parse, type Schema } from "../schema.ts";
import { computed, contextOf, type FlowFunction } from "./function-context.ts";

/** What event is waited for, and how long. */
export interface WaitForEventOptions<In, Init, S extends Schema, Instead> {
  /** What the event's payload must be. One that is not fails the run. */
  readonly schema: S;
  /** Only events sent with this `match` count, such as an order's id. @default "" */
  readonly match?: string | FlowFunction<In, Init, string>;
  /** Gives up after this many milliseconds. @default never */
  readonly timeoutMs?: number;
  /** The value to go on with when time is up. @default the run fails */
  readonly onTimeout?: FlowFunction<In, Init, Instead>;
}

/** Waits for an event that somebody sends, before or after the wait begins. */
export function waitForEvent<In, Init, S extends Schema, Instead>(
  id: string,
  name: string,
  options: WaitForEventOptions<In, Init, S, Instead>,
): Node<In, OutputOf<S> | Instead> {
  type Out = OutputOf<S> | Instead;

  async function work(input: In, frame: Frame, known: Entry | undefined): Promise<Result<Out>> {
    if (known === undefined) return await begin(input, frame);
    const awaited = known.wait.event?.name;
    if (awaited !== undefined && awaited !== name) throw renamed(frame, awaited);
    const { event } = known;
    if (event !== undefined) return await computed<Out>(frame, () => accept(event.payload));
    const isOver = known.wait.until !== undefined && frame.now() >= known.wait.until;
    if (isOver) return await computed<Out>(frame, () => giveUp(input, frame));
    return stillWaiting(frame, known.wait);
  }

  function renamed(frame: Frame, awaited: string): WrkflwError {
    return new WrkflwError(
      "RUN_BLOCKED",
      `The workflow was changed while the run was under way: ${quote(frame.path)} waited for event ${quote(awaited)} and waits for ${quote(name)} now`,
    );
  }

  async function begin(input: In, frame: Frame): Promise<Result<Out>> {
    const { timeoutMs } = options;
    const key = await computed(frame, () => keyOf(input, frame));
    if (key.status !== "success") return key;
    const event = { name, match: key.output };
    const until = timeoutMs === undefined ? {} : { until: frame.after(timeoutMs) };
    return { status: "suspended", wait: { event, ...until } };
  }

  async function keyOf(input: In, frame: Frame): Promise<string> {
    const { match = "" } = options;
    const key: unknown = typeof match === "function" ? await match(contextOf(input, frame)) : match;
    assertMatchKey(key, `Cannot wait for event ${quote(name)}: its match`);
    return key;
  }

  async function accept(payload: unknown): Promise<Out> {
    return await parse(options.schema, payload, `Event ${quote(name)} has an invalid payload`);
  }

  async function giveUp(input: In, frame: Frame): Promise<Out> {
    if (options.onTimeout !== undefined) return await options.onTimeout(contextOf(input, frame));
    throw new WrkflwError(
      "TIMED_OUT",
      `Event ${quote(name)} did not come within ${options.timeoutMs} ms`,
    );
  }

  return {
    id,
    run: (input, frame) =>
      frame.checkpoint({ kind: "waitForEvent", input }, (known) => work(input, frame, known)),
    shape: () => ({
      kind: "waitForEvent",
      id,
      description: name,
      schemas: { event: options.schema },
    }),
  };
}
