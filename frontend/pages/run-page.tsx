/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { Context } from "npm:hono@4.13.19";
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { answerPage } from "../layout.tsx";
import { runPath } from "../mount-path.ts";
import { RunFailure } from "../parts/run-failure.tsx";
import { RunHeader } from "../parts/run-header.tsx";
import { RunValues } from "../parts/run-values.tsx";
import { StepList } from "../parts/step-list.tsx";
import type { Site } from "../site.ts";
import { startOf } from "../wording/run-times.ts";
import { groupSteps, isInternal } from "../wording/step-groups.ts";
import { type LoadedRun, loadRun } from "./load-run.ts";
import { readStepsPage } from "./steps-query.ts";

/** Answers with the page of one run. */
export async function answerRun(c: Context, site: Site): Promise<Response> {
  const loaded = await loadRun(site.engine, c.req.param("runId") ?? "");
  const page = readStepsPage(c.req.query("steps"));
  const notice = c.req.query("notice");
  return await answerPage(c, site, {
    title: `${loaded.run.workflowId}, ${loaded.run.status}`,
    section: "runs",
    body: <RunView {...loaded} page={page} notice={notice} root={site.root(c)} now={site.now()} />,
  });
}

interface RunViewProps extends LoadedRun {
  readonly page: number;
  readonly notice: string | undefined;
  readonly root: string;
  readonly now: number;
}

function RunView({ run, steps, state, page, notice, root, now }: RunViewProps): JSX.Element {
  const href = root + runPath(run.runId);
  const groups = groupSteps(steps).filter((group) => !isInternal(group));
  const context = {
    runStart: startOf(run),
    runInput: run.input,
    records: new Map(steps.map((step) => [step.seq, step])),
    valueHref: (seq: number, name: string) => `${href}/values/${seq}/${name}`,
  };
  return (
    <>
      <nav class="crumbs" aria-label="Breadcrumb">
        <a href={`${root}runs`}>← Runs</a>
      </nav>
      <RunHeader run={run} notice={notice} href={href} root={root} now={now} />
      <RunFailure run={run} groups={groups} href={href} />
      <RunValues run={run} state={state} href={href} />
      <StepList run={run} groups={groups} context={context} page={page} href={href} now={now} />
    </>
  );
}
