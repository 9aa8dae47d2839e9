/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { explainRun, type RunSummary } from "../../backend/index.ts";
import { runPath } from "../mount-path.ts";
import { runDuration } from "../wording/run-times.ts";
import { CopyButton } from "./copy-button.tsx";
import { Moment } from "./moment.tsx";
import { PlainText, RunId } from "./plain-text.tsx";
import { StatusBadge } from "./status-badge.tsx";

interface RunTableProps {
  readonly runs: readonly RunSummary[];
  readonly root: string;
  readonly now: number;
}

/** Runs, one a row. */
export function RunTable({ runs, root, now }: RunTableProps): JSX.Element {
  return (
    <table class="runs card">
      <caption class="unseen">Runs, newest first</caption>
      <thead>
        <tr>
          <th scope="col" class="col-status">
            Status
          </th>
          <th scope="col" class="col-workflow">
            Workflow
          </th>
          <th scope="col" class="col-run">
            Run
          </th>
          <th scope="col" class="col-created">
            Created
          </th>
          <th scope="col" class="col-duration">
            Duration
          </th>
          <th scope="col">Details</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <RunRow key={run.runId} run={run} root={root} now={now} />
        ))}
      </tbody>
    </table>
  );
}

interface RunRowProps {
  readonly run: RunSummary;
  readonly root: string;
  readonly now: number;
}

function RunRow({ run, root, now }: RunRowProps): JSX.Element {
  return (
    <tr data-key={run.runId}>
      <td class="col-status">
        <StatusBadge status={run.status} />
      </td>
      <td class="col-workflow">
        <PlainText text={run.workflowId} />
      </td>
      <th scope="row" class="col-run">
        <a href={root + runPath(run.runId)}>
          <RunId id={run.runId} isShort />
        </a>
        <CopyButton text={run.runId} label="Copy the run's id" />
      </th>
      <td class="col-created">
        <Moment at={run.createdAt} now={now} />
      </td>
      <td class="col-duration">{runDuration(run, now)}</td>
      <td class={`col-what ${run.status === "failed" ? "error-text" : ""}`}>
        <span class="clamp">
          <PlainText text={detailOf(run, now)} />
        </span>
      </td>
    </tr>
  );
}

/** What the other columns do not say. */
function detailOf(run: RunSummary, now: number): string {
  if (run.status === "success" || run.status === "canceled") return "";
  if (run.status === "failed") return run.error ?? "No error was stored";
  return explainRun(run, [], now);
}
