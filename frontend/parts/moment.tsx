/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { describeInstant, describeMoment, isoTime } from "../wording/duration.ts";

/** A moment as seen from now, with the moment in full on hover. */
export function Moment({ at, now }: { readonly at: number; readonly now: number }): JSX.Element {
  return (
    <time datetime={isoTime(at)} title={describeInstant(at)}>
      {describeMoment(at, now)}
    </time>
  );
}
