/** Clients that break a rule of the write protocol. */
import type { ResultSet, SqlArgument, SqlClient } from "../../sql.ts";

type Plain = { sql: string; args: SqlArgument[] };

/** Sends each statement of a batch in a batch of its own. */
export class SplittingClient implements SqlClient {
  readonly #inner: SqlClient;

  constructor(inner: SqlClient) {
    this.#inner = inner;
  }

  execute(statement: Plain): Promise<ResultSet> {
    return this.#inner.execute(statement);
  }

  async batch(statements: Plain[], mode: "write"): Promise<readonly ResultSet[]> {
    const results: ResultSet[] = [];
    for (const statement of statements)
      results.push(...(await this.#inner.batch([statement], mode)));
    return results;
  }
}

/** Does something after a batch that was not answered, before the error goes on. */
export class SpitefulClient implements SqlClient {
  readonly #inner: SqlClient;
  readonly #revenge: Plain;

  constructor(inner: SqlClient, revenge: string) {
    this.#inner = inner;
    this.#revenge = { sql: revenge, args: [] };
  }

  execute(statement: Plain): Promise<ResultSet> {
    return this.#inner.execute(statement);
  }

  async batch(statements: Plain[], mode: "write"): Promise<readonly ResultSet[]> {
    try {
      return await this.#inner.batch(statements, mode);
    } catch (error) {
      await this.#inner.execute(this.#revenge).catch(() => {});
      throw error;
    }
  }
}

/** Cannot tell, when a batch is sent again, that it was applied the first time. */
export class ForgetfulClient implements SqlClient {
  readonly #inner: SqlClient;
  readonly #forget: (sql: string) => string;
  #failed: string | undefined;

  /** @param forget Makes a statement that does not find the batch's own mark. */
  constructor(inner: SqlClient, forget: (sql: string) => string) {
    this.#inner = inner;
    this.#forget = forget;
  }

  execute(statement: Plain): Promise<ResultSet> {
    return this.#inner.execute(statement);
  }

  async batch(statements: Plain[], mode: "write"): Promise<readonly ResultSet[]> {
    const text = JSON.stringify(statements);
    const sent =
      text === this.#failed
        ? statements.map(({ sql, args }) => ({ sql: this.#forget(sql), args }))
        : statements;
    this.#failed = text;
    return await this.#inner.batch(sent, mode);
  }
}
