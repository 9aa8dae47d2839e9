/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { Context } from "npm:hono@4.13.19";
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import {
  type AnyDefinition,
  type RunSummary,
  type ScheduleRecord,
  type TreeNode,
  visualizeWorkflow,
  WrkflwError,
  workflowTree,
} from "../../backend/index.ts";
import { inputJsonSchema, outputJsonSchema } from "../forms/json-schema.ts";
import type { RefusedForm } from "../forms/value-form.tsx";
import { answerPage } from "../layout.tsx";
import { workflowPath } from "../mount-path.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { FlowGraph } from "../parts/flow-graph.tsx";
import { PlainText } from "../parts/plain-text.tsx";
import { RunTable } from "../parts/run-table.tsx";
import { ScheduleLine } from "../parts/schedule-line.tsx";
import { SchemaView } from "../parts/schema-view.tsx";
import { StartForm } from "../parts/start-form.tsx";
import { SuccessRate } from "../parts/success-rate.tsx";
import { runsPath } from "../queries/runs-query.ts";
import { mayChange, type Site } from "../site.ts";
import { decodedOr } from "../wording/stored-value.ts";

const RECENT_RUNS = 10;

/** The workflow that an address names. @throws {WrkflwError} With code `WORKFLOW_NOT_FOUND`. */
export function workflowAt(c: Context, site: Site): AnyDefinition {
  const id = c.req.param("workflowId") ?? "";
  const workflow = site.engine.workflows.find((each) => each.id === id);
  if (workflow !== undefined) return workflow;
  throw new WrkflwError(
    "WORKFLOW_NOT_FOUND",
    `Cannot find workflow ${JSON.stringify(id.slice(0, 200))}: give it to the engine as new ExecutionEngine(storage, { workflows: [...] })`,
  );
}

/** Answers with the page of one workflow; with the reason, when its form was refused. */
export async function answerWorkflow(
  c: Context,
  site: Site,
  refused?: RefusedForm,
): Promise<Response> {
  const workflow = workflowAt(c, site);
  const { storage } = site.engine;
  const [{ runs }, counts, example, schedules] = await Promise.all([
    storage.queryRuns({ workflowId: workflow.id, limit: RECENT_RUNS }),
    storage.countRuns(workflow.id),
    exampleFor(c, site, workflow),
    site.engine.loadSchedules(),
  ]);
  const place = { root: site.root(c), now: site.now() };
  const record = schedules.get(workflow.id);
  const view = { workflow, runs, counts, example, record, refused, ...place };
  const isRaw = c.req.query("as") === "json" || refused?.sent.get("as") === "json";
  return await answerPage(c, site, {
    title: workflow.id,
    section: "workflows",
    ...(refused === undefined ? {} : { status: 422 }),
    body: <WorkflowView {...view} isRaw={isRaw} isOwner={mayChange(c)} />,
  });
}

/** What the form is filled with: the input of the run to start another one of, or the example. */
async function exampleFor(c: Context, site: Site, workflow: AnyDefinition): Promise<unknown> {
  const like = c.req.query("like");
  const loaded = like === undefined ? null : await site.engine.storage.loadRun(like);
  if (loaded !== null && loaded.run.workflowId === workflow.id) {
    return decodedOr(loaded.run.input, undefined);
  }
  return site.engine.exampleInputOf(workflow.id);
}

interface WorkflowViewProps {
  readonly workflow: AnyDefinition;
  readonly runs: readonly RunSummary[];
  readonly counts: ReadonlyMap<string, number>;
  readonly example: unknown;
  /** Where its schedule stands. */
  readonly record: ScheduleRecord | undefined;
  readonly refused: RefusedForm | undefined;
  readonly isRaw: boolean;
  readonly isOwner: boolean;
  readonly root: string;
  readonly now: number;
}

function WorkflowView(props: WorkflowViewProps): JSX.Element {
  const { workflow, runs, counts, root, now, isOwner } = props;
  const tree = workflowTree(workflow.shape());
  return (
    <>
      <nav class="crumbs" aria-label="Breadcrumb">
        <a href={`${root}workflows`}>← Workflows</a>
      </nav>
      <header class="run-header">
        <h1>
          <PlainText text={workflow.id} />
        </h1>
        {tree.description !== undefined && (
          <p class="sentence">
            <PlainText text={tree.description} />
          </p>
        )}
        {workflow.schedule !== undefined && (
          <ScheduleLine schedule={workflow.schedule} record={props.record} root={root} now={now} />
        )}
        <SuccessRate counts={counts} />
      </header>
      <div class="drawings">
        <section class="card drawing" aria-labelledby="graph">
          <h2 id="graph">
            Graph
            <CopyButton text={visualizeWorkflow(workflow)} label="Copy the graph as Mermaid" />
          </h2>
          <FlowGraph tree={tree} />
        </section>
        <div class="course">
          {isOwner && (
            <StartForm
              {...props}
              schema={inputJsonSchema(workflow.inputSchema)}
              href={root + workflowPath(workflow.id)}
            />
          )}
          <Schemas tree={tree} />
        </div>
      </div>
      <section aria-labelledby="recent">
        <h2 id="recent">Recent runs</h2>
        {runs.length === 0 ? (
          <p class="note">It has never run.</p>
        ) : (
          <>
            <RunTable runs={runs} root={root} now={now} />
            <p class="after-table">
              <a href={root + runsPath({ workflowId: workflow.id })}>Show all its runs</a>
            </p>
          </>
        )}
      </section>
    </>
  );
}

function Schemas({ tree }: { readonly tree: TreeNode }): JSX.Element {
  return (
    <section class="card schemas" aria-labelledby="schemas">
      <h2 id="schemas">Schemas</h2>
      <SchemaView label="Input" schema={inputJsonSchema(tree.schemas?.input)} />
      <SchemaView label="Output" schema={outputJsonSchema(tree.schemas?.output)} />
    </section>
  );
}
