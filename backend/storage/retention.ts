/**
 * Finds and deletes runs that are over and that nobody wants to keep. Within one workflow and one
 * status such runs are always those that ended first, so an index leads to them however many
 * runs there are.
 */
import { createIndex, RETENTION_INDEX } from "../migrations/tables.ts";
import type { EndStatus } from "../records.ts";
import { numberOf, rowsOf, type Statement } from "../sql.ts";
import type { Database } from "./database.ts";
import { deleteStatements } from "./delete-statements.ts";

/** Which runs of one workflow and status are kept. */
export interface RetentionLimit {
  /** The workflow's id. */
  readonly workflowId: string;
  /** How the runs ended. */
  readonly status: EndStatus;
  /** What is limited: how long ago a run ended, or how many runs there are. */
  readonly by: "age" | "count";
  /** Milliseconds; or a number of runs, of which those are kept that ended last. */
  readonly most: number;
}

/** A batch deletes at most this many runs ... */
const MAX_RUNS = 100;
/** ... and no more records than this, unless a single run has more. */
const MAX_RECORDS = 2_000;
/** Every database takes a statement of so many parts and one more. */
const MAX_PARTS = 49;

/** Deletes what an engine does not keep. */
export class RetentionStore {
  readonly #database: Database;
  readonly #now: () => string;
  #wasIndexAsked = false;

  /** @param now An SQL expression for the database's own clock. */
  constructor(database: Database, now: () => string) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * Deletes runs that exceed a limit: for each limit those that ended first, in one batch.
   *
   * @returns How many; 0 when no limit is exceeded any more.
   */
  async deleteExceeding(limits: readonly RetentionLimit[]): Promise<number> {
    let deleted = 0;
    for (let start = 0; start < limits.length; start += MAX_PARTS) {
      const looked = limits.slice(start, start + MAX_PARTS);
      const exceeded = await this.#database.read(exceededStatement(looked, this.#now()));
      const indexes = new Set(exceeded.map((row) => numberOf(row, "exceeded")));
      if (indexes.has(NO_INDEX)) await this.#makeIndex();
      for (const limit of looked.filter((_, index) => indexes.has(index))) {
        const results = await this.#database.write(() => retentionStatements(limit, this.#now()));
        deleted += rowsOf(results.at(-1)).length;
      }
    }
    return deleted;
  }

  /**
   * Who keeps every run does without the index, which each run enters at its end. A full database has
   * no room for it either: runs are deleted without it then, and another process tries again.
   */
  async #makeIndex(): Promise<void> {
    if (this.#wasIndexAsked) return;
    this.#wasIndexAsked = true;
    const statement = { sql: createIndex(RETENTION_INDEX), args: [] };
    // Without it nothing is wrong but slow; a database that cannot be used says so at the next request.
    await this.#database.writeOnce(() => [statement]).catch(() => {});
  }
}

/** Stands for the index of runs that are over, which is not there. */
const NO_INDEX = -1;

/** Selects the indexes of the limits that some run exceeds, and whether the index that helps is missing. */
export function exceededStatement(limits: readonly RetentionLimit[], now: string): Statement {
  const exceeding = limits.map((limit) => exceedingRuns(limit, now));
  const parts = exceeding.map(
    ({ sql }, index) => `SELECT ${index} AS exceeded WHERE EXISTS (SELECT 1 ${sql})`,
  );
  return {
    sql: [
      ...parts,
      `SELECT ${NO_INDEX} AS exceeded WHERE NOT EXISTS
        (SELECT 1 FROM sqlite_master WHERE name = '${RETENTION_INDEX.name}')`,
    ].join(" UNION ALL "),
    args: exceeding.flatMap(({ args }) => args),
  };
}

/** Deletes the runs that exceed a limit, oldest first, as many as one batch should. */
export function retentionStatements(limit: RetentionLimit, now: string): Statement[] {
  const { sql, args } = exceedingRuns(limit, now);
  const first = `SELECT run_id, recorded, updated_at ${sql} ORDER BY updated_at, run_id LIMIT ${MAX_RUNS}`;
  return deleteStatements({
    sql: `SELECT run_id FROM (
            SELECT run_id, ROW_NUMBER() OVER (ORDER BY updated_at, run_id) AS place,
                   SUM(recorded) OVER (ORDER BY updated_at, run_id
                     ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS records
            FROM (${first}) AS first_runs) AS counted
          WHERE records <= ${MAX_RECORDS} OR place = 1`,
    args,
  });
}

/** The status is no argument: only a literal lets the planner use the index of runs that are over. */
function exceedingRuns(limit: RetentionLimit, now: string): Statement {
  const { workflowId, by, most } = limit;
  const group = `FROM wrkflw_workflow_runs WHERE workflow_id = ? AND status = '${limit.status}'`;
  if (by === "age") {
    return {
      sql: `${group} AND updated_at < (${now} - CAST(? AS BIGINT)) / 1000.0`,
      args: [workflowId, most],
    };
  }
  return {
    sql: `${group} AND (updated_at, run_id) <= (
            SELECT updated_at, run_id ${group}
            ORDER BY updated_at DESC, run_id DESC LIMIT 1 OFFSET CAST(? AS BIGINT))`,
    args: [workflowId, workflowId, most],
  };
}
