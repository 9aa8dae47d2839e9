/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { TreeStatus } from "../../backend/index.ts";

/** A stroke for each status, so that colour is not the only sign; drawn in a box of 16 by 16. */
const STROKES: Readonly<Record<TreeStatus, string>> = {
  running: "M5.5 3.5 L12 8 L5.5 12.5 Z",
  pending: "M4 8 h.01 M8 8 h.01 M12 8 h.01",
  waiting: "M8 4.5 V8 L10.5 9.5 M8 2 a6 6 0 1 0 .01 0",
  suspended: "M5.5 4 V12 M10.5 4 V12",
  blocked: "M8 2 L14.5 13.5 H1.5 Z M8 6.5 V9.5 M8 11.5 h.01",
  failed: "M4 4 L12 12 M12 4 L4 12",
  success: "M3 8.5 L6.5 12 L13 4.5",
  canceled: "M8 2 a6 6 0 1 0 .01 0 M3.8 3.8 L12.2 12.2",
  "not-reached": "M8 4.5 a3.5 3.5 0 1 0 .01 0",
  skipped: "M3 8 H13",
};

/** A status as a small drawing. */
export function StatusIcon({ status }: { readonly status: TreeStatus }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={STROKES[status]} />
    </svg>
  );
}

/** A status as people read it. */
export function statusName(status: TreeStatus): string {
  return status === "not-reached" ? "not reached" : status;
}

/** A status as a coloured word with its drawing. */
export function StatusBadge({ status }: { readonly status: TreeStatus }): JSX.Element {
  return (
    <span class={`badge status-${status}`}>
      <StatusIcon status={status} />
      {statusName(status)}
    </span>
  );
}
