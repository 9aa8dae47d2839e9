import type { ResultSet, SqlArgument, SqlClient } from "../sql.ts";

/** Holds writes back until a test lets them go, so that more can gather behind them. */
export class HeldClient implements SqlClient {
  readonly #inner: SqlClient;
  #gate: PromiseWithResolvers<void> | undefined;

  constructor(inner: SqlClient) {
    this.#inner = inner;
  }

  /** From now on no write reaches the database. */
  hold(): void {
    this.#gate ??= Promise.withResolvers();
  }

  /** Lets the writes go that were held back. */
  release(): void {
    this.#gate?.resolve();
    this.#gate = undefined;
  }

  execute(statement: { sql: string; args: SqlArgument[] }): Promise<ResultSet> {
    return this.#inner.execute(statement);
  }

  async batch(
    statements: { sql: string; args: SqlArgument[] }[],
    mode: "write",
  ): Promise<readonly ResultSet[]> {
    await this.#gate?.promise;
    return await this.#inner.batch(statements, mode);
  }
}
