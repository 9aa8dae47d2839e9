/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { RunRecord } from "../../backend/index.ts";
import { STEPS_A_PAGE, stepsPageOf } from "../pages/steps-query.ts";
import { explainRun, positionOf } from "../wording/explain-run.ts";
import type { StepGroup } from "../wording/step-groups.ts";
import { PlainText } from "./plain-text.tsx";
import { StatusBadge } from "./status-badge.tsx";
import type { StepContext } from "./step-context.ts";
import { StepItem } from "./step-item.tsx";

interface StepListProps {
  readonly run: RunRecord;
  readonly groups: readonly StepGroup[];
  readonly context: StepContext;
  /** From 1; past the end the last one is shown. */
  readonly page: number;
  readonly href: string;
  readonly now: number;
}

/** The steps of a run in the order in which they were recorded. */
export function StepList({ run, groups, context, page, href, now }: StepListProps): JSX.Element {
  const lastPage = stepsPageOf(Math.max(0, groups.length - 1));
  const current = Math.min(page, lastPage);
  const shown = groups.slice((current - 1) * STEPS_A_PAGE, current * STEPS_A_PAGE);
  return (
    <section aria-labelledby="steps">
      <h2 id="steps">
        Steps <span class="count">{groups.length.toLocaleString("en")}</span>
      </h2>
      {groups.length === 0 && run.status !== "running" && (
        <p class="note">No step has been recorded.</p>
      )}
      <ol class="steps card">
        {shown.map((group) => (
          <StepItem key={group.path} group={group} context={context} />
        ))}
        {current === lastPage && <AtWork run={run} now={now} />}
      </ol>
      {lastPage > 1 && <StepPages current={current} last={lastPage} href={href} />}
    </section>
  );
}

/** The steps that have begun and are not recorded yet. */
function AtWork({ run, now }: { readonly run: RunRecord; readonly now: number }): JSX.Element {
  const paths = run.status === "running" ? positionOf(run) : [];
  return (
    <>
      {paths.map((path) => (
        <li key={path} class="step at-work">
          <StatusBadge status="running" />
          <span class="step-name">
            <PlainText text={path} />
          </span>
          <span class="step-facts">{explainRun({ ...run, position: null }, now)}</span>
        </li>
      ))}
    </>
  );
}

interface StepPagesProps {
  readonly current: number;
  readonly last: number;
  readonly href: string;
}

function StepPages({ current, last, href }: StepPagesProps): JSX.Element {
  return (
    <nav class="paging" aria-label="Pages of steps">
      {current > 1 && <a href={`${href}?steps=${current - 1}#steps`}>← Earlier steps</a>}
      <span>
        Page {current} of {last}
      </span>
      {current < last && <a href={`${href}?steps=${current + 1}#steps`}>Later steps →</a>}
    </nav>
  );
}
