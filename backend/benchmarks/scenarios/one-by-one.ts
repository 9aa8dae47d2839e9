/** A: runs of three steps, one after another. */
import { stat } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { bareRows } from "../bare-sqlite.ts";
import { WORK } from "../peers/work.ts";
import { type Bench, elapsedMs, type Figures } from "../scenario.ts";
import { shortRuns } from "./short-runs.ts";

/** Short runs whose rows bare SQLite writes in one commit. */
const IN_ONE_COMMIT = 3_000;

/** Also how much of the file a step takes, and what it writes by bare SQLite in one transaction. */
export async function oneByOne(bench: Bench): Promise<Figures> {
  const figures = await shortRuns(bench, 1);
  const rows = IN_ONE_COMMIT * (WORK.steps + 1);
  const bare = bareRows(bench, { rows, rowsACommit: rows });
  const inOneCommitMs = await elapsedMs(bare.piece);
  bare.close();
  return {
    ...figures,
    inOneCommitUs: (inOneCommitMs * 1000) / (IN_ONE_COMMIT * WORK.steps),
    bytesAStep: (await sizeOf(bench)) / ((figures.runs ?? Number.NaN) * WORK.steps),
  };
}

/** The file's size once all that the log holds has come into it. */
async function sizeOf({ folder }: Bench): Promise<number> {
  const path = `${folder}/wrkflw.db`;
  const database = new DatabaseSync(path);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  return (await stat(path)).size;
}
