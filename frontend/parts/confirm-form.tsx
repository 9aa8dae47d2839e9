/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";

interface ConfirmFormProps {
  readonly action: string;
  /** What opens the question. */
  readonly label: string;
  /** What happens, and whether it can be undone. */
  readonly question: string;
  /** What does it. */
  readonly button: string;
}

/** Does something in two steps, so that a slip does not. */
export function ConfirmForm({ action, label, question, button }: ConfirmFormProps): JSX.Element {
  return (
    <details class="confirm">
      <summary class="button">{label}…</summary>
      <form method="post" action={action}>
        <p>{question}</p>
        <button class="danger" type="submit">
          {button}
        </button>
      </form>
    </details>
  );
}
