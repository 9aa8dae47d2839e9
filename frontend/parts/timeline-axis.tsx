/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { describeDuration } from "../wording/duration.ts";
import type { TimeScale } from "../wording/time-scale.ts";

interface TimelineAxisProps {
  readonly scale: TimeScale;
  /** When the run began. */
  readonly start: number;
  /** Where now is, in percent; `undefined` when the run is over. */
  readonly nowAt: number | undefined;
}

/** Labels nearer than this, in percent of the width, would lie on each other. */
const MIN_DISTANCE = 14;
/** Further right a label would be cut off. */
const MAX_LEFT = 86;

interface Label {
  readonly at: number;
  readonly text: string;
}

/** What the places on a timeline's scale mean, and where it was squeezed. */
export function TimelineAxis({ scale, start, nowAt }: TimelineAxisProps): JSX.Element {
  return (
    <div class="axis">
      <svg aria-hidden="true">
        {scale.pieces
          .filter(({ isSqueezed, width }) => isSqueezed && width > 3)
          .map(({ left, width }) => (
            <text class="squeezed" x={`${left + width / 2}%`} y="26" text-anchor="middle">
              / /
            </text>
          ))}
        {labelsOf(scale, start, nowAt).map(({ at, text }) => (
          <text x={`${at}%`} y="12">
            {text}
          </text>
        ))}
        {nowAt !== undefined && (
          <text class="now" x={`${nowAt}%`} y="12" text-anchor="end" dx="-4">
            now
          </text>
        )}
      </svg>
    </div>
  );
}

function labelsOf(scale: TimeScale, start: number, nowAt: number | undefined): Label[] {
  const labels: Label[] = [];
  for (const { from, left } of scale.pieces) {
    const isFree = left - (labels.at(-1)?.at ?? Number.NEGATIVE_INFINITY) >= MIN_DISTANCE;
    const isClear = nowAt === undefined || Math.abs(left - nowAt) >= MIN_DISTANCE / 2;
    if (isFree && isClear && left <= MAX_LEFT) {
      labels.push({ at: left, text: `+${describeDuration(from - start)}` });
    }
  }
  return labels;
}
