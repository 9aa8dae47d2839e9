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

const EPOCH = 1_700_000_000_000;
const NOTHING: ResultSet = { columns: [], rows: [], rowsAffected: 1 };

/** Says yes to every birth, record and end: each of them is asked for right after it was sent. */
class NoDatabase implements SqlClient {
  readonly alwaysAnswers = true;
  #born: readonly unknown[] = [];
  #isEnded = false;

  execute(): Promise<ResultSet> {
    return Promise.resolve({
      columns: ["version"],
      rows: MIGRATIONS.map(({ version }) => [version]),
    });
  }

  batch(statements: Parameters<SqlClient["batch"]>[0]): Promise<readonly ResultSet[]> {
    return Promise.resolve(statements.map(({ sql, args }) => this.#answer(sql, args)));
  }

  #answer(sql: string, args: readonly unknown[]): ResultSet {
    if (sql.startsWith("INSERT INTO wrkflw_workflow_runs")) {
      this.#born = [args[0], args.at(-1), EPOCH, EPOCH];
      return NOTHING;
    }
    if (sql.startsWith("UPDATE wrkflw_workflow_runs")) {
      this.#isEnded = true;
      return NOTHING;
    }
    if (sql.startsWith("SELECT run_id, write_id"))
      return { columns: ["run_id", "write_id", "epoch", "now"], rows: [this.#born] };
    if (!sql.startsWith("SELECT epoch")) return NOTHING;
    const status = this.#isEnded ? "success" : "running";
    this.#isEnded = false;
    return { columns: ["epoch", "status", "write_id"], rows: [[EPOCH, status, null]] };
  }
}
