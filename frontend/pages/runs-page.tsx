/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { Context } from "npm:hono@4.13.19";
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { RunPage } from "../../backend/index.ts";
import { answerPage } from "../layout.tsx";
import { NoRuns } from "../parts/no-runs.tsx";
import { Notice } from "../parts/notice.tsx";
import { Paging } from "../parts/paging.tsx";
import { RunSearch } from "../parts/run-search.tsx";
import { RunTable } from "../parts/run-table.tsx";
import { StatusChips } from "../parts/status-chips.tsx";
import { COUNTED_RUNS, filterOf, type RunsQuery, readRunsQuery } from "../queries/runs-query.ts";
import type { Site } from "../site.ts";

const PAGE_SIZE = 50;

/** Answers with the list of runs that the address asks for. */
export async function answerRuns(c: Context, site: Site): Promise<Response> {
  const query = readRunsQuery(new URL(c.req.url).searchParams);
  const { storage } = site.engine;
  const [page, counts] = await Promise.all([
    storage.queryRuns({ ...filterOf(query, site.now()), limit: PAGE_SIZE }),
    storage.countRuns(query.workflowId, COUNTED_RUNS),
  ]);
  const view = { page, counts, query, root: site.root(c), now: site.now() };
  const workflowIds = site.engine.workflows.map(({ id }) => id);
  return await answerPage(c, site, {
    title: "Runs",
    section: "runs",
    isLive: query.cursors.length === 0,
    body: <RunsView {...view} notice={c.req.query("notice")} workflowIds={workflowIds} />,
  });
}

interface RunsViewProps {
  readonly page: RunPage;
  readonly counts: ReadonlyMap<string, number>;
  readonly query: RunsQuery;
  readonly notice: string | undefined;
  readonly workflowIds: readonly string[];
  readonly root: string;
  readonly now: number;
}

function RunsView(props: RunsViewProps): JSX.Element {
  const { page, counts, query, notice, workflowIds, root, now } = props;
  const seen = page.runs.map(({ workflowId }) => workflowId);
  const chosen = query.workflowId === undefined ? [] : [query.workflowId];
  const choices = [...new Set([...workflowIds, ...seen, ...chosen])].sort();
  return (
    <>
      <Notice name={notice} />
      <h1>Runs</h1>
      <div class="filters">
        <StatusChips counts={counts} query={query} root={root} />
        <RunSearch workflowIds={choices} query={query} root={root} />
      </div>
      {page.runs.length === 0 ? (
        <NoRuns
          query={query}
          goesOn={page.nextCursor !== null}
          workflowIds={workflowIds}
          root={root}
        />
      ) : (
        <RunTable runs={page.runs} root={root} now={now} />
      )}
      <Paging query={query} nextCursor={page.nextCursor} root={root} />
    </>
  );
}
