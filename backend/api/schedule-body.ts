/** Schedules as clients get them. */
import { z } from "npm:@hono/zod-openapi@1.6.3";
import type { Schedule } from "../schedule.ts";
import type { ScheduleRecord } from "../storage/schedule-store.ts";
import { Moment } from "./moment.ts";

/** When a workflow starts by itself, and what became of its slots. */
export const ScheduleBody = z
  .object({
    cron: z.string(),
    timezone: z.string(),
    overlap: z.enum(["skip", "queue", "allow"]),
    catchUp: z.enum(["latest", "none", "all"]),
    nextAt: Moment.nullable().openapi({
      description: "The next slot; null until a tick has seen the schedule, or when there is none",
    }),
    firedAt: Moment.nullable().openapi({ description: "The last slot that began a run" }),
    runId: z.string().nullable().openapi({ description: "That run" }),
    skippedAt: Moment.nullable().openapi({ description: "The last slot that was left out" }),
  })
  .openapi("Schedule");

/** A schedule with what the database knows of it: nothing before the first tick. */
export function scheduleBody(
  schedule: Schedule,
  record: ScheduleRecord | undefined,
): z.infer<typeof ScheduleBody> {
  const { cron, timezone = "UTC", overlap = "skip", catchUp = "latest" } = schedule;
  const { nextAt = null, firedAt = null, runId = null, skippedAt = null } = record ?? {};
  return { cron, timezone, overlap, catchUp, nextAt, firedAt, runId, skippedAt };
}
