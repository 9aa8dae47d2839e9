/** Sees every execution and every row of a run, and says at once when a promise is broken. */
import type { Wait } from "../../node.ts";
import {
  isTerminal,
  RUN_COLUMNS,
  type RunRecord,
  runOf,
  STEP_COLUMNS,
  type StepRecord,
  stepOf,
} from "../../records.ts";
import { decode } from "../../serialize.ts";
import type { Row } from "../../sql.ts";
import { executionId } from "../model.ts";
import type { EventPiece, WorkflowPiece } from "../random-workflow.ts";
import { AFTER_LEASE_MS, type World } from "../world.ts";
import type { Plan } from "./plan.ts";
import { assertAlive, assertSafe, Violation } from "./violation.ts";

/** The run of every course. */
export const RUN_ID = "r";

const RUN = `SELECT ${RUN_COLUMNS} FROM wrkflw_workflow_runs WHERE run_id = '${RUN_ID}'`;
const STEPS = `SELECT ${STEP_COLUMNS} FROM wrkflw_steps WHERE run_id = '${RUN_ID}'
  ORDER BY seq, attempt`;
const LEFT_LYING = `SELECT events.name FROM wrkflw_events AS events, wrkflw_event_waits AS waits
  WHERE events.run_id IS NULL AND events.name = waits.name AND events.match_key = waits.match_key`;
const TWICE_TAKEN = `SELECT run_id, path FROM wrkflw_events WHERE run_id IS NOT NULL
  GROUP BY run_id, path HAVING COUNT(*) > 1`;
const TAKEN = `SELECT name, COUNT(*) AS events FROM wrkflw_events
  WHERE run_id IS NOT NULL GROUP BY name`;
const ALL_WAITS = "SELECT * FROM wrkflw_event_waits";
/** A run that was given back to an ailing database is tried again after at most this long here. */
const LONGEST_PAUSE_MS = 10 * AFTER_LEASE_MS;
/** A run that is claimed is due again after at most this long, should its process die. */
const LEASE_MS = 30_000;

/** A run with its records. */
export interface Loaded {
  readonly run: RunRecord;
  readonly steps: readonly StepRecord[];
}

/** A state of the database. */
interface State {
  readonly loaded: Loaded | null;
  /** Events that nobody has though they are waited for. */
  readonly leftLying: readonly Row[];
}

/** Sees every execution and every row of a run. */
export class Witness {
  /** How often each execution began. */
  readonly executions = new Map<string, number>();
  /** Of each execution the claim under which it began last, and its mark. */
  readonly #claims = new Map<string, { readonly claim: string; readonly mark: string }>();
  #marks = 0;
  /** By failed execution the earliest moment at which the next attempt may begin. */
  readonly #pauses = new Map<string, number>();
  readonly #plan: Plan;
  readonly #world: World;
  /** Rows as they were, by place and number. */
  readonly #rows = new Map<string, string>();
  #run: RunRecord | undefined;
  #known: { readonly changes: number; readonly state: Promise<State> } | undefined;
  #checked: State | undefined;
  /** The first promise that was found broken while a step was at work. */
  #broken: Violation | undefined;

  constructor(plan: Plan, world: World) {
    this.#plan = plan;
    this.#world = world;
  }

  /** The run as it is. */
  async load(): Promise<Loaded | null> {
    return (await this.#look()).loaded;
  }

  /** Asks the database only when it may have changed. */
  async #look(): Promise<State> {
    const { changes } = this.#world.client;
    if (changes === undefined) return await this.#ask();
    if (this.#known?.changes !== changes) this.#known = { changes, state: this.#ask() };
    return await this.#known.state;
  }

  async #ask(): Promise<State> {
    const answers = await this.#world.client.readAll([RUN, STEPS, LEFT_LYING]);
    const [[run] = [], steps = [], leftLying = []] = answers;
    const loaded = run === undefined ? null : { run: runOf(run, steps), steps: steps.map(stepOf) };
    return { loaded, leftLying };
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

  /** Told of the idempotency key that an execution was given: of a place it is always the same one. */
  given(key: string, path: string): void {
    const own = `${RUN_ID}/${encodeURI(path)}`;
    if (key !== own) this.#note(`${path} was given the key ${key} instead of ${own}`);
  }

  /** Told when an attempt begins that is to fail, and after how many milliseconds the next one may. */
  fails(path: string, attempt: number, nextInMs: number): void {
    const key = `${path} ${attempt}`;
    // Of one that began twice, either may be the one that is recorded.
    if (!this.#pauses.has(key)) this.#pauses.set(key, this.#world.effects.now() + nextInMs);
  }

  #note(message: string): void {
    this.#broken ??= new Violation("safety", message);
  }

  /** What was recorded stays as it was, the run only goes forward, and it can go on. */
  async check(): Promise<Loaded | null> {
    if (this.#broken !== undefined) throw this.#broken;
    const state = await this.#look();
    const { loaded, leftLying } = state;
    assertNone("event is waited for though it is there", leftLying);
    if (loaded === null) return null;
    if (state !== this.#checked) this.#checkRows(loaded.steps);
    this.#checked = state;
    this.#checkForward(loaded.run);
    this.#checkAlive(loaded.run);
    return loaded;
  }

  /** What can be seen while steps are at work. */
  async glance(): Promise<void> {
    const loaded = await this.load();
    if (loaded === null) return;
    try {
      this.#checkForward(loaded.run);
      this.#checkAlive(loaded.run);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.#broken ??= error;
    }
  }

  /** What must hold once the run is over. */
  async checkEnd(): Promise<void> {
    const answers = await this.#world.client.readAll([TWICE_TAKEN, ALL_WAITS, TAKEN]);
    const [twice = [], waits = [], taken = []] = answers;
    assertNone("event was given to a wait that had one", twice);
    assertNone("event is waited for by a run that is over", waits);
    await this.#checkConsumed(taken);
  }

  /** No wait without a time-out ends but by an event of its own. */
  async #checkConsumed(rows: readonly Row[]): Promise<void> {
    const loaded = await this.load();
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
      if (!this.#rows.has(key)) {
        this.#checkNotEarly(step, steps.slice(0, index));
        checkPause(step, this.#pauses);
      }
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
    const longestMs = run.status === "running" ? LEASE_MS : LONGEST_PAUSE_MS;
    assertAlive(inMs <= longestMs, `${standing}, in ${inMs} ms`);
  }
}

/** A pause is as long as it was to be: set by a clock that is behind it would be over early. */
function checkPause({ path, wait }: StepRecord, pauses: ReadonlyMap<string, number>): void {
  const { until, failures } = decode(wait ?? "{}") as Wait;
  const earliest = pauses.get(`${path} ${failures}`);
  if (until === undefined || earliest === undefined) return;
  const told = `The pause after attempt ${failures} of ${path} is over at ${until}, before ${earliest}`;
  assertSafe(until >= earliest, told);
}

function assertNone(what: string, rows: readonly Row[]): void {
  assertSafe(rows.length === 0, `An ${what}: ${JSON.stringify(rows)}`);
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
