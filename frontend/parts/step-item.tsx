/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { RunStatus, StepRecord } from "../../backend/index.ts";
import { describeDuration, describeInstant, isoTime } from "../wording/duration.ts";
import type { StepGroup } from "../wording/step-groups.ts";
import { isRecord, readableValue, storedValue } from "../wording/stored-value.ts";
import { visibleText } from "../wording/visible-text.ts";
import { Attempts } from "./attempts.tsx";
import { ErrorView } from "./error-view.tsx";
import { LogLines } from "./log-lines.tsx";
import { StatusBadge } from "./status-badge.tsx";
import type { StepContext } from "./step-context.ts";
import { StepInput } from "./step-input.tsx";
import { ValueView } from "./value-view.tsx";

interface StepItemProps {
  readonly group: StepGroup;
  readonly context: StepContext;
}

/** One place of a run: a line, and all that is known of it when it is opened. */
export function StepItem({ group, context }: StepItemProps): JSX.Element {
  const { latest } = group;
  return (
    <li class={`step depth-${Math.min(group.depth, 6)}`} id={`step-${latest.seq}`}>
      <details open={latest.status === "failed"}>
        <summary>
          <StepLine group={group} runStart={context.runStart} />
        </summary>
        <div class="step-body">
          <StepBody group={group} context={context} />
        </div>
      </details>
    </li>
  );
}

function StepLine({ group, runStart }: { group: StepGroup; runStart: number }): JSX.Element {
  const { latest, path } = group;
  const cut = path.lastIndexOf("/") + 1;
  const hasEnd = latest.endedAt >= latest.startedAt;
  const attempts = group.earlier.filter(({ error }) => error !== null).length + 1;
  return (
    <>
      <StatusBadge status={standingOf(latest)} />
      <span class="step-name">
        <bdi>
          {cut > 0 && <span class="scope">{visibleText(path.slice(0, cut))}</span>}
          {visibleText(path.slice(cut))}
        </bdi>
        <span class="kind">{visibleText(latest.kind)}</span>
      </span>
      <span class="step-facts">
        {attempts > 1 && <span>{attempts} attempts</span>}
        <time datetime={isoTime(latest.startedAt)} title={describeInstant(latest.startedAt)}>
          {hasEnd
            ? `+${describeDuration(latest.startedAt - runStart)}`
            : describeInstant(latest.startedAt)}
        </time>
        <span class="took">
          {hasEnd ? describeDuration(latest.endedAt - latest.startedAt) : "–"}
        </span>
      </span>
    </>
  );
}

function StepBody({ group, context }: StepItemProps): JSX.Element {
  const { latest } = group;
  const href = (name: string) => context.valueHref(latest.seq, name);
  return (
    <>
      {latest.error !== null && <ErrorView text={latest.error} />}
      <div class="values">
        <StepInput record={latest} context={context} />
        {latest.output !== null && (
          <StepValue label="Output" text={latest.output} href={href("output")} />
        )}
        {latest.wait !== null && (
          <StepValue label="Waits for" text={latest.wait} href={href("wait")} />
        )}
        {latest.state !== null && (
          <StepValue label="Changed the state" text={latest.state} href={href("state")} />
        )}
      </div>
      {latest.logs !== null && (
        <section>
          <h3>Log</h3>
          <LogLines text={latest.logs} href={href("logs")} />
        </section>
      )}
      <Attempts group={group} />
    </>
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
      <ValueView printed={readableValue(text)} href={href} />
    </section>
  );
}

/** What a record says of its place, in the words that runs have. */
function standingOf({ status, wait }: StepRecord): RunStatus {
  if (status === "bailed") return "success";
  if (status === "resumed" || status === "retried") return "pending";
  if (status !== "suspended") return status;
  const read = storedValue(wait);
  const endsByItself = isRecord(read) && ("until" in read || "event" in read);
  return endsByItself ? "waiting" : "suspended";
}
