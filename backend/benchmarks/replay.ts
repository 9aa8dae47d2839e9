/**
 * What the engine had SQLite do, done once more without the engine: by SQLite and nothing else, which
 * is the floor, and with the steps that it is about, which is the least that any engine takes that sends
 * these statements. What a run takes beyond that is the engine's own. Only the database's clock is left
 * out: it would not let the same conditions hold.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { CHECKPOINT_PAGES, openLocal } from "../databases/local.ts";
import { ExecutionEngine, WorkflowStorage } from "../index.ts";
import { migrate } from "../migrations.ts";
import type { SqlClient, Statement } from "../sql.ts";
import { increased, readInput, writeOutput } from "./sample-flows.ts";
import type { Bench } from "./scenario.ts";

/** A clock that stands still, so that what was recorded is true when it is replayed. */
const STANDING_CLOCK = "1700000000000";

/** Work on an engine. */
export type Work = (engine: ExecutionEngine) => Promise<unknown>;

type Batches = readonly (readonly Statement[])[];

/** A piece of an engine's work, to be done again without it. */
export interface ReplayedWork {
  /** Does and records it. */
  readonly record: () => Promise<void>;
  /** What was recorded last: its statements, and nothing else. */
  readonly floor: () => void;
  /** Its statements and its steps. */
  readonly least: () => Promise<void>;
  /** @throws Where not as many runs were replayed as recorded. */
  readonly close: () => Promise<void>;
}

/** Makes what replays `work`; each time that it is recorded, it is to be replayed once in either way. */
export async function replayed(bench: Bench, work: Work): Promise<ReplayedWork> {
  const { folder, synchronous } = bench;
  const recorder = new Recorder(await openLocal(`${folder}/recorded.db`, { synchronous }));
  const storage = new WorkflowStorage({ client: recorder, now: () => STANDING_CLOCK });
  const engine = new ExecutionEngine(storage);
  await engine.init();
  recorder.take();
  const floor = await Replay.on(`${folder}/floor.db`, bench);
  const least = await Replay.on(`${folder}/least.db`, bench);
  let recorded: Batches = [];
  return {
    async record() {
      await work(engine);
      recorded = recorder.take();
    },
    floor: () => floor.run(recorded),
    least: () => least.runWithSteps(recorded),
    async close() {
      const runs = await recorder.countRuns();
      recorder.close();
      for (const replay of [floor, least]) {
        const now = replay.countRuns();
        replay.close();
        if (now !== runs || now === 0) throw new Error(`Replayed ${now} of ${runs} runs`);
      }
    },
  };
}

const COUNT_RUNS = "SELECT COUNT(*) AS runs FROM wrkflw_workflow_runs WHERE status = 'success'";

type Client = Awaited<ReturnType<typeof openLocal>>;

class Recorder implements SqlClient {
  readonly alwaysAnswers = true;
  readonly #inner: Client;
  #batches: (readonly Statement[])[] = [];

  constructor(inner: Client) {
    this.#inner = inner;
  }

  execute(statement: Parameters<SqlClient["execute"]>[0]): ReturnType<SqlClient["execute"]> {
    this.#batches.push([statement]);
    return this.#inner.execute(statement);
  }

  batch(...args: Parameters<SqlClient["batch"]>): ReturnType<SqlClient["batch"]> {
    this.#batches.push(args[0]);
    return this.#inner.batch(...args);
  }

  /** What was recorded since the last time. */
  take(): Batches {
    const batches = this.#batches;
    this.#batches = [];
    return batches;
  }

  async countRuns(): Promise<number> {
    const { rows } = await this.#inner.execute({ sql: COUNT_RUNS, args: [] });
    return Number(Object.values(rows[0] ?? {})[0]);
  }

  close(): void {
    this.#inner.close();
  }
}

class Replay {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  /** On a new file. */
  static async on(path: string, bench: Bench): Promise<Replay> {
    const client = await openLocal(path);
    await migrate(client);
    client.close();
    return new Replay(path, bench);
  }

  private constructor(path: string, { synchronous }: Bench) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(
      `PRAGMA synchronous = ${synchronous}; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
    );
  }

  run(batches: Batches): void {
    for (const batch of batches) this.#send(batch);
  }

  /** Each step is executed before the batch that has its record. */
  async runWithSteps(batches: Batches): Promise<void> {
    for (const batch of batches) {
      for (const statement of batch)
        if (isStep(statement)) writeOutput(await increased(readInput()));
      this.#send(batch);
    }
  }

  #send(batch: readonly Statement[]): void {
    // One statement is a transaction by itself.
    if (batch.length > 1) this.#statement("BEGIN IMMEDIATE").run();
    for (const { sql, args } of batch) this.#statement(sql).all(...args);
    if (batch.length > 1) this.#statement("COMMIT").run();
  }

  countRuns(): number {
    return Number(this.#database.prepare(COUNT_RUNS).get()?.runs);
  }

  #statement(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }

  close(): void {
    this.#database.close();
  }
}

/** Whether it is the record of a step, and not of the construct that the step lies in. */
function isStep({ sql, args }: Statement): boolean {
  return sql.startsWith("INSERT INTO wrkflw_steps") && args.includes("step");
}
