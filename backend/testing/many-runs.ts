import type { SqlClient } from "../sql.ts";

/** The moment at which the first of them was stored; one came every 10 ms. */
export const FIRST_RUN_MS = 1_700_000_000_000;

/**
 * Stores many runs of ten workflows, as if they had been run: most succeeded, a tenth failed,
 * some wait. Every run has the tag `common`, one in 25,000 the tag `rare`.
 */
export async function manyRuns(client: SqlClient, count: number): Promise<void> {
  const numbers = `WITH RECURSIVE numbers (i) AS (
    SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i < ${count - 1})`;
  const createdAt = `(${FIRST_RUN_MS} + i * 10) / 1000.0`;
  const statements = [
    `${numbers} INSERT INTO wrkflw_workflow_runs (run_id, workflow_id, status, input_data, result,
       error, tags, recorded, started_at, ended_at, created_at, updated_at)
     SELECT printf('run-%08d', i), 'flow-' || (i % 10),
       CASE WHEN i % 10 = 3 AND i % 3 = 0 THEN 'failed' WHEN i % 10 = 7 THEN 'failed'
            WHEN i % 1000 = 5 THEN 'waiting' ELSE 'success' END,
       '{"n":' || i || '}', '{"n":2}', CASE WHEN i % 10 = 7 THEN 'HTTP 503' END,
       CASE WHEN i % 25000 = 11 THEN '["common","rare"]' ELSE '["common"]' END,
       1, ${FIRST_RUN_MS} + i * 10, ${FIRST_RUN_MS} + i * 10 + 40, ${createdAt}, ${createdAt}
     FROM numbers`,
    `${numbers} INSERT INTO wrkflw_run_tags (tag, created_at, run_id)
     SELECT 'common', ${createdAt}, printf('run-%08d', i) FROM numbers`,
    `${numbers} INSERT INTO wrkflw_run_tags (tag, created_at, run_id)
     SELECT 'rare', ${createdAt}, printf('run-%08d', i) FROM numbers WHERE i % 25000 = 11`,
  ];
  await client.batch(
    statements.map((sql) => ({ sql, args: [] })),
    "write",
  );
}
