/** Real processes that are killed, stopped and cut off at random moments, and who takes over. */
import { ExecutionEngine } from "../../engine.ts";
import type { RunRecord, StepRecord } from "../../records.ts";
import { decode } from "../../serialize.ts";
import { WorkflowStorage } from "../../storage.ts";
import { Chance } from "../random-workflow.ts";
import type { Sqld } from "../sqld.ts";
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
  readonly kills: number;
  readonly stops: number;
  readonly serverKills: number;
  /** Runs that were begun. */
  readonly runs: number;
  /** Runs that a dead process had left, while the database was there. */
  readonly takenOver: number;
  /** The longest that a run of a dead process lay until it was finished by another. */
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
/** While the server is away, and until its clients have found it again, nothing can be on time. */
const OUTAGE_EFFECT_MS = 5_000;

/** Starts and kills processes, finishes what they leave, and judges all their runs. */
export async function killProcesses(options: KillOptions): Promise<KillResult> {
  const suite = new KillSuite(options);
  const begunAt = performance.now();
  const counts = await suite.run();
  return { ...counts, seconds: (performance.now() - begunAt) / 1_000 };
}

/** A run that was under way when its process was killed. */
interface Orphan {
  readonly diedAt: number;
  /** When it was known what was recorded; another process may have been at work already. */
  readonly readAt: number;
  readonly recorded: ReadonlySet<string>;
}

class KillSuite {
  readonly #options: KillOptions;
  readonly #chance: Chance;
  readonly #storage: WorkflowStorage;
  readonly #violations: string[] = [];
  /** Every execution, by key, in every process. */
  readonly #executions: string[] = [];
  readonly #taken: { readonly key: string; readonly at: number }[] = [];
  readonly #orphans = new Map<string, Orphan>();
  readonly #finishedAt = new Map<string, number>();
  #begun = 0;
  #stops = 0;
  #serverKills = 0;
  /** When the server was there again after it was killed. */
  readonly #outages: number[] = [];

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
      kills: this.#options.kills,
      stops: this.#stops,
      serverKills: this.#serverKills,
      runs,
      takenOver: delays.length,
      slowestMs: Math.round(Math.max(0, ...delays)),
      violations: this.#violations,
    };
  }

  /** This process takes over what others leave: they begin their own runs, so nothing else is due. */
  async #takeOver(signal: AbortSignal): Promise<void> {
    const workflow = killableWorkflow((key) => {
      this.#executions.push(key);
      this.#taken.push({ key, at: performance.now() });
    });
    const engine = new ExecutionEngine(this.#storage, {
      workflows: [workflow],
      leaseMs: KILL_LEASE_MS,
    });
    await engine.work({
      signal,
      onRun: ({ runId, status }) => {
        if (status === "success") this.#finishedAt.set(runId, performance.now());
      },
    });
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
      this.#stops++;
      await worker.stop(STOP_MS);
      await pause(workMs);
    }
    await worker.kill();
    const diedAt = performance.now();
    this.#executions.push(...worker.keys);
    this.#violations.push(...worker.complaints);
    for (const runId of worker.lastRuns) await this.#noteOrphan(runId, diedAt);
  }

  async #noteOrphan(runId: string, diedAt: number): Promise<void> {
    const loaded = await this.#patiently(() => this.#storage.loadRun(runId));
    if (loaded === null || loaded.run.status !== "running") return;
    const recorded = recordedIn(runId, loaded.steps);
    this.#orphans.set(runId, { diedAt, readAt: performance.now(), recorded });
  }

  async #killServer(server: Sqld): Promise<void> {
    this.#serverKills++;
    await server.kill("SIGKILL");
    await pause(this.#chance.below(MOST_WORK_MS));
    await server.restart();
    this.#outages.push(performance.now());
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

  /** How long each run lay whose process was killed, but for those that an outage delayed. */
  #delays(): number[] {
    return [...this.#orphans].flatMap(([runId, { diedAt }]) => {
      const finishedAt = this.#finishedAt.get(runId);
      if (finishedAt === undefined) return [];
      const isDelayed = this.#outages.some(
        (at) => at > diedAt - OUTAGE_EFFECT_MS && at < finishedAt + OUTAGE_EFFECT_MS,
      );
      return isDelayed ? [] : [finishedAt - diedAt];
    });
  }

  async #judge(): Promise<number> {
    const repeats = new Map<string, number>();
    for (const key of this.#executions) repeats.set(key, (repeats.get(key) ?? 0) + 1);
    let runs = 0;
    let cursor: string | undefined;
    do {
      const page = await this.#storage.queryRuns({ limit: 100, ...(cursor && { cursor }) });
      for (const { runId } of page.runs) {
        runs++;
        const loaded = await this.#storage.loadRun(runId);
        if (loaded !== null) this.#judgeRun(loaded.run, loaded.steps, repeats);
      }
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    this.#judgeOrphans();
    return runs;
  }

  #judgeRun(
    run: RunRecord,
    steps: readonly StepRecord[],
    repeats: ReadonlyMap<string, number>,
  ): void {
    const { runId, status, result } = run;
    if (status !== "success" || decode(result ?? "null") !== STEPS)
      this.#violations.push(`${runId} came to ${status} with ${result}, ${run.error}`);
    const recorded = recordedIn(runId, steps);
    if (recorded.size !== STEPS) this.#violations.push(`${runId} has ${recorded.size} records`);
    const again = [...recorded].map((key) => (repeats.get(key) ?? 0) - 1);
    if (again.includes(-1)) this.#violations.push(`${runId} has a record of no execution`);
    // One death, and for a process that stood still, or whose server was away, one pause before.
    const pauses = this.#stops + this.#serverKills > 0 ? 2 : 1;
    const repeated = again.reduce((sum, count) => sum + count, 0);
    if (repeated > pauses) this.#violations.push(`${runId} repeated ${repeated} steps`);
  }

  #judgeOrphans(): void {
    for (const [runId, { readAt, recorded }] of this.#orphans) {
      const again = this.#taken.find(({ key, at }) => at > readAt && recorded.has(key));
      if (again !== undefined) this.#violations.push(`${again.key} was recorded and began again`);
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
