import type { AnyDefinition } from "./definition.ts";
import { fingerprintOf } from "./definition-changes.ts";
import type { Effects } from "./effects.ts";
import { quote, serializeError } from "./errors.ts";
import { prepareRun } from "./prepare-run.ts";
import type { RunStatus } from "./records.ts";
import type { Schedule } from "./schedule.ts";
import { type ScheduleSlots, slotsOf } from "./schedule-slots.ts";
import { encode } from "./serialize.ts";
import type { ScheduleRecord, SlotDecision, WorkflowStorage } from "./storage.ts";

/** What a scheduler asks of its engine. */
export interface SchedulerOptions {
  readonly storage: WorkflowStorage;
  /** The workflows whose schedules count. */
  readonly workflows: () => Iterable<AnyDefinition>;
  readonly effects: Effects;
}

/** A slot this late is left out, where missed slots are. */
const MAX_LATE_MS = 20 * 60_000;
/** Of the slots of one schedule, this many are dealt with at a time. */
const MAX_SLOTS = 100;
/** Another process may have changed a schedule: it is looked at again after this long. */
const MAX_REST_MS = 60_000;
/** Who waits for a run to end asks this often. */
const QUEUE_REST_MS = 1_000;
/** While the database does not answer. */
const OUTAGE_REST_MS = 10_000;
/** A slot that is overdue by this much is nobody's: whoever comes next takes the schedule. */
const ABANDONED_MS = 300_000;
/** While the last run has one of these, the next would overlap it. */
const GOING_ON: readonly (RunStatus | null)[] = ["pending", "running", "waiting", "suspended"];

type Scheduled = AnyDefinition & { readonly schedule: Schedule };

/** Starts the runs of workflows that have a schedule. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  /** By workflow id; a pattern is read once. */
  readonly #slots = new Map<string, { readonly pattern: string; readonly slots: ScheduleSlots }>();
  /** Workflows whose pattern this process has written, if it had to. */
  readonly #adopted = new Set<string>();
  /** When the earliest slot is due, by `effects.now()`. */
  #nextAt: number | null = null;
  #restsUntil = Number.NEGATIVE_INFINITY;
  #hasQueue = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /**
   * Stores a pending run for every slot that is due. What goes wrong with one schedule is thrown
   * after the others were dealt with.
   */
  async fire(): Promise<void> {
    const scheduled = [...this.#options.workflows()].filter(hasSchedule);
    this.#nextAt = null;
    this.#hasQueue = false;
    if (scheduled.length === 0) return;
    const { storage, effects } = this.#options;
    this.#restsUntil = effects.now() + OUTAGE_REST_MS;
    const { schedules, now } = await storage.schedules.load(scheduled.map(({ id }) => id));
    const dueIns: number[] = [];
    const failures: unknown[] = [];
    for (const workflow of scheduled) {
      try {
        const nextAt = await this.#fireOne(workflow, schedules.get(workflow.id), now);
        if (nextAt !== null) dueIns.push(Math.max(0, nextAt - now));
      } catch (error) {
        failures.push(error);
      }
    }
    this.#rest(dueIns);
    if (failures.length > 0) throw failures[0];
  }

  #rest(dueIns: readonly number[]): void {
    const now = this.#options.effects.now();
    const dueIn = dueIns.length === 0 ? null : Math.min(...dueIns);
    this.#nextAt = dueIn === null ? null : now + dueIn;
    const longest = this.#hasQueue ? QUEUE_REST_MS : MAX_REST_MS;
    this.#restsUntil = now + Math.min(dueIn ?? longest, longest);
  }

  /** The same, where a slot may be due by now: for those who ask all the time. */
  async fireIfDue(): Promise<void> {
    if (this.#options.effects.now() >= this.#restsUntil) await this.fire();
  }

  /** Milliseconds until a slot is due; `null` when none will be. */
  async nextDueInMs(): Promise<number | null> {
    // What a slot has waited for may be over by now.
    if (this.#hasQueue) await this.fire();
    return this.#nextAt === null ? null : Math.max(0, this.#nextAt - this.#options.effects.now());
  }

  /** @returns The next slot of the workflow; `null` when there is none, or it waits for a run. */
  async #fireOne(
    workflow: Scheduled,
    row: ScheduleRecord | undefined,
    now: number,
  ): Promise<number | null> {
    const { pattern, slots } = await this.#readPattern(workflow);
    if (row?.pattern !== pattern) {
      // It belongs to the newest process: the others would change it to and fro.
      const isOurs = !this.#adopted.has(workflow.id) || isAbandoned(row, now);
      if (!isOurs) return null;
      const nextAt = slots.after(now);
      await this.#options.storage.schedules.adopt(row, {
        workflowId: workflow.id,
        pattern,
        nextAt,
      });
      this.#adopted.add(workflow.id);
      return nextAt;
    }
    this.#adopted.add(workflow.id);
    if (row.nextAt === null || row.nextAt > now) return row.nextAt;
    return await this.#fireDue(workflow, row, slots, now);
  }

  async #fireDue(
    workflow: Scheduled,
    row: ScheduleRecord,
    slots: ScheduleSlots,
    now: number,
  ): Promise<number | null> {
    const { overlap = "skip", catchUp = "latest" } = workflow.schedule;
    const overlaps = overlap !== "allow" && GOING_ON.includes(row.runStatus);
    if (overlaps && overlap === "queue") {
      this.#hasQueue = true;
      return null;
    }
    const due = dueSlots(row, slots, catchUp === "all", now);
    const isMissed = catchUp === "none" && now - (due.at(-1) ?? now) > MAX_LATE_MS;
    let seen = row;
    // In a queue only the first can begin; the others wait for it.
    for (const slotAt of overlap === "queue" ? due.slice(0, 1) : due) {
      const nextAt = slots.after(slotAt);
      const isSkipped = overlaps || isMissed;
      const run = isSkipped ? {} : await this.#runOf(workflow, slotAt);
      await this.#options.storage.schedules.settle({ seen, slotAt, nextAt, ...run });
      seen = { ...seen, nextAt };
    }
    if (overlap === "queue" && seen.nextAt !== null && seen.nextAt <= now) {
      this.#hasQueue = true;
      return null;
    }
    return seen.nextAt;
  }

  async #readPattern(
    workflow: Scheduled,
  ): Promise<{ readonly pattern: string; readonly slots: ScheduleSlots }> {
    const { cron, timezone = "UTC" } = workflow.schedule;
    const pattern = JSON.stringify([cron, timezone]);
    const known = this.#slots.get(workflow.id);
    if (known?.pattern === pattern) return known;
    const slots = await slotsOf(workflow.schedule, `Workflow ${quote(workflow.id)}`);
    const read = { pattern, slots };
    this.#slots.set(workflow.id, read);
    return read;
  }

  /** The run of a slot. With input that does not fit it is one that has failed, for all to see. */
  async #runOf(
    workflow: Scheduled,
    slotAt: number,
  ): Promise<Pick<SlotDecision, "run" | "failure">> {
    const { effects } = this.#options;
    const scheduledAt = new Date(slotAt);
    const idempotencyKey = `schedule ${scheduledAt.toISOString()}`;
    const options = { runId: effects.newId(), idempotencyKey, tags: ["scheduled"] };
    const rest = { status: "pending", dueInMs: 0, writeId: effects.newId() } as const;
    try {
      const inputData = inputOf(workflow.schedule, scheduledAt);
      return { run: { ...(await prepareRun(workflow, options, { inputData })), ...rest } };
    } catch (thrown) {
      const error = serializeError(thrown);
      const run = {
        runId: options.runId,
        workflowId: workflow.id,
        inputKey: "",
        definition: fingerprintOf(workflow.shape()),
        input: "null",
        state: "{}",
        idempotencyKey,
        tags: JSON.stringify(options.tags),
        ...rest,
      };
      return { run, failure: { error: error.message, failure: encode(error, "the error") } };
    }
  }
}

function hasSchedule(workflow: AnyDefinition): workflow is Scheduled {
  return workflow.schedule !== undefined;
}

function isAbandoned(row: ScheduleRecord | undefined, now: number): boolean {
  return row === undefined || row.nextAt === null || row.nextAt < now - ABANDONED_MS;
}

/** Oldest first; the last one alone, unless all are wanted. */
function dueSlots(
  { nextAt }: ScheduleRecord,
  slots: ScheduleSlots,
  wantsAll: boolean,
  now: number,
): number[] {
  if (nextAt === null) return [];
  if (!wantsAll) return [Math.max(nextAt, slots.upTo(now) ?? nextAt)];
  const due: number[] = [];
  for (let slot: number | null = nextAt; slot !== null && slot <= now; slot = slots.after(slot)) {
    due.push(slot);
    if (due.length === MAX_SLOTS) break;
  }
  return due;
}

function inputOf({ inputData }: Schedule, scheduledAt: Date): unknown {
  return typeof inputData === "function" ? inputData({ scheduledAt }) : inputData;
}
