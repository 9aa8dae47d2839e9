/** A database client one of whose requests takes long. */
import type { ResultSet, SqlArgument, SqlClient } from "../sql.ts";

/** Which call, counted from 1, is held back, and for how long. */
export interface Late {
  readonly call: number;
  readonly ms: number;
}

/** Holds one request back: it is applied, but late. */
export class LateClient implements SqlClient {
  #calls = 0;
  readonly #inner: SqlClient;
  readonly #late: Late | undefined;
  readonly #sleep: (ms: number) => Promise<void>;

  constructor(inner: SqlClient, late: Late | undefined, sleep: (ms: number) => Promise<void>) {
    this.#inner = inner;
    this.#late = late;
    this.#sleep = sleep;
  }

  async execute(statement: { sql: string; args: SqlArgument[] }): Promise<ResultSet> {
    await this.#wait();
    return await this.#inner.execute(statement);
  }

  async batch(
    statements: { sql: string; args: SqlArgument[] }[],
    mode: "write",
  ): Promise<readonly ResultSet[]> {
    await this.#wait();
    return await this.#inner.batch(statements, mode);
  }

  async #wait(): Promise<void> {
    this.#calls++;
    if (this.#calls === this.#late?.call) await this.#sleep(this.#late.ms);
  }
}
