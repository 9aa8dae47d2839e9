/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { type RunsQuery, runsPath } from "../pages/runs-query.ts";
import { visibleText } from "../wording/visible-text.ts";

interface WorkflowFilterProps {
  readonly workflowIds: readonly string[];
  readonly query: RunsQuery;
  readonly root: string;
}

/** Chooses the workflow whose runs are listed; the status stays. */
export function WorkflowFilter({ workflowIds, query, root }: WorkflowFilterProps): JSX.Element {
  const { status, workflowId } = query;
  return (
    <form class="filter" method="get" action={`${root}runs`}>
      {status !== undefined && <input type="hidden" name="status" value={status} />}
      <label>
        <span>Workflow</span>
        <select name="workflow">
          <option value="">All workflows</option>
          {workflowIds.map((id) => (
            <option key={id} value={id} selected={id === workflowId}>
              {visibleText(id)}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">Filter</button>
      {workflowId !== undefined && <a href={root + runsPath({ status })}>Clear</a>}
    </form>
  );
}
