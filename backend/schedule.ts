/** When a workflow starts by itself. */
import { quote, WrkflwError } from "./errors.ts";

/** The moment at which a run is due, as the schedule says. */
export interface Slot {
  /** The moment itself; the run may begin later. */
  readonly scheduledAt: Date;
}

/**
 * What becomes of a slot while the run of the one before is at work or waits:
 * - `"skip"`: it is left out.
 * - `"queue"`: it begins once that run is over.
 * - `"allow"`: it begins at once, beside that run.
 */
export type Overlap = "skip" | "queue" | "allow";

/**
 * Which slots begin after a time in which nobody ticked:
 * - `"latest"`: the last one, however late it is.
 * - `"none"`: the last one, if it is at most 20 minutes late, as with a tick every 15 minutes.
 * - `"all"`: each of them, oldest first.
 */
export type CatchUp = "latest" | "none" | "all";

/** Starts a workflow by the clock: every engine that has the workflow and ticks does so. */
export interface Schedule<In = unknown> {
  /**
   * Five fields (minute, hour, day of month, month, day of week), six with seconds before them,
   * or a name such as `@daily`: `"0 8 * * MON-FRI"`, `"0 0 L * *"` for the last day of a month.
   */
  readonly cron: string;
  /**
   * The time zone that the fields are read in, such as `"Europe/Berlin"`. A fixed time that the
   * clock leaves out in spring is taken at the next minute that there is, and one that comes
   * twice in autumn is taken once; with `*` or a step among the times every match counts.
   *
   * @default "UTC"
   */
  readonly timezone?: string;
  /** What every run is started with, or a function of its slot that says so. */
  readonly inputData: In | ((slot: Slot) => In);
  /** What becomes of a slot while the run before is not over. @default "skip" */
  readonly overlap?: Overlap;
  /** Which slots begin after an outage. @default "latest" */
  readonly catchUp?: CatchUp;
}

const KEYS = ["cron", "timezone", "inputData", "overlap", "catchUp"];
const OVERLAPS = ["skip", "queue", "allow"];
const CATCH_UPS = ["latest", "none", "all"];
const PATTERN = /^\s*(@[a-z]+|\S+(\s+\S+){4,5})\s*$/i;

/**
 * Checks all of a schedule but the values in its pattern: what reads those is loaded later.
 *
 * @throws {WrkflwError} With code `INVALID_DEFINITION`.
 */
export function assertSchedule(schedule: unknown, subject: string): void {
  if (typeof schedule !== "object" || schedule === null) {
    throw refusal(`${subject}: schedule must be { cron, inputData, ... }`);
  }
  const given: Partial<Record<keyof Schedule, unknown>> = schedule;
  const unknown = Object.keys(given).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw refusal(`${subject}: schedule has no option ${quote(unknown)}`);
  if (!("inputData" in given)) throw refusal(`${subject}: schedule needs inputData for its runs`);
  if (typeof given.cron !== "string" || !PATTERN.test(given.cron)) {
    const got = typeof given.cron === "string" ? quote(given.cron) : typeof given.cron;
    throw refusal(`${subject}: schedule.cron must have five or six fields: got ${got}`);
  }
  assertTimezone(given.timezone, subject);
  assertOneOf(OVERLAPS, given.overlap, `${subject}: schedule.overlap`);
  assertOneOf(CATCH_UPS, given.catchUp, `${subject}: schedule.catchUp`);
  if (given.catchUp === "all" && (given.overlap ?? "skip") === "skip") {
    throw refusal(
      `${subject}: schedule.catchUp "all" would skip what overlaps: set overlap to "queue" or "allow"`,
    );
  }
}

function assertTimezone(timezone: unknown, subject: string): void {
  if (timezone === undefined || isTimezone(timezone)) return;
  const got = typeof timezone === "string" ? quote(timezone) : typeof timezone;
  throw refusal(
    `${subject}: schedule.timezone must be a name such as "Europe/Berlin" or "UTC": got ${got}`,
  );
}

function isTimezone(timezone: unknown): boolean {
  if (typeof timezone !== "string") return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: timezone }) !== undefined;
  } catch {
    return false;
  }
}

function assertOneOf(words: readonly string[], given: unknown, subject: string): void {
  if (given === undefined || words.some((word) => word === given)) return;
  throw refusal(`${subject} must be one of ${words.map(quote).join(", ")}: got ${String(given)}`);
}

function refusal(message: string): WrkflwError {
  return new WrkflwError("INVALID_DEFINITION", message);
}
