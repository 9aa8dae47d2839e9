/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { WaitInfo } from "../../backend/index.ts";
import { inputJsonSchema } from "../forms/json-schema.ts";
import { type RefusedForm, ValueForm } from "../forms/value-form.tsx";
import type { RunPlace } from "../wording/run-places.ts";
import { isRecord } from "../wording/stored-value.ts";
import { Moment } from "./moment.tsx";
import { PlainText } from "./plain-text.tsx";
import type { StepContext } from "./step-context.ts";
import { ValueView } from "./value-view.tsx";

/** A form of one of the waits that was sent and refused. */
export interface RefusedWaitForm extends RefusedForm {
  readonly path: string;
}

interface OpenWaitsProps {
  readonly places: readonly RunPlace[];
  readonly context: StepContext;
  readonly refused: RefusedWaitForm | undefined;
  /** The place whose form asks for JSON. */
  readonly rawPath: string | undefined;
}

/** More forms than this would bury the page; the others are behind their steps. */
const MAX_FORMS = 5;

/** A wait that somebody can end. */
interface OpenWait {
  readonly place: RunPlace;
  readonly wait: WaitInfo;
}

/** Whether somebody can end a wait: not a pause, which ends by itself. */
function endableWaits(places: readonly RunPlace[]): OpenWait[] {
  return places.flatMap((place) => {
    const { wait } = place;
    if (wait === undefined || wait.yields === true || wait.failures !== undefined) return [];
    const isEndable = wait.event !== undefined || wait.until === undefined;
    return isEndable ? [{ place, wait }] : [];
  });
}

/** What a run waits for from people, with the forms to give it. */
export function OpenWaits({
  places,
  context,
  refused,
  rawPath,
}: OpenWaitsProps): JSX.Element | null {
  const waits = endableWaits(places);
  if (waits.length === 0) return null;
  return (
    <section class="card waits" aria-labelledby="waits">
      <h2 id="waits">It waits for you</h2>
      {waits.slice(0, MAX_FORMS).map(({ place, wait }, index) => {
        const own = refused?.path === place.path ? refused : undefined;
        return (
          <WaitForm
            place={place}
            wait={wait}
            context={context}
            refused={own}
            isRaw={rawPath === place.path || own?.sent.get("as") === "json"}
            prefix={`wait-${index}`}
          />
        );
      })}
      {waits.length > MAX_FORMS && (
        <p class="note">
          {waits.length - MAX_FORMS} more wait; their forms come up when these are answered.
        </p>
      )}
    </section>
  );
}

interface WaitFormProps extends OpenWait {
  readonly context: StepContext;
  readonly refused: RefusedForm | undefined;
  readonly isRaw: boolean;
  readonly prefix: string;
}

function WaitForm(props: WaitFormProps): JSX.Element {
  const { place, wait, context } = props;
  const { event } = wait;
  return (
    <form
      method="post"
      action={`${context.href}/${event === undefined ? "resume" : "event"}`}
      class="wait"
      id={props.prefix}
    >
      <h3>
        <PlainText text={place.path} />
        {event === undefined ? " asks" : " waits for event "}
        {event !== undefined && (
          <code>
            <PlainText text={event.name} />
          </code>
        )}
        {event !== undefined && event.match !== "" && (
          <>
            {" for "}
            <code>
              <PlainText text={event.match} />
            </code>
          </>
        )}
        {wait.until !== undefined && (
          <span class="note">
            {" "}
            and gives up <Moment at={wait.until} now={context.now} />
          </span>
        )}
      </h3>
      <Question {...props} />
      <input type="hidden" name="step" value={place.path} />
      <WaitValue {...props} />
      <button class="primary" type="submit">
        {event === undefined ? "Resume" : "Send event"}
      </button>
    </form>
  );
}

function WaitValue({ place, wait, context, refused, isRaw, prefix }: WaitFormProps): JSX.Element {
  const { event } = wait;
  const schemas = place.node?.schemas;
  const step = encodeURIComponent(place.path.toWellFormed());
  return (
    <ValueForm
      schema={inputJsonSchema(event === undefined ? schemas?.resume : schemas?.event)}
      isRaw={isRaw}
      otherHref={`${context.href}${isRaw ? "" : `?json=${step}`}#${prefix}`}
      label={event === undefined ? "Answer" : "Payload"}
      value={undefined}
      refused={refused}
      prefix={prefix}
    />
  );
}

/** What the step handed out when it suspended: a text as a question, and all else beside it. */
function Question({ place, wait, context }: WaitFormProps): JSX.Element | null {
  const record = place.records.at(-1);
  const { payload } = wait;
  if (payload === undefined || record === undefined) return null;
  const values = isRecord(payload) ? Object.values(payload) : [payload];
  const text = values.find((value) => typeof value === "string");
  const isAll = values.length === 1 && text !== undefined;
  return (
    <>
      {typeof text === "string" && (
        <p class="question">
          <PlainText text={text} />
        </p>
      )}
      {!isAll && (
        <ValueView
          label="what it asks"
          value={payload}
          href={context.valueHref(record, "payload")}
        />
      )}
    </>
  );
}
