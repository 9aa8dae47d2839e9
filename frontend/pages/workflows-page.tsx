/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { Context } from "npm:hono@4.13.19";
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { answerPage } from "../layout.tsx";
import { NoWorkflows } from "../parts/no-workflows.tsx";
import { WorkflowCard } from "../parts/workflow-card.tsx";
import { overviews, type WorkflowOverview } from "../queries/workflow-overview.ts";
import { mayChange, type Site } from "../site.ts";

/** Answers with the list of workflows. */
export async function answerWorkflows(c: Context, site: Site): Promise<Response> {
  const known = await overviews(site);
  const workflows = known.sort((one, other) => one.tree.id.localeCompare(other.tree.id));
  const view = { workflows, root: site.root(c), now: site.now(), isOwner: mayChange(c) };
  return await answerPage(c, site, {
    title: "Workflows",
    section: "workflows",
    isLive: true,
    body: <WorkflowsView {...view} />,
  });
}

interface WorkflowsViewProps {
  readonly workflows: readonly WorkflowOverview[];
  readonly root: string;
  readonly now: number;
  readonly isOwner: boolean;
}

function WorkflowsView({ workflows, ...rest }: WorkflowsViewProps): JSX.Element {
  return (
    <>
      <h1>Workflows</h1>
      {workflows.length === 0 ? (
        <NoWorkflows />
      ) : (
        <ul class="workflows">
          {workflows.map((each) => (
            <WorkflowCard overview={each} {...rest} />
          ))}
        </ul>
      )}
    </>
  );
}
