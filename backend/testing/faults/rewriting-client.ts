import type { ResultSet, SqlArgument, SqlClient } from "../../sql.ts";

/** Sends other statements than it was asked to. */
export class RewritingClient implements SqlClient {
  readonly #inner: SqlClient;
  readonly #rewrite: (sql: string) => string;

  constructor(inner: SqlClient, rewrite: (sql: string) => string) {
    this.#inner = inner;
    this.#rewrite = rewrite;
  }

  execute({ sql, args }: { sql: string; args: SqlArgument[] }): Promise<ResultSet> {
    return this.#inner.execute({ sql: this.#rewrite(sql), args });
  }

  batch(
    statements: { sql: string; args: SqlArgument[] }[],
    mode: "write",
  ): Promise<readonly ResultSet[]> {
    const rewritten = statements.map(({ sql, args }) => ({ sql: this.#rewrite(sql), args }));
    return this.#inner.batch(rewritten, mode);
  }
}
