/** Drives a run through what its plan makes go wrong, and keeps what happened. */
import { WrkflwError } from "../../errors.ts";
import { isTerminal } from "../../records.ts";
import type { Surroundings } from "../build-workflow.ts";
import type { Limit } from "../fake-effects.ts";
import type { Wire } from "../faulty-client.ts";
import { executionId } from "../model.ts";
import { Chance } from "../random-workflow.ts";
import { Traffic } from "../traffic.ts";
import { AFTER_LEASE_MS, type World } from "../world.ts";
import { type Conduct, conductOf } from "./conduct.ts";
import type { Plan, ProcessPlan } from "./plan.ts";
import { type Build, Process, SOUND_BUILD } from "./process.ts";
import { IN_MEMORY, type Stage } from "./stages.ts";
import { assertAlive, assertSafe, Violation } from "./violation.ts";
import { eventsOf, type Loaded, RUN_ID, Witness, waitsOf } from "./witness.ts";

/** What happened to a run. */
export interface Ended extends Loaded {
  readonly log: readonly string[];
  /** How often each execution began. */
  readonly executions: ReadonlyMap<string, number>;
  /** How many processes died, were cut off from the database, or stood still beyond a lease. */
  readonly deaths: number;
  /** Calls of the first process. */
  readonly calls: number;
  /** Calls of all processes. */
  readonly arrivals: number;
}

/** More turns than any run needs. */
const MAX_TURNS = 400;
/** More turns of the event loop than any call to the engine takes. */
const STUCK: Limit = {
  turns: 50_000,
  error: () => new Violation("liveness", "A call to the engine never ends"),
};
/** In long steps others look for work this often. */
const SLICE_MS = 9_000;

/** Drives the run of a plan to its end. */
export async function takeCourse(plan: Plan, stage: Stage = IN_MEMORY): Promise<Ended> {
  await using world = await stage.world(plan.seed + 1);
  await world.storage().init();
  const course = new Course(plan, world, stage);
  try {
    return await course.take();
  } catch (error) {
    if (error instanceof Error) error.message = [error.message, ...course.log].join("\n");
    throw error;
  }
}

/** How a call to the engine came to its end. */
type Act = "done" | "died" | "stands still";

class Course {
  readonly #plan: Plan;
  readonly #world: World;
  readonly #conduct: Conduct;
  readonly #witness: Witness;
  readonly #wire: Wire;
  readonly #build: Build;
  readonly #log: string[] = [];
  /** What goes on in processes that stood still. */
  readonly #pending: Promise<unknown>[] = [];
  /** Events, and places with their turns, whose sender or resumer was told that it is done. */
  readonly #confirmed = new Set<string>();
  /** Sends an event that was sent before. */
  readonly #echoes: ((process: Process) => Promise<unknown>)[] = [];
  /** Steps that a process is about to resume, which may be standing still. */
  readonly #resuming = new Map<string, Process>();
  #deaths = 0;
  #processes = 0;
  #hosts = 1;
  #events = 0;
  #firstProcess: Process | undefined;
  #isMeddling = false;

  constructor(plan: Plan, world: World, stage: Stage) {
    this.#plan = plan;
    this.#world = world;
    this.#conduct = conductOf(plan.manner, new Chance(plan.seed + 7_919));
    this.#witness = new Witness(plan, world);
    this.#build = stage.build ?? SOUND_BUILD;
    const { effects } = world;
    this.#wire = {
      traffic: new Traffic(),
      sleep: (ms) => effects.sleep(ms),
      tearNext: stage.tearNext,
    };
  }

  /** What has happened so far. */
  get log(): readonly string[] {
    return this.#log;
  }

  async take(): Promise<Ended> {
    for (const plan of this.#plan.processes) if (await this.#live(plan)) break;
    await this.#wake();
    const loaded = await this.#witness.check();
    await this.#witness.checkEnd();
    if (loaded === null) throw new Violation("liveness", "The run was never stored");
    return {
      ...loaded,
      log: this.#log,
      executions: this.#witness.executions,
      deaths: this.#deaths,
      calls: this.#firstProcess?.client.calls ?? 0,
      arrivals: this.#wire.traffic.calls,
    };
  }

  /** One process works until it dies, stands still, or the run is over. @returns Whether it is over. */
  async #live(plan: ProcessPlan): Promise<boolean> {
    const process = this.#start(plan);
    this.#firstProcess ??= process;
    for (let turn = 0; ; turn++) {
      assertAlive(turn < MAX_TURNS, `The run is stuck: ${await this.#standing()}`);
      const act = await this.#try(process, () => this.#turn(process, turn));
      const loaded = await this.#witness.check();
      if (act !== "done") {
        this.#note(`process ${process.number} ${act}`);
        this.#deaths++;
        if (act === "stands still") this.#hosts++;
        await this.#pass(AFTER_LEASE_MS);
        return false;
      }
      const status = loaded?.run.status;
      assertAlive(status !== "blocked", `The run is blocked: ${await this.#standing()}`);
      if (status === undefined || !isTerminal(status)) continue;
      if (process.mayHaveLost) this.#deaths++;
      return true;
    }
  }

  /** What stood still goes on, and what is late arrives: it must change nothing any more. */
  async #wake(): Promise<void> {
    const rest = this.#wire.traffic.flush().then(() => Promise.all(this.#pending));
    await this.#world.effects.until(rest, STUCK);
  }

  #start(plan: ProcessPlan): Process {
    const options = {
      world: this.#world,
      wire: this.#wire,
      build: this.#build,
      plan,
      number: ++this.#processes,
      host: this.#hosts,
    };
    return new Process(options, this.#plan.workflow, (process) => this.#surround(process));
  }

  /** Another process without faults, which is there at the same time. */
  #bystander(): Process {
    return this.#start({ faults: [] });
  }

  #surround(process: Process): Surroundings {
    return {
      executed: async (path, attempt, turn, key) => {
        if (process.isDead) await new Promise(() => {});
        await process.client.awake();
        const id = executionId(path, attempt, turn);
        this.#note(`process ${process.number} executes ${id}`);
        this.#witness.given(key, path);
        return await this.#witness.executed(id, process.number);
      },
      fails: (path, attempt, ms) => this.#witness.fails(path, attempt, ms),
      meddle: async () => {
        if (this.#conduct.meddles()) await this.#meddle((by) => this.#help(by));
      },
      spend: async (ms) => {
        for (let leftMs = ms; leftMs > 0; leftMs -= SLICE_MS) {
          await process.effects.sleep(Math.min(leftMs, SLICE_MS));
          const isLong = ms > SLICE_MS && !process.isDead;
          if (!isLong) continue;
          await this.#witness.glance();
          await this.#meddle((by) => by.engine.tick());
        }
      },
    };
  }

  async #try(process: Process, act: () => Promise<void>): Promise<Act> {
    const acting = act().then(
      (): Act => "done",
      (error) => this.#excuse(process, error),
    );
    const ending = Promise.race([
      acting,
      process.client.killed.then((): Act => "died"),
      process.client.paused.then((): Act => "stands still"),
    ]);
    const end = await this.#world.effects.until(ending, STUCK);
    if (end === "stands still") this.#pending.push(acting);
    return end;
  }

  #excuse(process: Process, error: unknown): Act {
    const isAway = error instanceof WrkflwError && error.code === "STORAGE_UNAVAILABLE";
    if (process.isHealthy || !isAway) throw error;
    this.#note(`process ${process.number} gave up: ${error.code}`);
    return "died";
  }

  async #turn(process: Process, turn: number): Promise<void> {
    const { engine, workflow } = process;
    const loaded = await this.#witness.load();
    if (turn === 0) await this.#sendEarly();
    if (loaded === null || (turn === 0 && this.#conduct.startsAgain())) {
      const run = await engine.createRun(workflow, RUN_ID);
      const start = { inputData: this.#plan.input };
      if (this.#conduct.startsDirectly()) await run.safeStart(start);
      else await run.enqueue(start);
      return;
    }
    const budgetMs = this.#conduct.hurries() ? this.#plan.budgetMs : Number.POSITIVE_INFINITY;
    const bystander = this.#conduct.hasBystander() ? this.#bystander().engine : undefined;
    const [tick] = await Promise.all([engine.tick({ budgetMs }), bystander?.tick()]);
    for (const { status, error } of tick.runs) {
      this.#note(`process ${process.number} ticked: ${status}`);
      if (error !== undefined) throw error;
    }
    if (tick.runs.length === 0 && tick.nextDueInMs !== 0)
      await this.#goOn(process, tick.nextDueInMs);
  }

  /** Nothing is due: somebody resumes a step, sends an event, or time passes. */
  async #goOn(process: Process, nextDueInMs: number | null): Promise<void> {
    const didHelp = await this.#help(process);
    if (didHelp && !this.#conduct.lingers()) return;
    await this.#assertNoOrphan(process);
    if (nextDueInMs !== null) return await this.#world.effects.sleep(nextDueInMs);
    const run = (await this.#witness.load())?.run;
    // A process that stood still may have moved it just now.
    const isMoving = run === undefined || isTerminal(run.status) || run.dueAt !== null;
    assertAlive(didHelp || isMoving, `Nothing can wake the run: ${await this.#standing()}`);
  }

  /** While no process has lost its claim, somebody works on every run that is claimed. */
  async #assertNoOrphan(process: Process): Promise<void> {
    if (this.#deaths > 0 || process.mayHaveLost) return;
    const status = (await this.#witness.load())?.run.status;
    assertAlive(status !== "running", "The run is claimed, and nobody works on it");
  }

  /** Resumes one suspended step, or sends one event that is waited for. */
  async #help(process: Process): Promise<boolean> {
    await this.#echo(process);
    const loaded = await this.#witness.load();
    const waiting = loaded === null || isTerminal(loaded.run.status) ? [] : waitsOf(loaded.steps);
    const able = waiting.filter(({ wait }) =>
      wait.event === undefined ? wait.until === undefined : this.#nextEvent(wait.event.name),
    );
    const one = able[this.#conduct.choose(able.length)];
    if (one === undefined) return false;
    const { path, wait } = one;
    if (this.#resuming.get(path)?.isDead === false) await this.#waitForOthers();
    else if (wait.event !== undefined) await this.#send(process, wait.event.name);
    else await this.#resume(process, path, wait.payload);
    return true;
  }

  async #waitForOthers(): Promise<void> {
    await this.#wire.traffic.flush();
    await this.#world.effects.sleep(SLICE_MS);
  }

  async #resume(process: Process, path: string, resumeData: unknown): Promise<void> {
    const id = `${path} ${JSON.stringify(resumeData)}`;
    if (this.#confirmed.has(id)) throw new Violation("safety", `The resumption of ${id} was lost`);
    this.#note(`process ${process.number} resumes ${path}`);
    // A resumption names its step alone: one that came late would end the next suspension there.
    const isDouble = this.#conduct.resumesTwice() && !process.mayStandStill;
    const people = isDouble ? [process, this.#bystander()] : [process];
    this.#resuming.set(path, process);
    const told = await Promise.allSettled(
      people.map(({ engine }) => engine.resume(RUN_ID, { step: path, resumeData, drives: false })),
    ).finally(() => this.#resuming.delete(path));
    const done = told.filter(({ status }) => status === "fulfilled").length;
    if (done > 1) throw new Violation("safety", `${id} was resumed ${done} times`);
    if (done > 0) this.#confirmed.add(id);
    const refused = told.find((each) => each.status === "rejected");
    if (done === 0 && refused !== undefined) await this.#acceptRefusal(refused.reason, path, id);
    if (!this.#isMeddling) await process.engine.advance(RUN_ID);
  }

  /** Somebody else may have been first, such as a process that stood still; then it is resumed. */
  async #acceptRefusal(error: unknown, path: string, id: string): Promise<void> {
    if (!(error instanceof WrkflwError) || error.code !== "NOT_SUSPENDED") throw error;
    const waits = waitsOf((await this.#witness.load())?.steps ?? []);
    const still = waits.find((one) => `${one.path} ${JSON.stringify(one.wait.payload)}` === id);
    assertSafe(still === undefined, `${path} waits, and its resumption was refused`);
  }

  /** The id of an event that is to be sent; one whose sending was not confirmed keeps its id. */
  #nextEvent(name: string): string | undefined {
    const events = eventsOf(this.#plan.workflow).filter((each) => each.name === name);
    if (events.length === 0) return undefined;
    if (this.#conduct.forgetsSending()) return `event ${name} ${++this.#events}`;
    const ids = events.map((_, index) => `event ${name} ${index + 1}`);
    return ids.find((id) => !this.#confirmed.has(id));
  }

  async #send(process: Process, name: string): Promise<void> {
    const eventId = this.#nextEvent(name);
    const event = eventsOf(this.#plan.workflow).find((each) => each.name === name);
    if (eventId === undefined) return;
    const send = (by: Process) => by.engine.sendEvent(name, event?.value, { eventId });
    const { path = "nobody yet" } = await send(process);
    this.#confirmed.add(eventId);
    this.#note(`process ${process.number} sends ${name} to ${path}`);
    if (!this.#conduct.sendsTwice()) return;
    await send(process);
    this.#echoes.push(send);
  }

  /** What was sent long ago comes once more. */
  async #echo(process: Process): Promise<void> {
    for (let send = this.#echoes.shift(); send !== undefined; send = this.#echoes.shift())
      await send(process);
  }

  /** Events may come before anybody waits for them. */
  async #sendEarly(): Promise<void> {
    const process = this.#bystander();
    for (const { name } of eventsOf(this.#plan.workflow)) {
      if (this.#conduct.sendsEarly()) await this.#send(process, name);
    }
  }

  /** While a step is at work, another process does something. */
  async #meddle(act: (process: Process) => Promise<unknown>): Promise<void> {
    if (this.#isMeddling) return;
    this.#isMeddling = true;
    try {
      await act(this.#bystander());
    } finally {
      this.#isMeddling = false;
    }
  }

  /** Others do what they have to meanwhile, such as renew their leases. */
  async #pass(ms: number): Promise<void> {
    await this.#world.effects.until(this.#world.effects.sleep(ms));
  }

  async #standing(): Promise<string> {
    const run = (await this.#witness.load())?.run;
    return `${run?.status}, due at ${run?.dueAt}, ${run?.error ?? run?.waits}`;
  }

  #note(line: string): void {
    this.#log.push(`${this.#world.effects.now()} ${line}`);
  }
}
