/** Real processes that are killed, stopped and cut off at random moments, and who takes over. */
import { ExecutionEngine } from "../../engine.ts";
import type { RunRecord, StepRecord } from "../../records.ts";
import { decode } from "../../serialize.ts";
import { WorkflowStorage } from "../../storage.ts";
import { Chance } from "../random-workflow.ts";
import type { Sqld } from "../sqld.ts";
import {
  type Execution,
  lastOfLoops,
  overlapMs,
  type Pause,
  pausesIn,
  runOf,
  type Span,
} from "./accounts.ts";
import { KILL_LEASE_MS, killableWorkflow, STEPS } from "./worker.ts";
import { WorkerProcess } from "./worker-process.ts";

/** What happens to how many processes. */
export interface KillOptions {
  readonly url: string;
  readonly seed: number;
  readonly kills: number;
  /** Every so-many-th process stands still beyond its lease before it is killed. */
  readonly stopEvery: number;
  /** Is killed and started again itself, after every so many kills. */
  readonly server?: { readonly process: Sqld; readonly killEvery: number };
}

/** What came of it. */
export interface KillResult {
  /** Processes that `SIGKILL` ended, as the operating system says. */
  readonly kills: number;
  /** Processes that stood still, as their own clocks say. */
  readonly stops: number;
  /** Runs that were begun. */
  readonly runs: number;
  /** Runs that a dead process had left and another finished. */
  readonly takenOver: number;
  /** Steps that were executed again, each for one death, pause or outage. */
  readonly repeats: number;
  /**
   * The longest that a run of a dead process lay until it was finished by another, without the
   * time for which the server was away and looked for.
   */
  readonly slowestMs: number;
  readonly violations: readonly string[];
  readonly seconds: number;
}

const AT_ONCE = 4;
/** A process does some of its work before it is killed. */
const MOST_WORK_MS = 250;
const STOP_MS = KILL_LEASE_MS + 700;
/** A worker looks for work at least this often. */
export const WAKE_MS = 1_000;
/** What the machine itself may take, with all else that it does. */
export const SLACK_MS = 6_000;
const ALL_OVER_WITHIN_MS = 60_000;
/** What clients may take, at most, to find the server again once it answers. */
export const RECONNECT_MS = 3_000;
/** A lease is renewed at a third: only who stands still for longer than the rest can lose it. */
const PAUSE_MS = (KILL_LEASE_MS * 2) / 3;
/** A request that the outage met may have been sent by a step that began so long before. */
const REQUEST_MS = 250;

/** Starts and kills processes, finishes what they leave, and judges all their runs. */
export async function killProcesses(options: KillOptions): Promise<KillResult> {
  const suite = new KillSuite(options);
  const begunAt = performance.now();
  const counts = await suite.run();
  return { ...counts, seconds: (performance.now() - begunAt) / 1_000 };
}

class KillSuite {
  readonly #options: KillOptions;
  readonly #chance: Chance;
  readonly #storage: WorkflowStorage;
  readonly #violations: string[] = [];
  /** Every execution, in every process. */
  readonly #executions: Execution[] = [];
  /** The runs that a process executed last before it was killed. */
  readonly #deaths = new Set<string>();
  /** When the processes died that left runs under way. */
  readonly #orphans = new Map<string, number>();
  /** When the records of a process were read after its death: from then on nobody may begin them. */
  readonly #readAt = new Map<string, number>();
  readonly #finishedAt = new Map<string, number>();
  #begun = 0;
  #kills = 0;
  #stops = 0;
  #repeats = 0;
  /** When the server was away, and its clients may not have found it again. */
  readonly #outages: Span[] = [];

  constructor(options: KillOptions) {
    this.#options = options;
    this.#chance = new Chance(options.seed);
    this.#storage = new WorkflowStorage({ url: options.url, synchronous: "NORMAL" });
  }

  async run(): Promise<Omit<KillResult, "seconds">> {
    await this.#storage.init();
    const over = new AbortController();
    const working = this.#takeOver(over.signal);
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, () => this.#killSome()));
      await this.#untilAllOver();
    } finally {
      over.abort();
      await working;
    }
    const runs = await this.#judge();
    await this.#storage.close();
    const delays = this.#delays();
    return {
      kills: this.#kills,
      stops: this.#stops,
      runs,
      takenOver: delays.length,
      repeats: this.#repeats,
      slowestMs: Math.round(Math.max(0, ...delays)),
      violations: this.#violations,
    };
  }

  /** This process takes over what others leave: they begin their own runs, so nothing else is due. */
  async #takeOver(signal: AbortSignal): Promise<void> {
    const workflow = killableWorkflow((key) => {
      this.#executions.push({ key, at: Date.now(), by: "taker" });
    });
    const engine = new ExecutionEngine(this.#storage, {
      workflows: [workflow],
      leaseMs: KILL_LEASE_MS,
    });
    await engine.work({ signal });
  }

  async #killSome(): Promise<void> {
    const { kills, stopEvery, server } = this.#options;
    while (this.#begun < kills) {
      const number = ++this.#begun;
      if (server !== undefined && number % server.killEvery === 0)
        await this.#killServer(server.process);
      const stops = number % stopEvery === 0;
      await this.#killOne(`process-${number}`, stops, this.#chance.below(MOST_WORK_MS));
    }
  }

  async #killOne(name: string, stops: boolean, workMs: number): Promise<void> {
    const worker = new WorkerProcess(this.#options.url, name);
    await worker.begun;
    await pause(workMs);
    if (stops) {
      if (await worker.stop(STOP_MS)) this.#stops++;
      await pause(workMs);
    }
    if ((await worker.kill()) === "SIGKILL") this.#kills++;
    const diedAt = Date.now();
    this.#executions.push(...worker.executions);
    this.#violations.push(...worker.complaints);
    const last = new Set(lastOfLoops(worker.executions).map(runOf));
    for (const runId of last) this.#deaths.add(runId);
    for (const runId of new Set(worker.executions.map(runOf))) {
      const loaded = await this.#patiently(() => this.#storage.loadRun(runId));
      if (loaded === null) continue;
      const readAt = Date.now();
      for (const key of recordedIn(runId, loaded.steps)) this.#readAt.set(key, readAt);
      if (last.has(runId) && loaded.run.status === "running") this.#orphans.set(runId, diedAt);
    }
  }

  async #killServer(server: Sqld): Promise<void> {
    const from = Date.now();
    await server.kill("SIGKILL");
    await pause(this.#chance.below(MOST_WORK_MS));
    const latest = this.#outages.at(-1);
    if (latest !== undefined && latest.to > from)
      this.#outages.splice(-1, 1, { ...latest, to: from });
    const place = this.#outages.push({ from, to: Number.POSITIVE_INFINITY }) - 1;
    await server.restart();
    this.#outages[place] = { from, to: Date.now() + RECONNECT_MS };
  }

  /** The server may be away just now. */
  async #patiently<T>(ask: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await ask();
      } catch (error) {
        if (tries === 20) throw error;
        await pause(250);
      }
    }
  }

  async #untilAllOver(): Promise<void> {
    const begunAt = performance.now();
    while (performance.now() - begunAt < ALL_OVER_WITHIN_MS) {
      const counts = await this.#patiently(() => this.#storage.countRuns());
      if ([...counts.keys()].every((status) => status === "success")) return;
      await pause(100);
    }
  }

  /** How long each run lay whose process was killed, but for the time of outages. */
  #delays(): number[] {
    return [...this.#orphans].flatMap(([runId, from]) => {
      const to = this.#finishedAt.get(runId);
      return to === undefined ? [] : [to - from - overlapMs({ from, to }, this.#outages)];
    });
  }

  async #judge(): Promise<number> {
    const executions = Map.groupBy(this.#executions, runOf);
    const pauses = pausesIn(this.#executions, PAUSE_MS);
    let runs = 0;
    let cursor: string | undefined;
    do {
      const page = await this.#storage.queryRuns({ limit: 100, ...(cursor && { cursor }) });
      for (const { runId } of page.runs) {
        runs++;
        const loaded = await this.#storage.loadRun(runId);
        if (loaded === null) continue;
        // Whoever ended it may not have learned of it: the answer is lost when the server is killed.
        if (loaded.run.endedAt !== null) this.#finishedAt.set(runId, loaded.run.endedAt);
        const its = pauses.filter(({ before, after }) =>
          [before, after].map(runOf).includes(runId),
        );
        this.#judgeRun(loaded.run, loaded.steps, executions.get(runId) ?? [], its);
      }
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    this.#judgeOrphans();
    return runs;
  }

  #judgeRun(
    { runId, status, result, error }: RunRecord,
    steps: readonly StepRecord[],
    executions: readonly Execution[],
    pauses: readonly Pause[],
  ): void {
    if (status !== "success" || decode(result ?? "null") !== STEPS)
      this.#violations.push(`${runId} came to ${status} with ${result}, ${error}`);
    const recorded = recordedIn(runId, steps);
    if (recorded.size !== STEPS) this.#violations.push(`${runId} has ${recorded.size} records`);
    for (const key of recorded) {
      if (!executions.some((execution) => execution.key === key))
        this.#violations.push(`${key} has a record of no execution`);
    }
    // Who stood still between a record and the next step cannot know what happened meanwhile.
    const woken = new Set(pauses.map(({ after }) => after));
    for (const execution of executions) {
      const readAt = this.#readAt.get(execution.key) ?? Number.POSITIVE_INFINITY;
      if (execution.at > readAt && !woken.has(execution))
        this.#violations.push(`${execution.key} was recorded and began again in ${execution.by}`);
    }
    this.#account(runId, executions, pauses.length);
  }

  /** For each repeat there must be a death, a pause or an outage while the run was under way. */
  #account(runId: string, executions: readonly Execution[], pauses: number): void {
    const repeats = executions.length - new Set(executions.map(({ key }) => key)).size;
    const outages = this.#outages.filter(({ from, to }) =>
      executions.some(({ at }) => at > from - REQUEST_MS && at < to),
    );
    const deaths = this.#deaths.has(runId) ? 1 : 0;
    this.#repeats += repeats;
    if (repeats > deaths + pauses + outages.length)
      this.#violations.push(
        `${runId} repeated ${repeats} steps in ${deaths} deaths, ${pauses} pauses and ${outages.length} outages`,
      );
  }

  #judgeOrphans(): void {
    for (const runId of this.#orphans.keys()) {
      if (!this.#finishedAt.has(runId)) this.#violations.push(`${runId} was never taken over`);
    }
    const slowest = Math.max(0, ...this.#delays());
    if (slowest > KILL_LEASE_MS + WAKE_MS + SLACK_MS)
      this.#violations.push(`A run lay for ${Math.round(slowest)} ms after its process died`);
  }
}

/** The keys of the steps that are recorded. */
function recordedIn(runId: string, steps: readonly StepRecord[]): Set<string> {
  return new Set(
    steps
      .filter(({ kind, status }) => kind === "step" && status === "success")
      .map(({ path }) => `${runId}/${path}`),
  );
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
