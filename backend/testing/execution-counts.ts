/** How often each step was executed, and which are recorded. */
import { rowsOf, type SqlClient } from "../sql.ts";

/** Executions by path. */
export type Counts = Readonly<Record<string, number>>;

/** Counts executions by path. */
export function counted(paths: readonly string[]): Counts {
  const counts = new Map<string, number>();
  for (const path of [...paths].sort()) counts.set(path, (counts.get(path) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** The paths of the steps whose success is recorded. */
export async function recordedPaths(client: SqlClient): Promise<string[]> {
  const sql = "SELECT path FROM wrkflw_steps WHERE kind = 'step' AND status = 'success'";
  return rowsOf(await client.execute({ sql, args: [] })).map((row) => String(row.path));
}
