/** A: runs of three steps, one after another. */
import { stat } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { type Bench, type Figures, WORK } from "../scenario.ts";
import { shortRuns } from "./short-runs.ts";

/** Also how much of the file a step takes. */
export async function oneByOne(bench: Bench): Promise<Figures> {
  const figures = await shortRuns(bench, 1);
  const steps = (WORK.warmUpRuns + WORK.runs) * WORK.steps;
  return { ...figures, bytesAStep: (await sizeOf(bench)) / steps };
}

/** The file's size once all that the log holds has come into it. */
async function sizeOf({ folder }: Bench): Promise<number> {
  const path = `${folder}/wrkflw.db`;
  const database = new DatabaseSync(path);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  return (await stat(path)).size;
}
