/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { type RunsQuery, runsPath } from "../queries/runs-query.ts";

interface PagingProps {
  readonly query: RunsQuery;
  readonly nextCursor: string | null;
  readonly root: string;
}

/** The ways to the pages before and after this one. */
export function Paging({ query, nextCursor, root }: PagingProps): JSX.Element | null {
  const { cursors } = query;
  if (cursors.length === 0 && nextCursor === null) return null;
  const newer = runsPath({ ...query, cursors: cursors.slice(0, -1) });
  return (
    <nav class="paging" aria-label="Pages">
      {cursors.length > 0 && (
        <>
          <a href={root + runsPath({ ...query, cursors: [] })}>Newest</a>
          <a href={root + newer} rel="prev">
            ← Newer
          </a>
        </>
      )}
      {nextCursor !== null && (
        <a href={root + runsPath({ ...query, cursors: [...cursors, nextCursor] })} rel="next">
          Older →
        </a>
      )}
    </nav>
  );
}
