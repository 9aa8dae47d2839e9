/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { isTerminal, type RunRecord } from "../../backend/index.ts";
import { runsPath } from "../pages/runs-query.ts";
import { explainRun } from "../wording/explain-run.ts";
import { endOf, runDuration, startOf } from "../wording/run-times.ts";
import { visibleText } from "../wording/visible-text.ts";
import { CancelForm } from "./cancel-form.tsx";
import { Moment } from "./moment.tsx";
import { PlainText, RunId } from "./plain-text.tsx";
import { StatusBadge } from "./status-badge.tsx";

interface RunHeaderProps {
  readonly run: RunRecord;
  /** Says what the last action did. */
  readonly notice: string | undefined;
  readonly href: string;
  readonly root: string;
  readonly now: number;
}

const NOTICES: Readonly<Record<string, string>> = {
  canceled: "The run was canceled.",
  over: "Nothing was changed: the run was over already.",
};

/** What a run is and how it stands. */
export function RunHeader({ run, notice, href, root, now }: RunHeaderProps): JSX.Element {
  const said = notice !== undefined && Object.hasOwn(NOTICES, notice) ? NOTICES[notice] : undefined;
  // A failure has a panel of its own.
  const sentence = run.status === "failed" ? "" : explainRun(run, now);
  return (
    <header class="run-header">
      {said !== undefined && (
        <p class="notice" role="status">
          {said}
        </p>
      )}
      <div class="title">
        <h1>
          <PlainText text={run.workflowId} />
        </h1>
        <StatusBadge status={run.status} />
        {!isTerminal(run.status) && <CancelForm action={`${href}/cancel`} />}
      </div>
      {sentence !== "" && (
        <p class="sentence">
          <PlainText text={sentence} />
        </p>
      )}
      <RunFacts run={run} root={root} now={now} />
    </header>
  );
}

function RunFacts({ run, root, now }: Pick<RunHeaderProps, "run" | "root" | "now">): JSX.Element {
  const endedAt = endOf(run);
  return (
    <dl class="facts">
      <Fact name="Run">
        <RunId id={run.runId} />
      </Fact>
      <Fact name="Workflow">
        <a href={root + runsPath({ workflowId: run.workflowId })}>
          <PlainText text={run.workflowId} />
        </a>
      </Fact>
      <Fact name={run.startedAt === null ? "Created" : "Started"}>
        <Moment at={startOf(run)} now={now} />
      </Fact>
      {endedAt !== null && (
        <Fact name="Ended">
          <Moment at={endedAt} now={now} />
        </Fact>
      )}
      <Fact name="Duration">{runDuration(run, now)}</Fact>
      {run.tags.length > 0 && (
        <Fact name="Tags">
          {run.tags.map((tag) => (
            <span key={tag} class="tag">
              {visibleText(tag)}
            </span>
          ))}
        </Fact>
      )}
    </dl>
  );
}

function Fact({
  name,
  children,
}: {
  name: string;
  children: JSX.Element | JSX.Element[] | string;
}): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
