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

/** Work of bare SQLite. */
export interface BareWork {
  /** Does some of it. */
  readonly piece: () => void;
  /** Ends it for good. */
  readonly close: () => void;
}

/** What is in a piece. */
interface BareRows {
  readonly rows: number;
  readonly rowsACommit: number;
}

/** What is in a piece. */
interface BareRuns {
  readonly runs: number;
  readonly steps: number;
  /** How many runs share each commit. */
  readonly width: number;
}

/**
 * Rows that are as small as a step's.
 *
 * @param tuning Default: SQLite's own settings.
 */
export function bareRows(bench: Bench, of: BareRows, tuning?: Tuning): BareWork {
  const { rows, rowsACommit } = of;
  const database = openBare(bench, `rows-${rowsACommit}`, [STEPS_SCHEMA], tuning);
  const [commit, addStep] = [inCommits(database), stepsOf(database)];
  let next = 0;
  function piece(): void {
    for (const end = next + rows; next < end; ) {
      commit(() => {
        for (const last = Math.min(next + rowsACommit, end); next < last; next++)
          addStep(Math.floor(next / 4), next % 4);
      });
    }
  }
  return { piece, close: () => database.close() };
}

/**
 * Runs in as few commits as each needs: one for its birth and one for each of its steps, of which the
 * last has its end. They are in the first version's table of runs with its two indexes, and their steps
 * in a table that has nothing but their results.
 *
 * @param tuning Default: SQLite's own settings.
 */
export function bareRuns(bench: Bench, of: BareRuns, tuning?: Tuning): BareWork {
  const { runs, steps, width } = of;
  const database = openBare(bench, `runs-${width}`, [...RUNS_SCHEMA, STEPS_SCHEMA], tuning);
  const [commit, addStep] = [inCommits(database), stepsOf(database)];
  const addRun =
    database.prepare(`INSERT INTO ${RUNS_TABLE.name} (run_id, workflow_id, status, input_data)
    VALUES (?, 'chain', 'running', '{"n":0}')`);
  const endRun =
    database.prepare(`UPDATE ${RUNS_TABLE.name} SET status = 'success', result = '{"n":3}',
    execution_path = ?, updated_at = unixepoch() WHERE run_id = ?`);
  const executionPath = JSON.stringify(Array.from({ length: steps }, (_, index) => index));
  function addWave(wave: readonly number[]): void {
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
  let next = 0;
  function piece(): void {
    for (const end = next + runs; next < end; next += width)
      addWave(Array.from({ length: width }, (_, index) => next + index));
  }
  return { piece, close: () => database.close() };
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
