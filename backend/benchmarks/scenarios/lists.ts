/** D: the newest fifty of many stored runs. */

import { DatabaseSync } from "node:sqlite";
import { WorkflowStorage } from "../../index.ts";
import { type Bench, elapsedMs, type Figures, median } from "../scenario.ts";

const ROUNDS = 50;

/** Fills a migrated database with runs that are over, without the engine. */
function fill(path: string, runs: number): void {
  const database = new DatabaseSync(path);
  database.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${runs})
    INSERT INTO wrkflw_workflow_runs
      (run_id, workflow_id, status, input_data, result, created_at, updated_at, started_at, ended_at)
    SELECT printf('run-%08d', i), 'flow-' || (i % 10),
      CASE i % 20 WHEN 0 THEN 'failed' ELSE 'success' END, '{"n":1}', '{"n":4}',
      1700000000 + i, 1700000000 + i, 1700000000000 + i * 1000, 1700000000500 + i * 1000
    FROM n`);
  database.close();
}

/** How long a page takes, unfiltered and filtered, and how much is answered. */
export async function lists({ folder }: Bench, runs: number): Promise<Figures> {
  const path = `${folder}/wrkflw.db`;
  const storage = new WorkflowStorage({ url: `file:${path}` });
  await storage.init();
  fill(path, runs);
  const times: Record<string, number[]> = { newestMs: [], filteredMs: [] };
  let chars = 0;
  for (let round = 0; round < ROUNDS; round++) {
    times.newestMs?.push(
      await elapsedMs(async () => {
        chars = JSON.stringify(await storage.queryRuns({ limit: 50 })).length;
      }),
    );
    times.filteredMs?.push(
      await elapsedMs(() =>
        storage.queryRuns({ limit: 50, workflowId: "flow-0", status: "failed" }),
      ),
    );
  }
  await storage.close();
  const medians = Object.entries(times).map(([name, all]) => [name, median(all)]);
  return { ...Object.fromEntries(medians), answerChars: chars };
}
