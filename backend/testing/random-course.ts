/** Drives a run of a workflow by chance through faults by chance, and keeps what happened. */
import type { ExecutionEngine } from "../engine.ts";
import { WrkflwError } from "../errors.ts";
import type { Wait } from "../node.ts";
import { isTerminal, type RunRecord, type StepRecord } from "../records.ts";
import { decode } from "../serialize.ts";
import { rowsOf } from "../sql.ts";
import type { WorkflowStorage } from "../storage.ts";
import type { Workflow } from "../workflow.ts";
import { buildWorkflow } from "./build-workflow.ts";
import { turns } from "./fake-effects.ts";
import { type Fault, FaultyClient } from "./faulty-client.ts";
import { type Late, LateClient } from "./late-client.ts";
import { Ambiguous, type Expectation, executionId, foretell } from "./model.ts";
import { Chance, randomWorkflow, type WorkflowPiece } from "./random-workflow.ts";
import { AFTER_LEASE_MS, World } from "./world.ts";

/** What goes wrong in one process: a fault of its client, or a request that arrives late. */
interface Trouble {
  readonly fault?: Fault;
  readonly late?: Late;
}

/** All that a seed decides before the run begins. */
export interface Plan {
  readonly seed: number;
  readonly workflow: WorkflowPiece;
  readonly input: number;
  readonly expected: Expectation;
  /** Of each process in turn; the last one has none and must end the run. */
  readonly troubles: readonly Trouble[];
  readonly budgetMs: number;
}

/** What a seed decides. */
export function planOf(seed: number): Plan {
  const chance = new Chance(seed);
  const input = chance.below(20);
  while (true) {
    const workflow = randomWorkflow(chance);
    try {
      const expected = foretell(workflow, input);
      const troubles = Array.from({ length: chance.below(4) }, () => trouble(chance));
      const budgetMs = chance.pick([Number.POSITIVE_INFINITY, 50_000, 5_000, 100]);
      return { seed, workflow, input, expected, troubles: [...troubles, {}], budgetMs };
    } catch (error) {
      if (!(error instanceof Ambiguous)) throw error;
    }
  }
}

function trouble(chance: Chance): Trouble {
  const call = 1 + chance.below(12);
  const mode = chance.pick([
    "killBefore",
    "killAfter",
    "killAfter",
    "errBefore",
    "errAfter",
    "dup",
    "late",
    "late",
    "outage",
  ]);
  if (mode === "late") return { late: { call, ms: chance.pick([9_000, 57_000, 60_000]) } };
  if (mode === "outage") return { fault: { call, mode: "errAfter", lasts: true } };
  return { fault: { call, mode } };
}

/** What happened on a run's course. */
export interface Course {
  readonly log: readonly string[];
  readonly run: RunRecord;
  readonly steps: readonly StepRecord[];
  /** How often each execution began. */
  readonly executions: ReadonlyMap<string, number>;
  /** How many processes died or were cut off from the database. */
  readonly deaths: number;
}

/** More turns than any run needs. */
const MAX_TURNS = 400;
/** More turns of the event loop than any call to the engine takes. */
const STUCK_TURNS = 50_000;
const RUN_ID = "r";
const LEFT_LYING = `SELECT events.name FROM wrkflw_events AS events, wrkflw_event_waits AS waits
  WHERE events.run_id IS NULL AND events.name = waits.name AND events.match_key = waits.match_key`;
const TWICE_TAKEN = `SELECT run_id, path FROM wrkflw_events WHERE run_id IS NOT NULL
  GROUP BY run_id, path HAVING COUNT(*) > 1`;

/** Drives the run of a plan to its end. Throws when a promise of the engine is broken on the way. */
export async function takeCourse(plan: Plan): Promise<Course> {
  await using world = await World.create(plan.seed + 1);
  await world.storage().init();
  const course = new Driver(plan, world);
  try {
    for (const trouble of plan.troubles) if (await course.process(trouble)) break;
    return await course.ended();
  } catch (error) {
    throw new Error([(error as Error).message, ...course.log].join("\n"), { cause: error });
  }
}

interface Process {
  readonly engine: ExecutionEngine;
  readonly client: FaultyClient;
  readonly workflow: Workflow<string, number, number>;
  readonly isHealthy: boolean;
}

class Driver {
  readonly #plan: Plan;
  readonly #world: World;
  readonly #chance: Chance;
  readonly #log: string[] = [];
  readonly #executions = new Map<string, number>();
  readonly #storage: WorkflowStorage;
  #deaths = 0;
  #processes = 0;
  #events = 0;
  /** Rows as they were, by place and number. */
  readonly #rows = new Map<string, string>();
  /** The first promise that was found broken while a step was at work. */
  #broken: string | undefined;
  #isMeddling = false;

  constructor(plan: Plan, world: World) {
    this.#plan = plan;
    this.#world = world;
    this.#storage = world.storage();
    this.#chance = new Chance(plan.seed + 7_919);
  }

  /** One process works until it dies or the run is over. @returns Whether it is over. */
  async process(trouble: Trouble): Promise<boolean> {
    const process = this.#start(trouble);
    let isOver = false;
    for (let turn = 0; !isOver; turn++) {
      if (turn === MAX_TURNS) throw new Error(`Run is stuck: ${await this.#standing()}`);
      const died = await this.#try(process, () => this.#turn(process, turn));
      await this.#checkRows();
      if (died) {
        this.#deaths++;
        this.#world.effects.advance(AFTER_LEASE_MS);
        return false;
      }
      const loaded = await this.#load();
      isOver = loaded !== null && isTerminal(loaded.run.status);
      if (loaded?.run.status === "blocked")
        throw new Error(`Run is blocked: ${await this.#standing()}`);
    }
    if (!process.isHealthy) this.#deaths++;
    return true;
  }

  /** What has happened so far. */
  get log(): readonly string[] {
    return this.#log;
  }

  async ended(): Promise<Course> {
    const loaded = await this.#load();
    if (loaded === null) throw new Error("The run was never stored");
    await this.#assertNone("event was given to a wait that had one", TWICE_TAKEN);
    await this.#assertNone(
      "event is waited for by a run that is over",
      "SELECT * FROM wrkflw_event_waits",
    );
    const { run, steps } = loaded;
    return { log: this.#log, run, steps, executions: this.#executions, deaths: this.#deaths };
  }

  #start({ fault, late }: Trouble): Process {
    const { effects, client: database } = this.#world;
    const number = ++this.#processes;
    const slow = new LateClient(database, late, (ms) => effects.sleep(ms));
    const client = new FaultyClient(slow, fault);
    let isDead = false;
    void client.killed.then(() => {
      isDead = true;
    });
    const workflow = buildWorkflow(this.#plan.workflow, {
      executed: async (path, attempt, turn) => {
        if (isDead) await new Promise(() => {});
        await this.#executed(executionId(path, attempt, turn), number);
      },
      meddle: async () => {
        if (this.#chance.oneIn(6)) await this.#meddle();
      },
      spend: (ms) => effects.sleep(ms),
    });
    const engine = this.#world.engine({ client, workflows: [workflow] });
    return { engine, client, workflow, isHealthy: fault === undefined && late === undefined };
  }

  async #executed(id: string, number: number): Promise<void> {
    const recorded = executionsIn((await this.#load())?.steps ?? []);
    const missing = this.#plan.expected.leadingTo.get(id)?.find((one) => !recorded.has(one));
    if (missing !== undefined) this.#broken ??= `${id} began before ${missing} was recorded`;
    if (recorded.has(id)) this.#broken ??= `${id} was recorded and began again`;
    this.#log.push(`${this.#world.effects.now()} process ${number} executes ${id}`);
    this.#executions.set(id, (this.#executions.get(id) ?? 0) + 1);
  }

  /** @returns Whether the process is gone, by its own fault. */
  async #try(process: Process, act: () => Promise<void>): Promise<boolean> {
    const { effects } = this.#world;
    const done = new AbortController();
    const stuck = tooLong(done.signal);
    const dead = process.client.killed.then(() => true);
    try {
      return await effects.until(
        Promise.race([act().then(() => false), dead, stuck]).then((died) => died === true),
      );
    } catch (error) {
      const isExcused =
        !process.isHealthy && error instanceof WrkflwError && EXCUSES.includes(error.code);
      if (!isExcused) throw error;
      this.#log.push(`${effects.now()} gave up: ${error.code}`);
      return true;
    } finally {
      done.abort();
    }
  }

  async #turn(process: Process, turn: number): Promise<void> {
    const { engine, workflow } = process;
    const loaded = await this.#load();
    if (turn === 0) await this.#early();
    if (loaded === null || (turn === 0 && this.#chance.oneIn(3))) {
      const run = await engine.createRun(workflow, RUN_ID);
      const start = { inputData: this.#plan.input };
      if (this.#chance.oneIn(2)) await run.safeStart(start);
      else await run.enqueue(start);
      return;
    }
    const budgetMs = this.#chance.oneIn(3) ? this.#plan.budgetMs : Number.POSITIVE_INFINITY;
    const bystander = this.#chance.oneIn(8) ? this.#bystander() : undefined;
    const [tick] = await Promise.all([engine.tick({ budgetMs }), bystander?.tick()]);
    for (const { status, error } of tick.runs) {
      this.#log.push(`${this.#world.effects.now()} ticked: ${status}`);
      if (error !== undefined) throw error;
    }
    if (tick.runs.length === 0 && tick.nextDueInMs !== 0)
      await this.#wake(process, tick.nextDueInMs);
  }

  /** Another process without faults, which is there at the same time. */
  #bystander(): ExecutionEngine {
    return this.#start({}).engine;
  }

  /** Nothing is due: somebody resumes a step, sends an event, or time passes. */
  async #wake(process: Process, nextDueInMs: number | null): Promise<void> {
    const didHelp = await this.#help(process.engine);
    if (didHelp && !this.#chance.oneIn(4)) return;
    if (nextDueInMs !== null) this.#world.effects.advance(nextDueInMs);
    else if (!didHelp && !isTerminal((await this.#load())?.run.status ?? "pending"))
      throw new Error(`Nothing can wake the run: ${await this.#standing()}`);
  }

  /** Resumes one suspended step, or sends one event that is waited for. */
  async #help(engine: ExecutionEngine): Promise<boolean> {
    const loaded = await this.#load();
    const waiting = loaded === null || isTerminal(loaded.run.status) ? [] : waitsOf(loaded.steps);
    const events = eventsOf(this.#plan.workflow);
    const able = waiting.filter(({ wait }) =>
      wait.event === undefined ? wait.until === undefined : events.has(wait.event.name),
    );
    const one = able[this.#chance.below(able.length)];
    if (one === undefined) return false;
    const { path, wait } = one;
    if (wait.event === undefined) {
      const resumeData = wait.payload;
      this.#log.push(`${this.#world.effects.now()} resumes ${path}`);
      await engine.resume(RUN_ID, { step: path, resumeData });
    } else {
      await this.#send(engine, wait.event.name, events.get(wait.event.name) ?? 0);
    }
    return true;
  }

  async #send(engine: ExecutionEngine, name: string, value: number): Promise<void> {
    const eventId = `event-${++this.#events}`;
    const { path = "nobody yet" } = await engine.sendEvent(name, value, { eventId });
    this.#log.push(`${this.#world.effects.now()} sends ${name} to ${path}`);
    if (this.#chance.oneIn(3)) await engine.sendEvent(name, value, { eventId });
  }

  /** Events may come before anybody waits for them. */
  async #early(): Promise<void> {
    const engine = this.#bystander();
    for (const [name, value] of eventsOf(this.#plan.workflow)) {
      if (this.#chance.oneIn(3)) await this.#send(engine, name, value);
    }
  }

  /** While a step is at work, another process resumes its siblings or sends events. */
  async #meddle(): Promise<void> {
    if (this.#isMeddling) return;
    this.#isMeddling = true;
    try {
      await this.#help(this.#bystander());
    } catch (error) {
      if (!(error instanceof WrkflwError) || error.code !== "NOT_SUSPENDED") throw error;
    } finally {
      this.#isMeddling = false;
    }
  }

  async #load(): Promise<{ run: RunRecord; steps: StepRecord[] } | null> {
    return await this.#storage.loadRun(RUN_ID);
  }

  async #assertNone(what: string, sql: string): Promise<void> {
    const rows = rowsOf(await this.#world.client.execute({ sql, args: [] }));
    if (rows.length > 0) throw new Error(`An ${what}: ${JSON.stringify(rows)}`);
  }

  async #standing(): Promise<string> {
    const run = (await this.#load())?.run;
    return `${run?.status}, due at ${run?.dueAt}, ${run?.error ?? run?.waits}`;
  }

  /** What was recorded stays as it was, and no event lies about while it is waited for. */
  async #checkRows(): Promise<void> {
    await this.#assertNone("event is waited for though it is there", LEFT_LYING);
    const steps = (await this.#load())?.steps ?? [];
    const now = new Map(
      steps.map((step) => [`${step.path}@${step.attempt}`, JSON.stringify(step)]),
    );
    for (const [key, row] of this.#rows) {
      if (now.get(key) !== row) throw new Error(`Record ${key} was ${row}, is ${now.get(key)}`);
    }
    for (const [key, row] of now) this.#rows.set(key, row);
    if (this.#broken !== undefined) throw new Error(this.#broken);
  }
}

/** Rejects when a call takes turn after turn of the event loop; no sleeper, which would be woken. */
async function tooLong(signal: AbortSignal): Promise<never> {
  for (let turn = 0; turn < STUCK_TURNS && !signal.aborted; turn++) await turns(1);
  if (signal.aborted) return await new Promise(() => {});
  throw new Error("A call to the engine never ends");
}

const EXCUSES: readonly string[] = ["STORAGE_UNAVAILABLE", "NOT_SUSPENDED"];

function waitsOf(steps: readonly StepRecord[]): { path: string; wait: Wait }[] {
  const latest = new Map(steps.map((step) => [step.path, step]));
  return [...latest.values()]
    .filter(({ status }) => status === "suspended")
    .map(({ path, wait }) => ({ path, wait: decode(wait ?? "{}") as Wait }));
}

/** The executions that the records of steps stand for. */
function executionsIn(steps: readonly StepRecord[]): Set<string> {
  const ids = new Set<string>();
  const turns = new Map<string, number>();
  const failures = new Map<string, number>();
  for (const { path, kind, status, error, wait } of steps) {
    const turn = turns.get(path) ?? 0;
    const attempt = (failures.get(path) ?? 0) + 1;
    if (kind !== "step") continue;
    if (status === "resumed") turns.set(path, turn + 1);
    else if (status !== "canceled") ids.add(executionId(path, attempt, turn));
    if (status === "suspended" && error !== null) {
      failures.set(path, (decode(wait ?? "{}") as Wait).failures ?? 0);
    }
  }
  return ids;
}

/** The events that may come, with their values. */
function eventsOf(piece: WorkflowPiece): Map<string, number> {
  const found = new Map<string, number>();
  JSON.stringify(piece, (_, value) => {
    if (value?.kind === "event" && value.comes !== "never") found.set(value.name, value.value);
    return value;
  });
  return found;
}
