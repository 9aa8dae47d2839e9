/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { isSearch, type RunsQuery } from "../queries/runs-query.ts";
import { PlainText } from "./plain-text.tsx";

interface NoRunsProps {
  readonly query: RunsQuery;
  /** Whether older runs have not been looked at. */
  readonly goesOn: boolean;
  readonly workflowIds: readonly string[];
  readonly root: string;
}

/** Says why the list is empty and what to do about it. */
export function NoRuns({ query, goesOn, workflowIds, root }: NoRunsProps): JSX.Element {
  const { status, workflowId, cursors } = query;
  const isFiltered = status !== undefined || workflowId !== undefined || isSearch(query);
  if (!isFiltered && cursors.length === 0) {
    return <FirstSteps workflowIds={workflowIds} root={root} />;
  }
  return (
    <section class="card blank">
      <h2>{goesOn ? "None among these runs" : "No runs here"}</h2>
      <p>
        {cursors.length > 0 ? "There are no older runs" : "No run"}
        {status !== undefined && ` with status ${status}`}
        {workflowId !== undefined && (
          <>
            {" "}
            of workflow <PlainText text={workflowId} />
          </>
        )}
        {isSearch(query) && " that fits the search"}
        {goesOn && " so far: look further with Older"}.
      </p>
      <p>
        <a href={`${root}runs`}>Show all runs</a>
      </p>
    </section>
  );
}

const START_CODE = `const run = await engine.createRun(workflow);
await run.start({ inputData: { … } });`;

function FirstSteps({ workflowIds, root }: Pick<NoRunsProps, "workflowIds" | "root">): JSX.Element {
  if (workflowIds.length === 0) {
    return (
      <section class="card blank">
        <h2>No runs yet</h2>
        <p>
          The engine has no workflows yet: give it some with new ExecutionEngine(storage, {"{"}{" "}
          workflows: [...] {"}"}).
        </p>
      </section>
    );
  }
  return (
    <section class="card blank">
      <h2>No runs yet</h2>
      <p>
        {workflowIds.length === 1
          ? "The engine has one workflow, and nothing has been started."
          : `The engine has ${workflowIds.length} workflows, and nothing has been started.`}
      </p>
      <p>
        <a class="button" href={`${root}workflows`}>
          Choose a workflow to start
        </a>
      </p>
      <p>Or start a run in your program; it shows up here by itself:</p>
      <pre class="value">
        <code>{START_CODE}</code>
      </pre>
    </section>
  );
}
