/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { isSearch, type RunsQuery, runsPath, SINCE_NAMES } from "../queries/runs-query.ts";
import { visibleText } from "../wording/visible-text.ts";

interface RunSearchProps {
  readonly workflowIds: readonly string[];
  readonly query: RunsQuery;
  readonly root: string;
}

/** Finds runs by what they have in them; the status that was chosen stays. */
export function RunSearch({ workflowIds, query, root }: RunSearchProps): JSX.Element {
  const { status, workflowId, tag, text, since } = query;
  const isNarrowed = isSearch(query) || workflowId !== undefined;
  return (
    <search>
      <form class="filter" method="get" action={`${root}runs`}>
        {status !== undefined && <input type="hidden" name="status" value={status} />}
        <label class="wide">
          <span class="unseen">Search</span>
          <input
            type="search"
            name="q"
            value={text ?? ""}
            placeholder="Id, tag, error…"
            maxlength={200}
            autocomplete="off"
          />
        </label>
        <label>
          <span>Workflow</span>
          <select name="workflow">
            <option value="">All workflows</option>
            {workflowIds.map((id) => (
              <option value={id} selected={id === workflowId}>
                {visibleText(id)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>Stored</span>
          <select name="since">
            <option value="">Any time</option>
            {SINCE_NAMES.map(([value, name]) => (
              <option value={value} selected={value === since}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {tag !== undefined && <TagFilter tag={tag} />}
        <button type="submit">Search</button>
        {isNarrowed && <a href={root + runsPath({ status })}>Clear</a>}
      </form>
    </search>
  );
}

function TagFilter({ tag }: { readonly tag: string }): JSX.Element {
  return (
    <label>
      <span>Tag</span>
      <input type="text" name="tag" value={tag} maxlength={200} autocomplete="off" />
    </label>
  );
}
