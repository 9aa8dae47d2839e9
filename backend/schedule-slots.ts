import { quote, WrkflwError } from "./errors.ts";
import type { Schedule } from "./schedule.ts";

/** The moments that a schedule names, in milliseconds since 1970. */
export interface ScheduleSlots {
  /** The first slot after a moment; `null` when there is none any more. */
  after(moment: number): number | null;
  /** The last slot up to a moment, itself included; `null` when there is none. */
  upTo(moment: number): number | null;
}

/**
 * Reads the pattern of a schedule. What computes the times is loaded by the first call.
 *
 * @throws {WrkflwError} With code `INVALID_DEFINITION`, if the pattern cannot be read, or names
 * no moment at all.
 */
export async function slotsOf(
  { cron, timezone = "UTC" }: Pick<Schedule, "cron" | "timezone">,
  subject: string,
): Promise<ScheduleSlots> {
  const { Cron } = await import("npm:croner@11.0.1");
  const read = () => {
    try {
      // A list of times is as fixed as a single one, where the clocks change.
      return new Cron(cron, { timezone, mode: "5-or-6-parts", fixedTimeRule: "no-wildcard" });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw unusable(subject, cron, reason, cause);
    }
  };
  const pattern = read();
  if (pattern.nextRun(new Date(0)) === null) throw unusable(subject, cron, "it names no moment");
  return {
    after: (moment) => pattern.nextRun(new Date(moment))?.getTime() ?? null,
    // The library's own bound is exclusive.
    upTo: (moment) => pattern.previousRuns(1, new Date(moment + 1))[0]?.getTime() ?? null,
  };
}

function unusable(subject: string, cron: string, reason: string, cause?: unknown): WrkflwError {
  return new WrkflwError(
    "INVALID_DEFINITION",
    `${subject}: cannot use schedule.cron ${quote(cron)}: ${reason}`,
    { cause },
  );
}
