/** The engine alone: the same work over a database that answers at once and does nothing. */
import { ExecutionEngine, type ResultSet, type SqlClient, WorkflowStorage } from "../index.ts";
import { MIGRATIONS } from "../migrations/migration-list.ts";
import { elapsedMs } from "./scenario.ts";

/** Milliseconds that `work` takes without a database, after `warmUp`. */
export async function engineAloneMs(
  warmUp: (engine: ExecutionEngine) => Promise<unknown>,
  work: (engine: ExecutionEngine) => Promise<unknown>,
): Promise<number> {
  const engine = new ExecutionEngine(new WorkflowStorage({ client: new NoDatabase() }));
  await engine.init();
  await warmUp(engine);
  return await elapsedMs(() => work(engine));
}

const BORN: ResultSet = { columns: ["now"], rows: [[1_700_000_000_000]] };
const WRITTEN: ResultSet = { columns: [], rows: [], rowsAffected: 1 };

/** Says of every birth, record and end that it was written. */
class NoDatabase implements SqlClient {
  readonly alwaysAnswers = true;

  execute(): Promise<ResultSet> {
    return Promise.resolve({
      columns: ["version"],
      rows: MIGRATIONS.map(({ version }) => [version]),
    });
  }

  batch(statements: Parameters<SqlClient["batch"]>[0]): Promise<readonly ResultSet[]> {
    return Promise.resolve(
      statements.map(({ sql }) =>
        sql.startsWith("INSERT INTO wrkflw_workflow_runs") ? BORN : WRITTEN,
      ),
    );
  }
}
