/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { describeDuration } from "../wording/duration.ts";
import { type Bar, type BarEnd, barsOf } from "../wording/place-bars.ts";
import type { RunPlace } from "../wording/run-places.ts";
import type { TimeScale } from "../wording/time-scale.ts";
import { visibleText } from "../wording/visible-text.ts";
import { StatusIcon, statusName } from "./status-badge.tsx";

interface TimelineRowProps {
  readonly place: RunPlace;
  readonly scale: TimeScale;
  readonly end: BarEnd;
  /** Where now is, in percent; `undefined` when the run is over. */
  readonly nowAt: number | undefined;
  readonly isSelected: boolean;
  readonly href: string;
}

/** One place on the timeline; it leads to all that is known of the place. */
export function TimelineRow(props: TimelineRowProps): JSX.Element {
  const { place, isSelected, href } = props;
  const { path, status, depth, attempts } = place;
  const cut = path.lastIndexOf("/") + 1;
  // Nodes without a name of their own have their kind as one.
  const isNamed = !path.slice(cut).startsWith(place.kind);
  return (
    <li data-key={path}>
      <a
        class={`row status-${status}`}
        href={`${href}#step`}
        aria-current={isSelected ? "true" : undefined}
      >
        <span class={`row-name depth-${Math.min(depth, 5)}`}>
          <StatusIcon status={status} />
          <span class="unseen">{statusName(status)}: </span>
          <span class="step-name">
            <bdi>
              {cut > 0 && <span class="scope">{visibleText(path.slice(0, cut))}</span>}
              {visibleText(path.slice(cut))}
            </bdi>
            {isNamed && <span class="kind">{visibleText(place.kind)}</span>}
          </span>
          {attempts > 1 && <span class="tries">{attempts} attempts</span>}
        </span>
        <Bars {...props} />
        <span class="took">{tookOf(place, props.end)}</span>
      </a>
    </li>
  );
}

function tookOf({ startedAt, endedAt, status, records }: RunPlace, end: BarEnd): string {
  // The first version of the library kept one time a step.
  if (records.some((record) => record.endedAt < record.startedAt)) return "–";
  const from = startedAt ?? (status === "running" ? end.workSince : null);
  return from === null ? "–" : describeDuration((endedAt ?? end.at) - from);
}

function Bars({ place, scale, end, nowAt }: TimelineRowProps): JSX.Element {
  const { bars, retries } = barsOf(place, end);
  return (
    <svg class="bars" aria-hidden="true">
      {bars.map((bar) => (
        <BarShape bar={bar} scale={scale} />
      ))}
      {retries.map((at) => (
        <line class="retry" x1={percent(scale.at(at))} x2={percent(scale.at(at))} y1="2" y2="20" />
      ))}
      {nowAt !== undefined && (
        <line class="now" x1={percent(nowAt)} x2={percent(nowAt)} y1="0" y2="100%" />
      )}
    </svg>
  );
}

const HEIGHTS: Readonly<Record<Bar["kind"], readonly [y: number, height: number]>> = {
  work: [6, 10],
  failed: [6, 10],
  wait: [8, 6],
  ahead: [8, 6],
  within: [9.5, 3],
};

/** In percent: what took no time at all is seen nevertheless. */
const MIN_WIDTH = 0.4;

function BarShape({ bar, scale }: { readonly bar: Bar; readonly scale: TimeScale }): JSX.Element {
  const [y, height] = HEIGHTS[bar.kind];
  const left = scale.at(bar.from);
  const width = Math.max(MIN_WIDTH, scale.at(bar.to) - left);
  const radius = height / 2 - 1;
  return (
    <rect
      class={`bar-${bar.kind}`}
      x={percent(Math.min(left, 100 - MIN_WIDTH))}
      width={percent(Math.round(width * 100) / 100)}
      y={y}
      height={height}
      rx={bar.kind === "wait" || bar.kind === "ahead" ? 0 : Math.min(3, radius)}
    />
  );
}

function percent(value: number): string {
  return `${value}%`;
}
