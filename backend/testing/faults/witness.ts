/** Sees every execution and every row of a run, and says at once when a promise is broken. */
import type { Wait } from "../../node.ts";
import { isTerminal, type RunRecord, type StepRecord } from "../../records.ts";
import { decode } from "../../serialize.ts";
import { rowsOf } from "../../sql.ts";
import type { WorkflowStorage } from "../../storage.ts";
import { executionId } from "../model.ts";
import type { EventPiece, WorkflowPiece } from "../random-workflow.ts";
import { AFTER_LEASE_MS, type World } from "../world.ts";
import type { Plan } from "./plan.ts";
import { assertAlive, assertSafe, Violation } from "./violation.ts";

/** The run of every course. */
export const RUN_ID = "r";

const LEFT_LYING = `SELECT events.name FROM wrkflw_events AS events, wrkflw_event_waits AS waits
  WHERE events.run_id IS NULL AND events.name = waits.name AND events.match_key = waits.match_key`;
const TWICE_TAKEN = `SELECT run_id, path FROM wrkflw_events WHERE run_id IS NOT NULL
  GROUP BY run_id, path HAVING COUNT(*) > 1`;
const TAKEN = `SELECT name, COUNT(*) AS events FROM wrkflw_events
  WHERE run_id IS NOT NULL GROUP BY name`;
const ALL_WAITS = "SELECT * FROM wrkflw_event_waits";
/** A run that was given back to an ailing database is tried again after at most this long here. */
const LONGEST_PAUSE_MS = 10 * AFTER_LEASE_MS;

/** A run with its records. */
export interface Loaded {
  readonly run: RunRecord;
  readonly steps: readonly StepRecord[];
}

/** Sees every execution and every row of a run. */
export class Witness {
  /** How often each execution began. */
  readonly executions = new Map<string, number>();
  /** Of each execution the claim under which it began last, and its mark. */
  readonly #claims = new Map<string, { readonly claim: string; readonly mark: string }>();
  #marks = 0;
  readonly #plan: Plan;
  readonly #world: World;
  readonly #storage: WorkflowStorage;
  /** Rows as they were, by place and number. */
  readonly #rows = new Map<string, string>();
  #run: RunRecord | undefined;
  #known: { readonly changes: number; readonly loaded: Promise<Loaded | null> } | undefined;
  /** The number of the changes that were checked last. */
  #checked: number | undefined;
  /** The first promise that was found broken while a step was at work. */
  #broken: Violation | undefined;

  constructor(plan: Plan, world: World) {
    this.#plan = plan;
    this.#world = world;
    this.#storage = world.storage();
  }

  /** The run as it is; the database is asked only when it may have changed. */
  async load(): Promise<Loaded | null> {
    const { changes } = this.#world.client;
    if (changes === undefined) return await this.#storage.loadRun(RUN_ID);
    if (this.#known?.changes !== changes)
      this.#known = { changes, loaded: this.#storage.loadRun(RUN_ID) };
    return await this.#known.loaded;
  }

  /** Told of every execution when it begins. @returns A mark that its record keeps. */
  async executed(id: string, process: number): Promise<string> {
    const loaded = await this.load();
    const recorded = executionsIn(loaded?.steps ?? []);
    const mark = `execution ${++this.#marks}`;
    const claim = `${process} ${loaded?.run.epoch}`;
    const missing = this.#plan.expected.leadingTo.get(id)?.find((one) => !recorded.has(one));
    if (missing !== undefined) this.#note(`${id} began before ${missing} was recorded`);
    if (recorded.has(id)) this.#note(`${id} was recorded and began again`);
    if (loaded !== null && isTerminal(loaded.run.status))
      this.#note(`${id} began after the run was over`);
    for (const one of this.#plan.expected.leadingTo.get(id) ?? []) {
      const last = this.#claims.get(one);
      const isKept = last?.claim !== claim || (recorded.get(one) ?? "").includes(`"${last.mark}"`);
      if (!isKept) this.#note(`${id} began with another result of ${one} than is recorded`);
    }
    this.#claims.set(id, { claim, mark });
    this.executions.set(id, (this.executions.get(id) ?? 0) + 1);
    return mark;
  }

  #note(message: string): void {
    this.#broken ??= new Violation("safety", message);
  }

  /** What was recorded stays as it was, the run only goes forward, and it can go on. */
  async check(): Promise<Loaded | null> {
    if (this.#broken !== undefined) throw this.#broken;
    const { changes } = this.#world.client;
    const isChanged = changes === undefined || changes !== this.#checked;
    this.#checked = changes;
    const [loaded] = await Promise.all([
      this.load(),
      isChanged && this.#assertNone("event is waited for though it is there", LEFT_LYING),
    ]);
    if (loaded === null) return null;
    if (isChanged) this.#checkRows(loaded.steps);
    this.#checkForward(loaded.run);
    this.#checkAlive(loaded.run);
    return loaded;
  }

  /** What can be seen while steps are at work. */
  async glance(): Promise<void> {
    const loaded = await this.load();
    try {
      if (loaded !== null) this.#checkForward(loaded.run);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.#broken ??= error;
    }
  }

  /** What must hold once the run is over. */
  async checkEnd(): Promise<void> {
    await this.#assertNone("event was given to a wait that had one", TWICE_TAKEN);
    await this.#assertNone("event is waited for by a run that is over", ALL_WAITS);
    await this.#checkConsumed();
  }

  /** No wait without a time-out ends but by an event of its own. */
  async #checkConsumed(): Promise<void> {
    const loaded = await this.load();
    const rows = rowsOf(await this.#world.client.execute({ sql: TAKEN, args: [] }));
    const taken = new Map(rows.map(({ name, events }) => [String(name), Number(events)]));
    const ended = endedByEvents(loaded?.steps ?? []);
    for (const { name, comes } of eventsOf(this.#plan.workflow)) {
      const [waits, events] = [ended.get(name) ?? 0, taken.get(name) ?? 0];
      const isOwn = comes !== "always" || events >= waits;
      assertSafe(isOwn, `${waits} waits for ${name} took ${events} events`);
    }
  }

  #checkRows(steps: readonly StepRecord[]): void {
    const rows = new Map(
      steps.map((step) => [`${step.path}@${step.attempt}`, JSON.stringify(step)]),
    );
    for (const [key, row] of this.#rows) {
      const now = rows.get(key);
      assertSafe(now === row, `Record ${key} was ${row}, is ${now}`);
    }
    for (const [index, step] of steps.entries()) {
      const key = `${step.path}@${step.attempt}`;
      if (!this.#rows.has(key)) this.#checkNotEarly(step, steps.slice(0, index));
      this.#rows.set(key, rows.get(key) ?? "");
    }
  }

  /** By the world's clock: no pause, sleep or time-out ends before its time, unless somebody ended it. */
  #checkNotEarly(step: StepRecord, earlier: readonly StepRecord[]): void {
    const isOwn = !["canceled", "resumed"].includes(step.status) && step.kind !== "waitForEvent";
    const wait = earlier.findLast(({ path }) => path === step.path)?.wait;
    const { until } = decode(wait ?? "{}") as Wait;
    if (!isOwn || until === undefined) return;
    const now = this.#world.effects.now();
    // Records keep whole milliseconds.
    assertSafe(now >= Math.floor(until), `${step.path} went on at ${now}, before ${until}`);
  }

  #checkForward(run: RunRecord): void {
    const before = this.#run;
    this.#run = run;
    if (before === undefined) return;
    for (const counter of ["epoch", "recorded", "reached", "signals"] as const) {
      const fell = `${counter} fell from ${before[counter]} to ${run[counter]}`;
      assertSafe(run[counter] >= before[counter], fell);
    }
    if (!isTerminal(before.status)) return;
    for (const what of ["status", "result", "failure", "epoch"] as const) {
      const changed = `${what} of a run that is over became ${run[what]} from ${before[what]}`;
      assertSafe(run[what] === before[what], changed);
    }
  }

  /** Something must be going to move a run that is not over. */
  #checkAlive(run: RunRecord): void {
    if (isTerminal(run.status) || run.status === "suspended") return;
    const standing = `a run that is ${run.status} is due at ${run.dueAt}`;
    if (run.status === "waiting") return;
    assertAlive(run.dueAt !== null, standing);
    const inMs = run.dueAt - this.#world.effects.now();
    assertAlive(inMs <= LONGEST_PAUSE_MS, `${standing}, in ${inMs} ms`);
  }

  async #assertNone(what: string, sql: string): Promise<void> {
    const rows = rowsOf(await this.#world.client.execute({ sql, args: [] }));
    assertSafe(rows.length === 0, `An ${what}: ${JSON.stringify(rows)}`);
  }
}

/** The waits for events that may come. */
export function eventsOf(piece: WorkflowPiece): EventPiece[] {
  const found: EventPiece[] = [];
  JSON.stringify(piece, (_, value) => {
    if (value?.kind === "event" && value.comes !== "never") found.push(value);
    return value;
  });
  return found;
}

/** How many waits for each event are over. */
function endedByEvents(steps: readonly StepRecord[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { path, kind, status } of steps) {
    if (kind !== "waitForEvent" || status !== "success") continue;
    const wait = steps.find((step) => step.path === path && step.wait !== null)?.wait;
    const { event } = decode(wait ?? "{}") as Wait;
    if (event !== undefined) counts.set(event.name, (counts.get(event.name) ?? 0) + 1);
  }
  return counts;
}

/** What the run waits for, by path. */
export function waitsOf(steps: readonly StepRecord[]): { path: string; wait: Wait }[] {
  const latest = new Map(steps.map((step) => [step.path, step]));
  return [...latest.values()]
    .filter(({ status }) => status === "suspended")
    .map(({ path, wait }) => ({ path, wait: decode(wait ?? "{}") as Wait }));
}

/** The executions that the records of steps stand for, and what each logged. */
export function executionsIn(steps: readonly StepRecord[]): Map<string, string> {
  const ids = new Map<string, string>();
  const turns = new Map<string, number>();
  const failures = new Map<string, number>();
  for (const { path, kind, status, error, wait, logs } of steps) {
    const turn = turns.get(path) ?? 0;
    const attempt = (failures.get(path) ?? 0) + 1;
    if (kind !== "step") continue;
    if (status === "resumed") turns.set(path, turn + 1);
    else if (status !== "canceled") ids.set(executionId(path, attempt, turn), logs ?? "");
    if (status === "suspended" && error !== null) {
      failures.set(path, (decode(wait ?? "{}") as Wait).failures ?? 0);
    }
  }
  return ids;
}
