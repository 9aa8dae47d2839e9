/**
 * The floor: what the engine had SQLite do, done once more by SQLite and nothing else. What a run
 * takes beyond that is the engine's own; what is below it no engine could reach with these tables.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { CHECKPOINT_PAGES, openLocal } from "../databases/local.ts";
import { ExecutionEngine, WorkflowStorage } from "../index.ts";
import { migrate } from "../migrations.ts";
import type { SqlClient, Statement } from "../sql.ts";
import { type Bench, elapsedMs } from "./scenario.ts";

/** A clock that stands still, so that what was recorded is true when it is replayed. */
const STANDING_CLOCK = "1700000000000";

/** Work on an engine. */
type Work = (engine: ExecutionEngine) => Promise<unknown>;

/** Milliseconds that the statements of `work` take without the engine, after those of `warmUp`. */
export async function replayedMs(bench: Bench, warmUp: Work, work: Work): Promise<number> {
  const { folder, synchronous } = bench;
  const recorder = new Recorder(await openLocal(`${folder}/recorded.db`, { synchronous }));
  const storage = new WorkflowStorage({ client: recorder, now: () => STANDING_CLOCK });
  const engine = new ExecutionEngine(storage);
  await engine.init();
  recorder.take();
  await warmUp(engine);
  const before = recorder.take();
  await work(engine);
  const measured = recorder.take();
  const path = `${folder}/replayed.db`;
  const client = await openLocal(path);
  await migrate(client);
  client.close();
  const replay = new Replay(path, bench);
  replay.run(before);
  const tookMs = await elapsedMs(() => replay.run(measured));
  const [then, now] = [await recorder.countRuns(), replay.countRuns()];
  if (then !== now || now === 0) throw new Error(`Replayed ${now} of ${then} runs`);
  replay.close();
  recorder.close();
  return tookMs;
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
  take(): readonly (readonly Statement[])[] {
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

  constructor(path: string, { synchronous }: Bench) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(
      `PRAGMA synchronous = ${synchronous}; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
    );
  }

  run(batches: readonly (readonly Statement[])[]): void {
    const begin = this.#database.prepare("BEGIN IMMEDIATE");
    const commit = this.#database.prepare("COMMIT");
    for (const batch of batches) {
      begin.run();
      for (const { sql, args } of batch) this.#statement(sql).all(...args);
      commit.run();
    }
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
