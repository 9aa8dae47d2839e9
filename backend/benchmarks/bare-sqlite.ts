/** The limit: rows as small as a step's, written by SQLite itself and nothing else. */
import { DatabaseSync } from "node:sqlite";
import type { Bench } from "./scenario.ts";

interface BareWork {
  readonly rows: number;
  readonly rowsACommit: number;
  /** Rows that come before those that are measured. */
  readonly before: number;
}

/** Settings of a file. */
interface Tuning {
  readonly pageBytes: number;
  readonly checkpointPages: number;
}

/**
 * Milliseconds that some small rows take.
 *
 * @param tuning Default: SQLite's own settings.
 */
export function bareMs(
  { folder, synchronous }: Bench,
  { rows, rowsACommit, before }: BareWork,
  tuning?: Tuning,
): number {
  const name = `bare-${rowsACommit}-${tuning === undefined ? "own" : "tuned"}`;
  const database = new DatabaseSync(`${folder}/${name}.db`);
  if (tuning !== undefined) {
    const { pageBytes, checkpointPages } = tuning;
    database.exec(
      `PRAGMA page_size = ${pageBytes}; PRAGMA wal_autocheckpoint = ${checkpointPages}`,
    );
  }
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous};
    CREATE TABLE steps (run_id TEXT, path TEXT, attempt INTEGER, output TEXT,
      PRIMARY KEY (run_id, path, attempt)) WITHOUT ROWID`);
  const insert = database.prepare("INSERT INTO steps VALUES (?, ?, 1, ?)");
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  let begun = performance.now();
  for (let row = 0; row < before + rows; ) {
    if (row === before) begun = performance.now();
    begin.run();
    for (let of = 0; of < rowsACommit && row < before + rows; of++, row++) {
      insert.run(
        `run-${String(Math.floor(row / 4)).padStart(32, "0")}`,
        `step-${row % 4}`,
        '{"n":1}',
      );
    }
    commit.run();
  }
  const tookMs = performance.now() - begun;
  database.close();
  return tookMs;
}
