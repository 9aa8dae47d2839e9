/** The limits: what SQLite itself takes, and nothing else. */
import { DatabaseSync } from "node:sqlite";
import {
  BASE_COLUMNS,
  BASE_INDEXES,
  createIndex,
  createTable,
  RUNS_TABLE,
} from "../migrations/tables.ts";
import type { Bench } from "./scenario.ts";

/** Settings of a file. */
interface Tuning {
  readonly pageBytes: number;
  readonly checkpointPages: number;
}

interface BareRows {
  readonly rows: number;
  readonly rowsACommit: number;
  /** Rows that come before those that are measured. */
  readonly before: number;
}

interface BareRuns {
  readonly runs: number;
  readonly steps: number;
  /** How many runs share each commit. */
  readonly width: number;
  /** Runs that come before those that are measured. */
  readonly before: number;
}

/**
 * Milliseconds that some rows take which are as small as a step's.
 *
 * @param tuning Default: SQLite's own settings.
 */
export function bareRowsMs(bench: Bench, work: BareRows, tuning?: Tuning): number {
  const { rows, rowsACommit, before } = work;
  const database = openBare(bench, `rows-${rowsACommit}`, [STEPS_SCHEMA], tuning);
  const [commit, addStep] = [inCommits(database), stepsOf(database)];
  const write = (from: number, to: number) => {
    for (let first = from; first < to; first += rowsACommit) {
      commit(() => {
        for (let row = first; row < Math.min(first + rowsACommit, to); row++)
          addStep(Math.floor(row / 4), row % 4);
      });
    }
  };
  write(0, before);
  return closedAfter(database, () => write(before, before + rows));
}

/**
 * Milliseconds that some runs take in as few commits as each needs: one for its birth and one for each of
 * its steps, of which the last has its end. They are in the first version's table of runs with its
 * two indexes, and their steps in a table that has nothing but their results.
 *
 * @param tuning Default: SQLite's own settings.
 */
export function bareRunsMs(bench: Bench, work: BareRuns, tuning?: Tuning): number {
  const { runs, steps, width, before } = work;
  const database = openBare(bench, `runs-${width}`, [...RUNS_SCHEMA, STEPS_SCHEMA], tuning);
  const [commit, addStep] = [inCommits(database), stepsOf(database)];
  const addRun =
    database.prepare(`INSERT INTO ${RUNS_TABLE.name} (run_id, workflow_id, status, input_data)
    VALUES (?, 'chain', 'running', '{"n":0}')`);
  const endRun =
    database.prepare(`UPDATE ${RUNS_TABLE.name} SET status = 'success', result = '{"n":3}',
    execution_path = ?, updated_at = unixepoch() WHERE run_id = ?`);
  const executionPath = JSON.stringify(Array.from({ length: steps }, (_, index) => index));
  const write = (from: number, to: number) => {
    for (let first = from; first < to; first += width) {
      const wave = Array.from({ length: width }, (_, index) => first + index);
      commit(() => {
        for (const run of wave) addRun.run(idOf(run));
      });
      for (let step = 1; step <= steps; step++) {
        commit(() => {
          for (const run of wave) {
            addStep(run, step);
            if (step === steps) endRun.run(executionPath, idOf(run));
          }
        });
      }
    }
  };
  write(0, before);
  return closedAfter(database, () => write(before, before + runs));
}

const STEPS_SCHEMA = `CREATE TABLE steps (run_id TEXT, path TEXT, attempt INTEGER, output TEXT,
  PRIMARY KEY (run_id, path, attempt)) WITHOUT ROWID`;
const RUNS_SCHEMA = [
  createTable({ name: RUNS_TABLE.name, columns: BASE_COLUMNS }),
  ...BASE_INDEXES.map(createIndex),
];

/** A new file with tables in it. */
function openBare(
  { folder, synchronous }: Bench,
  name: string,
  tables: readonly string[],
  tuning: Tuning | undefined,
): DatabaseSync {
  const kind = tuning === undefined ? "own" : "tuned";
  const database = new DatabaseSync(`${folder}/bare-${name}-${kind}.db`);
  if (tuning !== undefined) {
    const { pageBytes, checkpointPages } = tuning;
    database.exec(
      `PRAGMA page_size = ${pageBytes}; PRAGMA wal_autocheckpoint = ${checkpointPages}`,
    );
  }
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}`);
  for (const sql of tables) database.exec(sql);
  return database;
}

/** Makes what commits one piece of work at a time. */
function inCommits(database: DatabaseSync): (write: () => void) => void {
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  return (write) => {
    begin.run();
    write();
    commit.run();
  };
}

/** Milliseconds that the last work on a database takes. */
function closedAfter(database: DatabaseSync, work: () => void): number {
  const begun = performance.now();
  work();
  const tookMs = performance.now() - begun;
  database.close();
  return tookMs;
}

/** Adds the result of a step. */
function stepsOf(database: DatabaseSync): (run: number, step: number) => void {
  const insert = database.prepare("INSERT INTO steps VALUES (?, ?, 1, ?)");
  return (run, step) => {
    insert.run(idOf(run), `step-${step}`, '{"n":1}');
  };
}

/** As long as the ids of runs are. */
function idOf(run: number): string {
  return `run-${String(run).padStart(32, "0")}`;
}
