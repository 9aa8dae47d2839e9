import type { ResultSet, SqlArgument, SqlClient } from "../sql.ts";

/** Counts what is sent to a database: round trips, statements and characters. */
export class CountingClient implements SqlClient {
  readonly alwaysAnswers: boolean;
  roundTrips = 0;
  statements = 0;
  /** Characters of statements and arguments, a round trip at a time. */
  readonly sizes: number[] = [];
  readonly #inner: SqlClient;

  constructor(inner: SqlClient) {
    this.#inner = inner;
    this.alwaysAnswers = inner.alwaysAnswers === true;
  }

  execute(statement: { sql: string; args: SqlArgument[] }): Promise<ResultSet> {
    this.#count([statement]);
    return this.#inner.execute(statement);
  }

  batch(
    statements: { sql: string; args: SqlArgument[] }[],
    mode: "write",
  ): Promise<readonly ResultSet[]> {
    this.#count(statements);
    return this.#inner.batch(statements, mode);
  }

  /** Starts counting anew. */
  reset(): void {
    this.roundTrips = 0;
    this.statements = 0;
    this.sizes.length = 0;
  }

  #count(statements: readonly { sql: string; args: SqlArgument[] }[]): void {
    this.roundTrips++;
    this.statements += statements.length;
    this.sizes.push(JSON.stringify(statements).length);
  }
}
