/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";

interface CopyButtonProps {
  /** What the button says to people who hear the page. */
  readonly label: string;
  /** The text to copy. */
  readonly text?: string;
  /** The address of the text to copy, where it is not on the page. */
  readonly from?: string;
}

/** Copies a text; shown only where the page's script runs. */
export function CopyButton({ label, text, from }: CopyButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class="copy"
      aria-label={label}
      data-copy={text}
      data-copy-from={from}
      title={label}
    >
      <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
        <path d="M5.5 5.5 h8 v8 h-8 Z M10.5 5.5 v-3 h-8 v8 h3" />
      </svg>
    </button>
  );
}
