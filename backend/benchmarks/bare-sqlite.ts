/** The limit: rows as small as a step's, written by SQLite itself and nothing else. */
import { DatabaseSync } from "node:sqlite";
import type { Bench } from "./scenario.ts";

/** Milliseconds that `rows` small rows take, `rowsACommit` in each durable commit. */
export function bareMs(
  { folder, synchronous }: Bench,
  { rows, rowsACommit }: { readonly rows: number; readonly rowsACommit: number },
): number {
  const database = new DatabaseSync(`${folder}/bare-${rowsACommit}.db`);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous};
    CREATE TABLE steps (run_id TEXT, path TEXT, attempt INTEGER, output TEXT,
      PRIMARY KEY (run_id, path, attempt)) WITHOUT ROWID`);
  const insert = database.prepare("INSERT INTO steps VALUES (?, ?, 1, ?)");
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const begun = performance.now();
  for (let row = 0; row < rows; ) {
    begin.run();
    for (let of = 0; of < rowsACommit && row < rows; of++, row++) {
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
