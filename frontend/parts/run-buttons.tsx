/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { isTerminal, type RunRecord } from "../../backend/index.ts";
import { workflowPath } from "../mount-path.ts";
import { ConfirmForm } from "./confirm-form.tsx";

interface RunButtonsProps {
  readonly run: RunRecord;
  /** Whether the engine has the run's workflow. */
  readonly isKnown: boolean;
  readonly href: string;
  readonly root: string;
}

/** What can be done with a run as it stands. */
export function RunButtons({ run, isKnown, href, root }: RunButtonsProps): JSX.Element {
  const isOver = isTerminal(run.status);
  const like = `${root}${workflowPath(run.workflowId)}?like=${encodeURIComponent(run.runId.toWellFormed())}#start`;
  return (
    <div class="buttons">
      {run.status === "failed" && isKnown && (
        <PlainForm action={`${href}/retry`} button="Retry from the failed step" isPrimary />
      )}
      {run.status === "blocked" && isKnown && (
        <PlainForm action={`${href}/resume`} button="Try again with the code at hand" isPrimary />
      )}
      {isKnown && (
        <a class="button" href={like}>
          Start one like this
        </a>
      )}
      {!isOver && (
        <ConfirmForm
          action={`${href}/cancel`}
          label="Cancel run"
          question="The step at work is aborted, and no further step starts. This cannot be undone."
          button="Cancel this run"
        />
      )}
      {isOver && (
        <ConfirmForm
          action={`${href}/delete`}
          label="Delete"
          question="The run is deleted with its input, output and all that was recorded of its steps. This cannot be undone."
          button="Delete this run"
        />
      )}
    </div>
  );
}

interface PlainFormProps {
  readonly action: string;
  readonly button: string;
  readonly isPrimary?: boolean;
}

function PlainForm({ action, button, isPrimary = false }: PlainFormProps): JSX.Element {
  return (
    <form method="post" action={action}>
      <button class={isPrimary ? "primary" : undefined} type="submit">
        {button}
      </button>
    </form>
  );
}
