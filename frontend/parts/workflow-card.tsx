/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { TreeNode } from "../../backend/index.ts";
import { runPath, workflowPath } from "../mount-path.ts";
import type { WorkflowOverview } from "../queries/workflow-overview.ts";
import { startOf } from "../wording/run-times.ts";
import { visibleText } from "../wording/visible-text.ts";
import { Moment } from "./moment.tsx";
import { PlainText } from "./plain-text.tsx";
import { ScheduleLine } from "./schedule-line.tsx";
import { StatusIcon } from "./status-badge.tsx";
import { SuccessRate } from "./success-rate.tsx";

interface WorkflowCardProps {
  readonly overview: WorkflowOverview;
  readonly root: string;
  readonly now: number;
  readonly isOwner: boolean;
}

/** A workflow with what became of its last runs. */
export function WorkflowCard({ overview, root, now, isOwner }: WorkflowCardProps): JSX.Element {
  const { tree, counts, recent, schedule, record } = overview;
  const href = root + workflowPath(tree.id);
  const [latest] = recent;
  const steps = countLeaves(tree);
  return (
    <li class="card workflow">
      <h2>
        <a href={href}>
          <PlainText text={tree.id} />
        </a>
      </h2>
      {tree.description !== undefined && (
        <p>
          <PlainText text={tree.description} />
        </p>
      )}
      <p class="note">
        {steps === 1 ? "1 step" : `${steps.toLocaleString("en")} steps`}
        {latest !== undefined && (
          <>
            , last run <Moment at={startOf(latest)} now={now} />
          </>
        )}
      </p>
      {schedule !== undefined && (
        <ScheduleLine schedule={schedule} record={record} root={root} now={now} />
      )}
      <SuccessRate counts={counts} />
      {recent.length > 0 && (
        <ul class="recent" aria-label="Last runs, newest first">
          {recent.map((run) => (
            <li>
              <a
                class={`dot status-${run.status}`}
                href={root + runPath(run.runId)}
                title={`${run.status}: ${visibleText(run.runId)}`}
              >
                <StatusIcon status={run.status} />
                <span class="unseen">
                  {run.status}, run {visibleText(run.runId)}
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
      {isOwner && (
        <a class="button" href={`${href}#start`}>
          Start a run
          <span class="unseen"> of {visibleText(tree.id)}</span>
        </a>
      )}
    </li>
  );
}

function countLeaves(node: TreeNode): number {
  if (node.children.length === 0) return 1;
  return node.children.reduce((sum, child) => sum + countLeaves(child), 0);
}
