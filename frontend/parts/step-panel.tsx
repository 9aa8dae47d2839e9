/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { StepRecord } from "../../backend/index.ts";
import { describeDuration } from "../wording/duration.ts";
import type { RunPlace } from "../wording/run-places.ts";
import { isRecord, storedValue } from "../wording/stored-value.ts";
import { visibleText } from "../wording/visible-text.ts";
import { Attempts } from "./attempts.tsx";
import { ErrorView } from "./error-view.tsx";
import { LogLines } from "./log-lines.tsx";
import { Moment } from "./moment.tsx";
import { PlainText } from "./plain-text.tsx";
import { StatusBadge } from "./status-badge.tsx";
import type { StepContext } from "./step-context.ts";
import { StepInput } from "./step-input.tsx";
import { ValueView } from "./value-view.tsx";

interface StepPanelProps {
  readonly place: RunPlace;
  readonly context: StepContext;
}

/** All that is known of one place of a run. */
export function StepPanel({ place, context }: StepPanelProps): JSX.Element {
  const { path, status, kind, node } = place;
  return (
    <section class="card step" id="step" data-key={`step ${path}`} aria-labelledby="step-title">
      <header class="title">
        <h2 id="step-title">
          <PlainText text={path} />
          <span class="kind">{visibleText(kind)}</span>
        </h2>
        <StatusBadge status={status} />
        <a class="close" href={`${context.href}#timeline`}>
          Close
        </a>
      </header>
      {node?.description !== undefined && node.description !== path && (
        <p class="note">
          <PlainText text={node.description} />
        </p>
      )}
      <Times place={place} context={context} />
      <Latest place={place} context={context} />
      <Attempts records={place.records.slice(0, -1)} context={context} />
    </section>
  );
}

function Times({ place, context }: StepPanelProps): JSX.Element {
  const { startedAt, endedAt, attempts } = place;
  const isTimed = place.records.every((record) => record.endedAt >= record.startedAt);
  return (
    <p class="step-times note">
      {startedAt !== null && (
        <>
          Began <Moment at={startedAt} now={context.now} />
        </>
      )}
      {startedAt !== null && endedAt !== null && isTimed && (
        <>, took {describeDuration(endedAt - startedAt)}</>
      )}
      {attempts > 1 && <>, attempt {attempts}</>}
    </p>
  );
}

function Latest({ place, context }: StepPanelProps): JSX.Element {
  const record = place.records.at(-1);
  if (record === undefined) return <p>It is at work. What it puts out is shown when it is done.</p>;
  const href = (name: string) => context.valueHref(record, name);
  return (
    <>
      {record.error !== null && <ErrorView text={record.error} />}
      <div class="values">
        <StepInput record={record} context={context} />
        {record.output !== null && (
          <StepValue
            label={record.status === "resumed" ? "Resumed with" : "Output"}
            text={record.output}
            href={href("output")}
          />
        )}
        {record.state !== null && (
          <StepValue label="Changed the state" text={record.state} href={href("state")} />
        )}
        {record.status === "suspended" && <WaitView record={record} context={context} />}
      </div>
      {record.logs !== null && (
        <section>
          <h3>Log</h3>
          <LogLines text={record.logs} href={href("logs")} />
        </section>
      )}
    </>
  );
}

interface RecordProps {
  readonly record: StepRecord;
  readonly context: StepContext;
}

/** What a place waits for. */
function WaitView({ record, context }: RecordProps): JSX.Element | null {
  const wait = storedValue(record.wait);
  if (record.wait === null) return null;
  if (!isRecord(wait)) {
    return (
      <StepValue label="Waits for" text={record.wait} href={context.valueHref(record, "wait")} />
    );
  }
  const { until, event } = wait;
  return (
    <section>
      <h3>Waits for</h3>
      {isRecord(event) && (
        <p>
          Event <code>{visibleText(String(event.name))}</code>
          {typeof event.match === "string" && event.match !== "" && (
            <>
              {" "}
              for <code>{visibleText(event.match)}</code>
            </>
          )}
        </p>
      )}
      {typeof until === "number" && (
        <p>
          Until <Moment at={until} now={context.now} />
        </p>
      )}
      {wait.payload !== undefined && (
        <ValueView
          label="what it handed out"
          value={wait.payload}
          href={context.valueHref(record, "payload")}
        />
      )}
    </section>
  );
}

interface StepValueProps {
  readonly label: string;
  readonly text: string;
  readonly href: string;
}

function StepValue({ label, text, href }: StepValueProps): JSX.Element {
  return (
    <section>
      <h3>{label}</h3>
      <ValueView label={label.toLowerCase()} text={text} href={href} />
    </section>
  );
}
