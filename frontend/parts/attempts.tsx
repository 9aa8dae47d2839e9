/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { StepRecord } from "../../backend/index.ts";
import { describeDuration, describeInstant, isoTime } from "../wording/duration.ts";
import { ErrorView } from "./error-view.tsx";
import type { StepContext } from "./step-context.ts";
import { ValueView } from "./value-view.tsx";

interface AttemptsProps {
  /** The records before the last one, oldest first. */
  readonly records: readonly StepRecord[];
  readonly context: StepContext;
}

/** What happened at a place before, where anything did. */
export function Attempts({ records, context }: AttemptsProps): JSX.Element | null {
  if (records.length === 0) return null;
  return (
    <section>
      <h3>Before that</h3>
      <ol class="attempts">
        {records.map((record) => (
          <Attempt record={record} context={context} />
        ))}
      </ol>
    </section>
  );
}

interface AttemptProps {
  readonly record: StepRecord;
  readonly context: StepContext;
}

function Attempt({ record, context }: AttemptProps): JSX.Element {
  const { startedAt, endedAt, status, error, output } = record;
  return (
    <li>
      {describe(record)}{" "}
      <time datetime={isoTime(startedAt)} title={describeInstant(startedAt)}>
        {describeInstant(startedAt)}
      </time>
      {status !== "resumed" && endedAt >= startedAt && (
        <>, took {describeDuration(endedAt - startedAt)}</>
      )}
      {error !== null && <ErrorView text={error} />}
      {status === "resumed" && output !== null && (
        <ValueView
          label="what it was resumed with"
          text={output}
          href={context.valueHref(record, "output")}
        />
      )}
    </li>
  );
}

function describe({ status, error }: StepRecord): string {
  if (status === "resumed") return "Resumed";
  if (status === "retried") return "Somebody asked to try again";
  if (error !== null) return "Failed: began";
  return status === "suspended" ? "Began to wait" : `${status}: began`;
}
