/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { RunRecord } from "../../backend/index.ts";
import { workflowPath } from "../mount-path.ts";
import { runsPath } from "../queries/runs-query.ts";
import { endOf, runDuration, startOf } from "../wording/run-times.ts";
import { visibleText } from "../wording/visible-text.ts";
import { CopyButton } from "./copy-button.tsx";
import { Moment } from "./moment.tsx";
import { PlainText, RunId } from "./plain-text.tsx";
import { RunButtons } from "./run-buttons.tsx";
import { StatusBadge } from "./status-badge.tsx";

interface RunHeaderProps {
  readonly run: RunRecord;
  /** What it does, waits for or came to; empty where a part of its own says so. */
  readonly sentence: string;
  readonly href: string;
  readonly root: string;
  readonly now: number;
  /** Whether the engine has the run's workflow. */
  readonly isKnown: boolean;
  /** Whether who looks may change anything. */
  readonly isOwner: boolean;
}

/** What a run is and how it stands. */
export function RunHeader(props: RunHeaderProps): JSX.Element {
  const { run, sentence, href, root, now, isKnown, isOwner } = props;
  return (
    <header class="run-header">
      <div class="title">
        <h1>
          <PlainText text={run.workflowId} />
        </h1>
        <StatusBadge status={run.status} />
        {isOwner && <RunButtons run={run} isKnown={isKnown} href={href} root={root} />}
      </div>
      {sentence !== "" && (
        <p class="sentence">
          <PlainText text={sentence} />
        </p>
      )}
      {!isKnown && (
        <p class="note">
          The engine has no workflow with this id, so the run is drawn from what was recorded, and
          nothing goes on with it here.
        </p>
      )}
      <RunFacts run={run} root={root} now={now} isKnown={isKnown} />
    </header>
  );
}

function RunFacts({
  run,
  root,
  now,
  isKnown,
}: Pick<RunHeaderProps, "run" | "root" | "now" | "isKnown">): JSX.Element {
  const endedAt = endOf(run);
  return (
    <dl class="facts">
      <Fact name="Run">
        <RunId id={run.runId} />
        <CopyButton text={run.runId} label="Copy the run's id" />
      </Fact>
      <Fact name="Workflow">
        <a
          href={
            root +
            (isKnown ? workflowPath(run.workflowId) : runsPath({ workflowId: run.workflowId }))
          }
        >
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
            <a class="tag" href={`${root}runs?tag=${encodeURIComponent(tag.toWellFormed())}`}>
              {visibleText(tag)}
            </a>
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
