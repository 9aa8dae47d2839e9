import type { AnyDefinition } from "./definition.ts";
import { quote } from "./errors.ts";
import { assertEventName, assertMatchKey } from "./ids.ts";
import type { NodeShape } from "./node.ts";
import { assertOptions, type OptionNames } from "./options.ts";
import { parse, type Schema } from "./schema.ts";
import { encode } from "./serialize.ts";
import type { WorkflowStorage } from "./storage.ts";

/** How an event is sent. */
export interface EventOptions {
  /** Only waits that ask for this match take the event, such as an order's id. @default "" */
  readonly match?: string;
  /** Sending the same id again, with the same name and match, is the same event. @default a new id */
  readonly eventId?: string;
}

const SUBJECT = "Cannot send an event";

/** @throws {WrkflwError} With code `INVALID_ARGUMENT`, if there is something that is no option. */
export function assertEventOptions(options: EventOptions): void {
  const names = { match: true, eventId: true } satisfies OptionNames<EventOptions>;
  assertOptions(options, SUBJECT, names);
}

/** What became of an event. */
export interface EventResult {
  /** The event's id. */
  readonly eventId: string;
  /** The run that takes it; `undefined` while it is kept for one that will wait. */
  readonly runId?: string;
  /** Path of the wait that takes it. */
  readonly path?: string;
}

/** Checks an event against the waits that are known, and stores it. */
export async function sendEvent(
  storage: WorkflowStorage,
  workflows: readonly AnyDefinition[],
  event: EventOptions & { readonly name: string; readonly payload: unknown },
  newId: () => string,
): Promise<EventResult> {
  const { name, payload, match = "", eventId = newId() } = event;
  assertEventName(name);
  for (const [key, text] of Object.entries({ match, eventId }))
    assertMatchKey(text, `${SUBJECT}: its ${key}`);
  await assertPayload(
    workflows.flatMap((each) => schemasFor(each.shape(), name)),
    payload,
    name,
  );
  const stored = encode(payload, `the payload of event ${quote(name)}`);
  const { runId, path } = await storage.sendEvent({ name, match, eventId, payload: stored });
  return { eventId, ...(runId === null ? {} : { runId }), ...(path === null ? {} : { path }) };
}

/** An event has one shape: its payload must fit every wait for it that is known. */
async function assertPayload(
  schemas: readonly Schema[],
  payload: unknown,
  name: string,
): Promise<void> {
  for (const schema of schemas) {
    await parse(schema, payload, `Cannot send event ${quote(name)}: invalid payload`);
  }
}

function schemasFor(shape: NodeShape, name: string): Schema[] {
  const own =
    shape.kind === "waitForEvent" && shape.description === name ? shape.schemas?.event : undefined;
  const below = (shape.children ?? []).flatMap((child) => schemasFor(child, name));
  return own === undefined ? below : [own, ...below];
}
