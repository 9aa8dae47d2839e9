/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { RunsQuery } from "../pages/runs-query.ts";
import { PlainText } from "./plain-text.tsx";

interface NoRunsProps {
  readonly query: RunsQuery;
  readonly workflowIds: readonly string[];
  readonly root: string;
}

/** Says why the list is empty and what to do about it. */
export function NoRuns({ query, workflowIds, root }: NoRunsProps): JSX.Element {
  const { status, workflowId, cursors } = query;
  if (status === undefined && workflowId === undefined && cursors.length === 0) {
    return <FirstSteps workflowIds={workflowIds} />;
  }
  return (
    <section class="card blank">
      <h2>No runs here</h2>
      <p>
        {cursors.length > 0 ? "There are no older runs" : "No run"}
        {status !== undefined && ` with status ${status}`}
        {workflowId !== undefined && (
          <>
            {" "}
            of workflow <PlainText text={workflowId} />
          </>
        )}
        .
      </p>
      <p>
        <a href={`${root}runs`}>Show all runs</a>
      </p>
    </section>
  );
}

const START_CODE = `const run = await engine.createRun(workflow);
await run.start({ inputData: { … } });`;

function FirstSteps({ workflowIds }: { readonly workflowIds: readonly string[] }): JSX.Element {
  return (
    <section class="card blank">
      <h2>No runs yet</h2>
      <p>
        {workflowIds.length === 0
          ? "The engine has no workflows yet: give it some with new ExecutionEngine(storage, { workflows: [...] })."
          : `The engine has ${workflowIds.length === 1 ? "one workflow" : `${workflowIds.length} workflows`}, and nothing has been started.`}
      </p>
      <p>Start a run in your program, then reload this page:</p>
      <pre class="value">
        <code>{START_CODE}</code>
      </pre>
    </section>
  );
}
