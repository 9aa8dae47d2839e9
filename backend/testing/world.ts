/** One database and the processes that work on it, on a clock that the test moves. */
import { openLocal } from "../databases/local.ts";
import { type EngineOptions, ExecutionEngine } from "../engine.ts";
import type { ResultSet, SqlArgument, SqlClient } from "../sql.ts";
import { WorkflowStorage } from "../storage.ts";
import { FakeEffects } from "./fake-effects.ts";

/** Longer than a lease: after this a dead process's runs are due. */
export const AFTER_LEASE_MS = 31_000;

/** A database in memory, a clock, and as many engines as a test needs. */
export class World implements AsyncDisposable {
  readonly effects: FakeEffects;
  readonly client: SqlClient & { close(): void };

  private constructor(client: SqlClient & { close(): void }, seed: number) {
    this.effects = new FakeEffects(seed);
    this.client = new TimelessClient(client, this.effects);
  }

  /** A new world with an empty database. */
  static async create(seed = 1): Promise<World> {
    return new World(await openLocal(":memory:"), seed);
  }

  /** A new world on a database that is there; it stays open. */
  static over(client: SqlClient, seed = 1): World {
    const close = () => {};
    return new World({ ...bound(client), close }, seed);
  }

  /** Storage as one process opens it. */
  storage(client: SqlClient = this.client): WorkflowStorage {
    const { effects } = this;
    return new WorkflowStorage({ client, effects, now: () => String(effects.now()) });
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

  [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    return Promise.resolve();
  }
}

function bound(client: SqlClient): SqlClient {
  return {
    execute: (statement) => client.execute(statement),
    batch: (statements, mode) => client.batch(statements, mode),
  };
}

/** No time passes on the fake clock while a real database is at work. */
class TimelessClient implements SqlClient {
  readonly #inner: SqlClient & { close(): void };
  readonly #effects: FakeEffects;

  constructor(inner: SqlClient & { close(): void }, effects: FakeEffects) {
    this.#inner = inner;
    this.#effects = effects;
  }

  execute(statement: { sql: string; args: SqlArgument[] }): Promise<ResultSet> {
    return this.#effects.during(() => this.#inner.execute(statement));
  }

  batch(
    statements: { sql: string; args: SqlArgument[] }[],
    mode: "write",
  ): Promise<readonly ResultSet[]> {
    return this.#effects.during(() => this.#inner.batch(statements, mode));
  }

  close(): void {
    this.#inner.close();
  }
}
