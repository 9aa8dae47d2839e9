/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { RunRecord } from "../../backend/index.ts";
import { PLACES_A_PAGE, placesPageOf } from "../queries/run-query.ts";
import { type BarEnd, barsOf, plannedEnd } from "../wording/place-bars.ts";
import type { RunPlace } from "../wording/run-places.ts";
import { endOf, startOf } from "../wording/run-times.ts";
import { type TimeScale, timeScale } from "../wording/time-scale.ts";
import { TimelineAxis } from "./timeline-axis.tsx";
import { TimelineRow } from "./timeline-row.tsx";

interface TimelineProps {
  readonly run: RunRecord;
  readonly places: readonly RunPlace[];
  /** From 1; past the end the last one is shown. */
  readonly page: number;
  readonly selected: string | undefined;
  /** The address of the run's page. */
  readonly href: string;
  readonly now: number;
}

/** What happened when: a row for each place, work and waits drawn differently. */
export function Timeline({ run, places, page, selected, href, now }: TimelineProps): JSX.Element {
  const last = placesPageOf(Math.max(0, places.length - 1));
  const current = Math.min(page, last);
  const shown = places.slice((current - 1) * PLACES_A_PAGE, current * PLACES_A_PAGE);
  const end = { at: endOf(run) ?? now, workSince: workStartOf(run, places) };
  const scale = scaleOf(run, shown, end);
  const nowAt = endOf(run) === null ? scale.at(now) : undefined;
  return (
    <section class="card timeline" aria-labelledby="timeline">
      <h2 id="timeline">
        Timeline{" "}
        <span class="count">
          {places.length === 1 ? "1 step" : `${places.length.toLocaleString("en")} steps`}
        </span>
        <Legend />
      </h2>
      {places.length === 0 && <p class="note">No step has been recorded yet.</p>}
      {shown.length > 0 && <TimelineAxis scale={scale} start={startOf(run)} nowAt={nowAt} />}
      <ol class="rows">
        {shown.map((place) => (
          <TimelineRow
            place={place}
            scale={scale}
            end={end}
            nowAt={nowAt}
            isSelected={place.path === selected}
            href={`${href}?step=${encodeURIComponent(place.path.toWellFormed())}`}
          />
        ))}
      </ol>
      {last > 1 && <Pages current={current} last={last} href={href} />}
    </section>
  );
}

function scaleOf(run: RunRecord, shown: readonly RunPlace[], end: BarEnd): TimeScale {
  const bars = shown.flatMap((place) => barsOf(place, end).bars);
  const isWhole = shown.length < PLACES_A_PAGE;
  const from = Math.min(...(isWhole ? [startOf(run)] : []), ...bars.map((bar) => bar.from), end.at);
  const planned = shown.map((place) => plannedEnd(place) ?? end.at);
  const to = Math.max(...(isWhole ? [end.at] : []), ...bars.map((bar) => bar.to), ...planned);
  const work = bars.filter(({ kind }) => kind === "work" || kind === "failed");
  return timeScale({ from, to }, work, [end.at]);
}

/** What is at work began after all that is recorded. */
function workStartOf(run: RunRecord, places: readonly RunPlace[]): number {
  return places.reduce(
    (latest, { records }) => Math.max(latest, records.at(-1)?.endedAt ?? latest),
    startOf(run),
  );
}

function Legend(): JSX.Element {
  return (
    <span class="legend" aria-hidden="true">
      <span class="key-work">work</span>
      <span class="key-wait">wait</span>
      <span class="key-failed">failed</span>
      <span class="key-retry">try again</span>
    </span>
  );
}

interface PagesProps {
  readonly current: number;
  readonly last: number;
  readonly href: string;
}

function Pages({ current, last, href }: PagesProps): JSX.Element {
  return (
    <nav class="paging" aria-label="Pages of steps">
      {current > 1 && <a href={`${href}?page=${current - 1}#timeline`}>← Earlier steps</a>}
      <span>
        Page {current} of {last}
      </span>
      {current < last && <a href={`${href}?page=${current + 1}#timeline`}>Later steps →</a>}
    </nav>
  );
}
