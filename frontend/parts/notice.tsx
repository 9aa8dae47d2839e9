/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { visibleText } from "../wording/visible-text.ts";

const NOTICES: Readonly<Record<string, string>> = {
  canceled: "The run was canceled.",
  over: "Nothing was changed: the run was over already.",
  started: "The run was started.",
  resumed: "The run was resumed.",
  retried: "The run is tried again from the step that failed.",
  sent: "The event was sent, and this run took it.",
  "sent-elsewhere": "The event was sent, but another run had waited longer and took it.",
  deleted: "The run was deleted.",
};

interface NoticeProps {
  /** Names one of the app's own sentences. */
  readonly name?: string | undefined;
  /** Why something was not done. */
  readonly problem?: string | undefined;
}

/** Says what the last action did. */
export function Notice({ name, problem }: NoticeProps): JSX.Element | null {
  if (problem !== undefined) {
    return (
      <p class="notice bad" role="alert">
        {visibleText(problem)}
      </p>
    );
  }
  const said = name !== undefined && Object.hasOwn(NOTICES, name) ? NOTICES[name] : undefined;
  if (said === undefined) return null;
  return (
    <p class="notice" role="status">
      {said}
    </p>
  );
}
