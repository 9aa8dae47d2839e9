/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";

/** Cancels a run in two steps, so that a slip does not. */
export function CancelForm({ action }: { readonly action: string }): JSX.Element {
  return (
    <details class="cancel">
      <summary class="button">Cancel run…</summary>
      <form method="post" action={action}>
        <p>The step at work is aborted, and no further step starts. This cannot be undone.</p>
        <button class="danger" type="submit">
          Cancel this run
        </button>
      </form>
    </details>
  );
}
