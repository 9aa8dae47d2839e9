import type { Definition } from "../definition.ts";
import type { ExecutionEngine } from "../engine.ts";
import type { RunOptions } from "../run.ts";
import type { EventOptions, EventResult } from "../send-event.ts";
import { type TickValOptions, type TickValResult, tickAndGoOn } from "./tick-val.ts";

/** A message as Val Town hands it on; what is missing there is missing here. */
export interface Mail {
  /** Who says to have sent it: anybody can write any address here. */
  readonly from: string;
  /** Whom it was sent to. */
  readonly to: readonly string[];
  /** What it is about. */
  readonly subject?: string | undefined;
  /** Its body as text. */
  readonly text?: string | undefined;
  /** Its body as HTML. */
  readonly html?: string | undefined;
  /** Its files. */
  readonly attachments?: readonly File[];
  /** Its headers, by name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a message can lead to. A message that is delivered twice does the same once. */
export interface MailActions {
  /** Stores a run of a workflow. @returns The run's id. */
  start<In>(
    workflow: Definition<In, unknown>,
    inputData: In,
    options?: Omit<RunOptions, "idempotencyKey">,
  ): Promise<string>;
  /** Sends an event to the run that waits for it. */
  send(
    name: string,
    payload: unknown,
    options?: Omit<EventOptions, "eventId">,
  ): Promise<EventResult>;
}

/** Decides what becomes of a message. What it returns is waited for. */
export type MailHandler = (mail: Mail, actions: MailActions) => unknown;

/** Which messages a val takes, and how much it does at once. */
export interface MailOptions extends TickValOptions {
  /**
   * Only messages from these addresses, such as `"ann@example.com"` or `"@example.com"`, are
   * handled. It keeps strangers out, and not forgers: an address can be made up.
   *
   * @default everybody
   */
  readonly allowFrom?: readonly string[];
}

/**
 * The default export of a val that takes mail: starts a workflow or sends an event, then takes
 * what is due.
 *
 * @param handle Decides by the message; call `start` or `send`, or neither.
 *
 * @example
 * ```ts
 * import { ExecutionEngine, WorkflowStorage } from "@wrkflw/wrkflw";
 * import { mailVal } from "@wrkflw/wrkflw/val-town";
 *
 * const engine = new ExecutionEngine(new WorkflowStorage({ url: ":memory:" }));
 * const receive = mailVal(engine, (mail, { send }) => // export default mailVal(...)
 *   send("reply", { text: mail.text ?? "" }, { match: mail.from }),
 * );
 * await receive({ from: "ann@example.com", to: ["flows@example.com"], text: "Yes" });
 * ```
 */
export function mailVal(
  engine: ExecutionEngine,
  handle: MailHandler,
  options: MailOptions = {},
): (mail: Mail) => Promise<TickValResult | null> {
  const { allowFrom, ...tickOptions } = options;
  return async (mail) => {
    if (allowFrom !== undefined && !isFrom(mail.from, allowFrom)) return null;
    await handle(mail, actionsFor(mail, engine));
    return await tickAndGoOn(engine, tickOptions, 0);
  };
}

function actionsFor(mail: Mail, engine: ExecutionEngine): MailActions {
  const id = messageIdOf(mail);
  return {
    start: async (workflow, inputData, options = {}) => {
      const key = id === undefined ? {} : { idempotencyKey: id };
      const run = await engine.createRun(workflow, { ...options, ...key });
      await run.enqueue({ inputData });
      return run.runId;
    },
    send: (name, payload, options = {}) =>
      engine.sendEvent(name, payload, { ...options, ...(id === undefined ? {} : { eventId: id }) }),
  };
}

const MAX_ID_CHARS = 180;

/** Every message has an id of its own, which stays the same when it is delivered again. */
function messageIdOf({ headers = {} }: Mail): string | undefined {
  const name = Object.keys(headers).find((each) => each.toLowerCase() === "message-id");
  const id = name === undefined ? "" : (headers[name] ?? "").trim();
  const isUsable = id !== "" && id.length <= MAX_ID_CHARS && !/\p{Cc}/u.test(id);
  return isUsable ? `mail ${id}` : undefined;
}

/** `Ann <ann@example.com>` and `ann@example.com` are the same sender. */
function isFrom(from: string, allowed: readonly string[]): boolean {
  const address = (/<([^<>]+)>\s*$/.exec(from)?.[1] ?? from).trim().toLowerCase();
  return allowed.some((each) => {
    const wanted = each.toLowerCase();
    return wanted.startsWith("@") ? address.endsWith(wanted) : address === wanted;
  });
}
