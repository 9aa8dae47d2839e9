/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { StepRecord } from "../../backend/index.ts";
import { describeDuration, describeInstant, isoTime } from "../wording/duration.ts";
import type { StepGroup } from "../wording/step-groups.ts";
import { ErrorView } from "./error-view.tsx";

/** The attempts before the last one, where there are any. */
export function Attempts({ group }: { readonly group: StepGroup }): JSX.Element | null {
  if (group.earlier.length === 0) return null;
  return (
    <section>
      <h3>Earlier attempts</h3>
      <ol class="attempts">
        {group.earlier.map((record) => (
          <Attempt key={record.attempt} record={record} />
        ))}
      </ol>
    </section>
  );
}

function Attempt({ record }: { readonly record: StepRecord }): JSX.Element {
  return (
    <li value={record.attempt}>
      {record.status}, began{" "}
      <time datetime={isoTime(record.startedAt)}>{describeInstant(record.startedAt)}</time>, took{" "}
      {describeDuration(record.endedAt - record.startedAt)}
      {record.error !== null && <ErrorView text={record.error} />}
    </li>
  );
}
