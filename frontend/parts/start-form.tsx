/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { JsonSchema } from "../../backend/index.ts";
import { type RefusedForm, ValueForm } from "../forms/value-form.tsx";

interface StartFormProps {
  readonly schema: JsonSchema | undefined;
  /** What the form is filled with. */
  readonly example: unknown;
  readonly refused: RefusedForm | undefined;
  readonly isRaw: boolean;
  /** The address of the workflow's page. */
  readonly href: string;
}

/** Starts a run of a workflow. */
export function StartForm({ schema, example, refused, isRaw, href }: StartFormProps): JSX.Element {
  return (
    <section class="card start" id="start" aria-labelledby="start-title">
      <h2 id="start-title">Start a run</h2>
      <form method="post" action={`${href}/start`} class="stack">
        {/* The same form sent twice is one run. */}
        <input
          type="hidden"
          name="key"
          value={refused?.sent.get("key") ?? crypto.randomUUID()}
          data-once
        />
        <ValueForm
          schema={schema}
          isRaw={isRaw}
          otherHref={`${href}${isRaw ? "" : "?as=json"}#start`}
          label="Input"
          value={example}
          refused={refused}
          prefix="start"
        />
        <div class="field">
          <label for="start-tags">
            Tags<span class="note"> optional, with commas between them</span>
          </label>
          <input
            id="start-tags"
            type="text"
            name="tags"
            value={refused?.sent.get("tags") ?? ""}
            autocomplete="off"
          />
        </div>
        <button class="primary" type="submit">
          Start
        </button>
      </form>
    </section>
  );
}
