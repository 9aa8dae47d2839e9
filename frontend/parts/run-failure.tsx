/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { RunRecord } from "../../backend/index.ts";
import { stepsPageOf } from "../pages/steps-query.ts";
import type { StepGroup } from "../wording/step-groups.ts";
import { isRecord, storedValue } from "../wording/stored-value.ts";
import { ErrorView } from "./error-view.tsx";
import { PlainText } from "./plain-text.tsx";

interface RunFailureProps {
  readonly run: RunRecord;
  readonly groups: readonly StepGroup[];
  readonly href: string;
}

/** Why a run failed, and the way to the step that did. */
export function RunFailure({ run, groups, href }: RunFailureProps): JSX.Element | null {
  if (run.status !== "failed" && run.status !== "blocked") return null;
  const text = run.failure ?? JSON.stringify({ message: run.error ?? undefined });
  const failure = storedValue(text);
  const path = isRecord(failure) && typeof failure.step === "string" ? failure.step : undefined;
  return (
    <section class="card failure" aria-labelledby="failure">
      <h2 id="failure">
        {run.status === "failed" ? "Failed" : "Blocked"}
        {path !== undefined && (
          <>
            {" in "}
            <StepLink path={path} groups={groups} href={href} />
          </>
        )}
      </h2>
      <ErrorView text={text} />
    </section>
  );
}

interface StepLinkProps {
  readonly path: string;
  readonly groups: readonly StepGroup[];
  readonly href: string;
}

function StepLink({ path, groups, href }: StepLinkProps): JSX.Element {
  const index = groups.findIndex((group) => group.path === path);
  const seq = groups[index]?.latest.seq;
  if (seq === undefined) return <PlainText text={path} />;
  return (
    <a href={`${href}?steps=${stepsPageOf(index)}#step-${seq}`}>
      <PlainText text={path} />
    </a>
  );
}
