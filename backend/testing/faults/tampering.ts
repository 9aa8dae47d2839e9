/** A stage on which the database is changed behind everybody's back. */
import type { ResultSet, SqlClient, Statement } from "../../sql.ts";
import { World } from "../world.ts";
import { IN_MEMORY, type Stage } from "./stages.ts";

/** A stage that counts. */
export interface TamperingStage extends Stage {
  /** Requests that have arrived. */
  readonly requests: () => number;
}

/** Just before the request of this number arrives, somebody changes the database. */
export function tamperingStage(at: number, changes: readonly string[]): TamperingStage {
  let requests = 0;
  return {
    requests: () => requests,
    async world(seed) {
      const inner = await IN_MEMORY.world(seed);
      async function arrive(): Promise<void> {
        if (++requests !== at) return;
        const statements = changes.map((sql) => ({ sql, args: [] }));
        await world.client.batch(statements, "write");
      }
      const client: SqlClient = {
        async execute(statement: Statement): Promise<ResultSet> {
          await arrive();
          return await inner.client.execute(statement);
        },
        async batch(statements: Statement[], mode): Promise<readonly ResultSet[]> {
          await arrive();
          return await inner.client.batch(statements, mode);
        },
      };
      const world = World.over(client, seed, () => inner.client.close());
      return world;
    },
  };
}
