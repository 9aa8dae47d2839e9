/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { RunRecord } from "../../backend/index.ts";
import type { RunPlace } from "../wording/run-places.ts";
import { isRecord, storedValue } from "../wording/stored-value.ts";
import { ErrorView } from "./error-view.tsx";
import { PlainText } from "./plain-text.tsx";

interface RunFailureProps {
  readonly run: RunRecord;
  readonly places: readonly RunPlace[];
  readonly href: string;
}

/** Why a run failed, and the way to the step that did. */
export function RunFailure({ run, places, href }: RunFailureProps): JSX.Element | null {
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
            <StepLink path={path} places={places} href={href} />
          </>
        )}
      </h2>
      <ErrorView text={text} />
    </section>
  );
}

interface StepLinkProps {
  readonly path: string;
  readonly places: readonly RunPlace[];
  readonly href: string;
}

function StepLink({ path, places, href }: StepLinkProps): JSX.Element {
  if (!places.some((place) => place.path === path)) return <PlainText text={path} />;
  return (
    <a href={`${href}?step=${encodeURIComponent(path.toWellFormed())}#step`}>
      <PlainText text={path} />
    </a>
  );
}
