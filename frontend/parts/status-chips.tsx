/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { RUN_STATUSES, type RunStatus } from "../../backend/index.ts";
import { COUNTED_RUNS, isSearch, type RunsQuery, runsPath } from "../queries/runs-query.ts";
import { StatusIcon } from "./status-badge.tsx";

interface StatusChipsProps {
  readonly counts: ReadonlyMap<string, number>;
  readonly query: RunsQuery;
  readonly root: string;
}

/** People look for these even when there are none. */
const ALWAYS_SHOWN: readonly RunStatus[] = ["running", "failed", "success"];

/** The statuses with how many runs have them; each leads to the list of those. */
export function StatusChips({ counts, query, root }: StatusChipsProps): JSX.Element {
  // They are counted by workflow alone: with more conditions nobody knows how many there are.
  const isCounted = !isSearch(query);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const shown = RUN_STATUSES.filter(
    (status) => counts.has(status) || status === query.status || ALWAYS_SHOWN.includes(status),
  );
  return (
    <nav class="chips" aria-label="Status">
      <Chip
        href={root + runsPath({ ...query, status: undefined, cursors: [] })}
        isCurrent={query.status === undefined}
        count={isCounted ? total : undefined}
      >
        all
      </Chip>
      {shown.map((status) => (
        <Chip
          key={status}
          href={root + runsPath({ ...query, status, cursors: [] })}
          isCurrent={query.status === status}
          count={isCounted ? (counts.get(status) ?? 0) : undefined}
          status={status}
        >
          {status}
        </Chip>
      ))}
    </nav>
  );
}

interface ChipProps {
  readonly href: string;
  readonly isCurrent: boolean;
  /** `undefined` where nobody knows. */
  readonly count: number | undefined;
  readonly status?: RunStatus;
  readonly children: string;
}

function Chip({ href, isCurrent, count, status, children }: ChipProps): JSX.Element {
  return (
    <a
      class={`chip ${status === undefined ? "" : `status-${status}`} ${count === 0 ? "empty" : ""}`}
      href={href}
      aria-current={isCurrent ? "page" : undefined}
    >
      {status !== undefined && <StatusIcon status={status} />}
      {children}
      {count !== undefined && <span class="count">{countText(count)}</span>}
    </a>
  );
}

function countText(count: number): string {
  const isMore = count >= COUNTED_RUNS;
  return isMore ? `${COUNTED_RUNS.toLocaleString("en")}+` : count.toLocaleString("en");
}
