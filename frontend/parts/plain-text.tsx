/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { visibleText } from "../wording/visible-text.ts";

/** A text that somebody else wrote: it cannot hide characters or turn the text around it. */
export function PlainText({ text }: { readonly text: string }): JSX.Element {
  return <bdi>{visibleText(text)}</bdi>;
}

const SHORT_ID_CHARS = 16;

/** A run id; long ones are cut from the front, since the ends of time-ordered ids differ most. */
export function RunId({
  id,
  isShort,
}: {
  readonly id: string;
  readonly isShort?: boolean;
}): JSX.Element {
  const text = visibleText(id);
  const isCut = isShort === true && text.length > SHORT_ID_CHARS + 1;
  return (
    <bdi class="id" title={text}>
      {isCut ? `…${text.slice(-SHORT_ID_CHARS)}` : text}
    </bdi>
  );
}
