/** One database and the processes that work on it, on a clock that the test moves. */
import { openLocal } from "../databases/local.ts";
import { type EngineOptions, ExecutionEngine } from "../engine.ts";
import { type ResultSet, type Row, rowsOf, type SqlArgument, type SqlClient } from "../sql.ts";
import { WorkflowStorage } from "../storage.ts";
import { FakeEffects } from "./fake-effects.ts";

/** Longer than a lease: after this a dead process's runs are due. */
export const AFTER_LEASE_MS = 31_000;

/** Stands in statements for the database's clock, which is read when they are applied: not sooner. */
export const WORLD_NOW = "world_now()";

/** A database in memory, a clock, and as many engines as a test needs. */
export class World implements AsyncDisposable {
  readonly effects: FakeEffects;
  readonly client: WorldClient;

  private constructor(client: SqlClient & { close(): void }, seed: number) {
    this.effects = new FakeEffects(seed);
    this.client = new WorldClient(client, this.effects);
  }

  /** A new world with an empty database, which is asked as over a wire. */
  static async create(seed = 1): Promise<World> {
    const client = await openLocal(":memory:");
    return World.over(overWire(client), seed, () => client.close());
  }

  /**
   * A new world on a database that is there and stays open.
   *
   * @param leave Called when the world has ended; no request of its processes arrives any more.
   */
  static over(client: SqlClient, seed = 1, leave: () => void = () => {}): World {
    return new World({ ...bound(client), close: leave }, seed);
  }

  /** Storage as one process opens it. */
  storage(client: SqlClient = this.client): WorkflowStorage {
    return new WorkflowStorage({ client, effects: this.effects, now: () => WORLD_NOW });
  }

  /** An engine as one process runs it. */
  engine(options: EngineOptions & { readonly client?: SqlClient } = {}): ExecutionEngine {
    const { client, ...engineOptions } = options;
    return new ExecutionEngine(this.storage(client), { ...engineOptions, effects: this.effects });
  }

  /** Ticks until nothing is due at this moment of the clock. */
  async settle(engine: ExecutionEngine): Promise<void> {
    for (let tick = 0; tick < 100; tick++) {
      const { runs, nextDueInMs } = await this.effects.until(engine.tick());
      if (runs.length === 0 && nextDueInMs !== 0) return;
    }
    throw new Error("The runs do not come to rest");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.effects.rest();
    this.client.close();
  }
}

/** A client that does not promise to answer, as none does that asks over a network. */
export function overWire(client: SqlClient): SqlClient {
  return { ...bound(client), alwaysAnswers: false };
}

function bound(client: SqlClient): SqlClient {
  return {
    alwaysAnswers: client.alwaysAnswers === true,
    execute: (statement) => client.execute(statement),
    batch: (statements, mode) => client.batch(statements, mode),
  };
}

/** What all processes of a world send their requests through. */
export class WorldClient implements SqlClient {
  readonly alwaysAnswers: boolean;
  readonly #inner: SqlClient & { close(): void };
  readonly #effects: FakeEffects;
  #changes = 0;
  #writing = 0;
  #isClosed = false;

  constructor(inner: SqlClient & { close(): void }, effects: FakeEffects) {
    this.#inner = inner;
    this.alwaysAnswers = inner.alwaysAnswers === true;
    this.#effects = effects;
  }

  /**
   * Another number whenever the database may have changed since it was asked for last; `undefined`
   * while it may be changing.
   */
  get changes(): number | undefined {
    return this.#writing === 0 ? this.#changes : undefined;
  }

  execute(statement: { sql: string; args: SqlArgument[] }): Promise<ResultSet> {
    const ask = () => this.#inner.execute(this.#timed(statement));
    return READS.test(statement.sql) ? this.#send(ask) : this.#write(ask);
  }

  batch(
    statements: { sql: string; args: SqlArgument[] }[],
    mode: "write",
  ): Promise<readonly ResultSet[]> {
    return this.#write(() =>
      this.#inner.batch(
        statements.map((each) => this.#timed(each)),
        mode,
      ),
    );
  }

  #timed<Asked extends { readonly sql: string }>(statement: Asked): Asked {
    if (!statement.sql.includes(WORLD_NOW)) return statement;
    return { ...statement, sql: statement.sql.replaceAll(WORLD_NOW, String(this.#effects.now())) };
  }

  /** The rows of several questions to one state of the database; they change nothing. */
  async readAll(questions: readonly string[]): Promise<Row[][]> {
    const statements = questions.map((sql) => ({ sql, args: [] }));
    const results = await this.#send(() => this.#inner.batch(statements, "write"));
    return results.map(rowsOf);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#inner.close();
  }

  async #write<T>(request: () => Promise<T>): Promise<T> {
    this.#writing++;
    try {
      return await this.#send(request);
    } finally {
      this.#writing--;
      this.#changes++;
    }
  }

  /** No time passes on the fake clock while a real database is at work. */
  #send<T>(request: () => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(new Error("The world has ended"));
    return this.#effects.during(request);
  }
}

const READS = /^\s*SELECT\b/i;
