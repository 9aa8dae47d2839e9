/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { Context } from "npm:hono@4.13.19";
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { explainRun, isTerminal, type StepRecord } from "../../backend/index.ts";
import { answerPage } from "../layout.tsx";
import { runPath } from "../mount-path.ts";
import { FlowGraph } from "../parts/flow-graph.tsx";
import { Notice } from "../parts/notice.tsx";
import { OpenWaits, type RefusedWaitForm } from "../parts/open-waits.tsx";
import { RunExports } from "../parts/run-exports.tsx";
import { RunFailure } from "../parts/run-failure.tsx";
import { RunHeader } from "../parts/run-header.tsx";
import { RunValues } from "../parts/run-values.tsx";
import type { StepContext } from "../parts/step-context.ts";
import { StepPanel } from "../parts/step-panel.tsx";
import { Timeline } from "../parts/timeline.tsx";
import { placesPageOf, type RunQuery, readRunQuery } from "../queries/run-query.ts";
import { mayChange, type Site } from "../site.ts";
import type { RunPlace } from "../wording/run-places.ts";
import { isRecord, storedValue } from "../wording/stored-value.ts";
import { type LoadedRun, loadRun } from "./load-run.ts";
import { type DrawnRun, placesIn } from "./run-view.ts";

/** A form of the page that was refused. */
interface Refusal {
  readonly refused: RefusedWaitForm;
  readonly status: number;
}

/** Answers with the page of one run. */
export async function answerRun(c: Context, site: Site, refusal?: Refusal): Promise<Response> {
  const loaded = await loadRun(site.engine, c.req.param("runId") ?? "");
  const query = readRunQuery(new URL(c.req.url).searchParams);
  const drawn = placesIn(site, loaded);
  const root = site.root(c);
  const view = { loaded, drawn, query, root, now: site.now(), isOwner: mayChange(c) };
  const { run } = loaded;
  return await answerPage(c, site, {
    title: `${run.workflowId}, ${run.status}`,
    section: "runs",
    isLive: !isTerminal(run.status) && refusal === undefined,
    ...(refusal === undefined ? {} : { status: refusal.status }),
    body: <RunView {...view} refused={refusal?.refused} />,
  });
}

interface RunViewProps {
  readonly loaded: LoadedRun;
  readonly drawn: DrawnRun;
  readonly query: RunQuery;
  readonly refused: RefusedWaitForm | undefined;
  readonly root: string;
  readonly now: number;
  readonly isOwner: boolean;
}

function RunView(props: RunViewProps): JSX.Element {
  const { loaded, drawn, query, refused, root, now, isOwner } = props;
  const { run, steps, state } = loaded;
  const { places, tree, isKnown } = drawn;
  const href = root + runPath(run.runId);
  const context = contextOf(loaded, href, now);
  const index = places.findIndex(({ path }) => path === (query.step ?? failedPath(loaded)));
  const place = places[index];
  const placeHref = (path: string) =>
    `${href}?step=${encodeURIComponent(path.toWellFormed())}#step`;
  const hasWaitForms = isOwner && isKnown && !isTerminal(run.status);
  return (
    <>
      <nav class="crumbs" aria-label="Breadcrumb">
        <a href={`${root}runs`}>← Runs</a>
      </nav>
      <Notice name={query.notice} />
      {refused !== undefined && !isShownInForm(refused, places) && (
        <Notice problem={refused.problem} />
      )}
      <RunHeader
        run={run}
        sentence={run.status === "failed" ? "" : explainRun(run, steps, now)}
        {...{ href, root, now, isKnown, isOwner }}
      />
      <RunFailure run={run} places={places} href={href} />
      {hasWaitForms && (
        <OpenWaits places={places} context={context} refused={refused} rawPath={query.json} />
      )}
      <div class="drawings">
        <section class="card drawing" aria-labelledby="graph">
          <h2 id="graph">Graph</h2>
          <FlowGraph
            tree={tree}
            placeHref={placeHref}
            selected={place?.path}
            isDrawnAlone={!isKnown}
          />
        </section>
        <div class="course">
          <Timeline
            {...{ run, places, href, now }}
            page={query.page ?? placesPageOf(Math.max(0, index))}
            selected={place?.path}
          />
          {place !== undefined && <StepPanel place={place} context={context} />}
        </div>
      </div>
      <RunValues run={run} state={state} href={href} />
      <RunExports href={href} />
    </>
  );
}

function contextOf({ run, steps }: LoadedRun, href: string, now: number): StepContext {
  return {
    href,
    runInput: run.input,
    records: new Map(steps.map((step) => [step.seq, step])),
    valueHref: ({ seq, attempt }: StepRecord, name) => `${href}/values/${seq}.${attempt}/${name}`,
    now,
  };
}

/** The step that is shown when nobody has chosen one: the one that failed. */
function failedPath({ run }: LoadedRun): string | undefined {
  const failure = storedValue(run.failure);
  return isRecord(failure) && typeof failure.step === "string" ? failure.step : undefined;
}

/** Whether the form is still there to say why it was refused. */
function isShownInForm(refused: RefusedWaitForm, places: readonly RunPlace[]): boolean {
  return places.some(({ path, wait }) => path === refused.path && wait !== undefined);
}
