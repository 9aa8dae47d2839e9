/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { Schedule, ScheduleRecord } from "../../backend/index.ts";
import { runPath } from "../mount-path.ts";
import { visibleText } from "../wording/visible-text.ts";
import { Moment } from "./moment.tsx";

interface ScheduleLineProps {
  readonly schedule: Schedule;
  /** What the database knows of it: nothing before the first tick. */
  readonly record: ScheduleRecord | undefined;
  readonly root: string;
  readonly now: number;
}

/** When a workflow starts by itself: the pattern, the next slot, and what became of the last ones. */
export function ScheduleLine({ schedule, record, root, now }: ScheduleLineProps): JSX.Element {
  const { cron, timezone = "UTC" } = schedule;
  return (
    <p class="note schedule">
      Starts by itself: <code>{visibleText(cron)}</code> {visibleText(timezone)}
      <NextSlot record={record} now={now} />
      {typeof record?.firedAt === "number" && record.runId !== null && (
        <>
          , last{" "}
          <a href={root + runPath(record.runId)}>
            <Moment at={record.firedAt} now={now} />
          </a>
        </>
      )}
      {isLeftOut(record) && (
        <>
          , left out <Moment at={record.skippedAt} now={now} />
        </>
      )}
    </p>
  );
}

function NextSlot({ record, now }: Pick<ScheduleLineProps, "record" | "now">): JSX.Element {
  if (record === undefined) return <>, next slot known after the first tick</>;
  if (record.nextAt === null) return <>, no slot is left</>;
  // Nobody has ticked since, or the run before is not over.
  if (record.nextAt <= now) {
    return (
      <>
        , due <Moment at={record.nextAt} now={now} />
      </>
    );
  }
  return (
    <>
      , next <Moment at={record.nextAt} now={now} />
    </>
  );
}

/** Only the latest slot counts: what was left out before the last run is over. */
function isLeftOut(
  record: ScheduleRecord | undefined,
): record is ScheduleRecord & { readonly skippedAt: number } {
  return typeof record?.skippedAt === "number" && record.skippedAt > (record.firedAt ?? 0);
}
