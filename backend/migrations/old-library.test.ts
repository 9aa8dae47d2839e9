/** The first version of the library at work on a database while others migrate it. */
import { assertEquals } from "@std/assert";
import { openLocal } from "../databases/local.ts";
import { migrate, verifySchema } from "../migrations.ts";
import type { SqlClient } from "../sql.ts";
import { closing } from "../testing/closing.ts";
import { createOldTable, makeOldDatabase, OLD_COLUMNS, run } from "../testing/old-database.ts";
import { moveOldRuns } from "./move-old-runs.ts";

const options = { effects: { random: () => 0.5, sleep: () => Promise.resolve() }, pageRows: 3 };
const OLD_RUNS = ["a", "b", "c", "d", "e"];

function save(runId: string, status: string): string {
  return `INSERT OR REPLACE INTO wrkflw_workflow_runs (run_id, workflow_id, status, step_results, result)
    VALUES ('${runId}', 'greet', '${status}', '{}', '"${runId} ${status}"')`;
}

/** What it does: its own start, one statement after another, and two runs that it drives. */
const STATEMENTS: readonly string[] = [
  createOldTable("wrkflw_workflow_runs"),
  "CREATE INDEX IF NOT EXISTS idx_wrkflw_workflow_runs_workflow_id ON wrkflw_workflow_runs(workflow_id)",
  "CREATE INDEX IF NOT EXISTS idx_wrkflw_workflow_runs_status ON wrkflw_workflow_runs(status)",
  `INSERT OR IGNORE INTO wrkflw_workflow_runs (${OLD_COLUMNS.join(", ")})
    SELECT ${OLD_COLUMNS.join(", ")} FROM workflow_runs`,
  save("fresh", "running"),
  save("other", "running"),
  save("fresh", "success"),
  "SELECT * FROM wrkflw_workflow_runs ORDER BY created_at DESC LIMIT 100",
  save("other", "failed"),
];

/** One statement of it goes ahead of a call wherever the schedule says so. */
function beside(
  client: SqlClient,
  isItsTurn: () => boolean,
): SqlClient & { rest(): Promise<void> } {
  const left = [...STATEMENTS];
  const turn = async () => {
    while (left.length > 0 && isItsTurn()) await run(client, left.shift() ?? "");
  };
  return {
    execute: async (...args) => {
      await turn();
      return await client.execute(...args);
    },
    batch: async (...args) => {
      await turn();
      return await client.batch(...args);
    },
    rest: async () => {
      for (const sql of left.splice(0)) await run(client, sql);
    },
  };
}

async function prove(
  work: (client: SqlClient) => Promise<unknown>,
  isItsTurn: () => boolean,
  message: string,
): Promise<void> {
  using client = closing(await openLocal(":memory:"));
  await makeOldDatabase(
    client,
    OLD_RUNS.map((run_id) => ({ run_id })),
  );
  const shared = beside(client, isItsTurn);
  await work(shared);
  await shared.rest();
  await migrate(client, options);
  const rows = await run(client, "SELECT run_id, status FROM wrkflw_workflow_runs ORDER BY run_id");
  assertEquals(
    rows.map(({ run_id, status }) => `${run_id} ${status}`),
    [...OLD_RUNS.map((id) => `${id} success`), "fresh success", "other failed"],
    message,
  );
  const ledger = await run(client, "SELECT run_id FROM wrkflw_imported_runs ORDER BY run_id");
  assertEquals(
    ledger.map(({ run_id }) => run_id),
    OLD_RUNS,
    message,
  );
  await verifySchema(client, { strict: true });
}

const WORKS: Readonly<Record<string, (client: SqlClient) => Promise<unknown>>> = {
  "migrate()": (client) => migrate(client, options),
  "an explicit import": (client) => moveOldRuns(client, false, options),
};

for (const [name, work] of Object.entries(WORKS)) {
  Deno.test(`${name} loses nothing wherever each statement of the first version goes between its calls`, async () => {
    for (let gap = 0; gap < 24; gap++) {
      for (let statements = 1; statements <= STATEMENTS.length; statements++) {
        let asked = 0;
        let taken = 0;
        const isItsTurn = () => asked++ >= gap && taken++ % (statements + 1) < statements;
        await prove(work, isItsTurn, `from call ${gap}, ${statements} at a time`);
      }
    }
  });

  Deno.test(`two and three times ${name} beside the first version lose nothing`, async () => {
    for (const times of [2, 3]) {
      for (let seed = 1; seed <= 40; seed++) {
        let state = seed;
        const isItsTurn = () => {
          state = (state * 48_271) % 2_147_483_647;
          return state % 3 === 0;
        };
        const several = (client: SqlClient) =>
          Promise.all(Array.from({ length: times }, () => work(client)));
        await prove(several, isItsTurn, `${times} times, seed ${seed}`);
      }
    }
  });
}
