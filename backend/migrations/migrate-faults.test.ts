import { assert, assertEquals, assertGreater } from "@std/assert";
import { openLocal } from "../databases/local.ts";
import { migrate } from "../migrations.ts";
import type { SqlClient } from "../sql.ts";
import { closing } from "../testing/closing.ts";
import {
  type ClientWithFault,
  FAULTS,
  faulty,
  interleaved,
  killedAtStatement,
  HURRIED as options,
  withLateRequest,
} from "../testing/migration-faults.ts";
import {
  createOldTable,
  dump,
  insertManyOldRows,
  insertOldRows,
  makeOldDatabase,
  run,
} from "../testing/old-database.ts";
import { moveOldRuns } from "./move-old-runs.ts";

type Begin = (client: SqlClient) => Promise<void>;

const BEGINNINGS: Readonly<Record<string, Begin>> = {
  "an empty database": () => Promise.resolve(),
  "a database of the first version": async (client) => {
    await run(client, createOldTable("wrkflw_workflow_runs"));
    await insertOldRows(client, [{ run_id: "a" }], "wrkflw_workflow_runs");
  },
  "a database with the old table": async (client) => {
    await makeOldDatabase(client, [
      { run_id: "a" },
      { run_id: null },
      { run_id: "odd", status: "?" },
    ]);
    await insertManyOldRows(client, 7);
  },
};

type Work = (client: SqlClient) => Promise<unknown>;

const WORKS: Readonly<Record<string, Work>> = {
  "migrate()": (client) => migrate(client, options),
  "an explicit import": (client) => moveOldRuns(client, false, options),
  "an import that drops": (client) => moveOldRuns(client, true, options),
};

for (const [beginning, begin] of Object.entries(BEGINNINGS)) {
  for (const [name, work] of Object.entries(WORKS)) {
    Deno.test(`${name} on ${beginning} survives a fault at any call`, async () => {
      const expected = await endState(begin, work);
      for (const fault of FAULTS) {
        for (let call = 1; ; call++) {
          const outcome = await endState(begin, work, (client) => faulty(client, call, fault));
          assertEquals(outcome.state, expected.state, `${fault} call ${call}`);
          if (!outcome.isHit) break;
        }
      }
    });

    Deno.test(`${name} on ${beginning} survives a kill at any statement`, async () => {
      const expected = await endState(begin, work);
      let kills = 0;
      for (let isHit = true; isHit; kills++) {
        const outcome = await endState(begin, work, (client) => killedAtStatement(client, kills));
        assertEquals(outcome.state, expected.state, `killed at statement ${kills}`);
        isHit = outcome.isHit;
      }
      assertGreater(kills, 8);
    });

    for (const migrators of [2, 3]) {
      Deno.test(`${migrators} times ${name} at once on ${beginning} end as one does`, async () => {
        const expected = await endState(begin, work);
        for (let seed = 1; seed <= 25; seed++) {
          const outcome = await endState(begin, async (client) => {
            const turns = interleaved(client, seed);
            await Promise.all(Array.from({ length: migrators }, () => work(turns)));
          });
          assertEquals(outcome.state, expected.state, `seed ${seed}`);
        }
      });
    }
  }
}

Deno.test("an import whose answers are lost still counts what it inserted", async () => {
  for (let call = 1; call <= 16; call++) {
    using client = closing(await openLocal(":memory:"));
    await makeOldDatabase(client, [{ run_id: "odd", status: "?" }, { run_id: "a" }]);
    await insertManyOldRows(client, 7);
    const { rowCount, message } = await moveOldRuns(
      faulty(client, call, "lost after"),
      true,
      options,
    ).catch(() => moveOldRuns(client, true, options).then(() => ({ rowCount: -1, message: "" })));
    if (rowCount === -1) continue;
    assertEquals(rowCount, 9, `call ${call}`);
    assert(message.includes("; 1 row was repaired"), `call ${call}: ${message}`);
    assert(!message.includes("already"), `call ${call}: ${message}`);
  }
});

Deno.test("several importers at once count each row once", async () => {
  for (let seed = 1; seed <= 10; seed++) {
    using client = closing(await openLocal(":memory:"));
    await makeOldDatabase(client, [{ run_id: "a" }]);
    await insertManyOldRows(client, 7);
    const turns = interleaved(client, seed);
    const results = await Promise.all([1, 2, 3].map(() => moveOldRuns(turns, false, options)));
    assertEquals(
      results.reduce((sum, { rowCount }) => sum + rowCount, 0),
      8,
    );
  }
});

Deno.test("the first version at work during the migration loses nothing", async () => {
  for (let call = 1; call <= 12; call++) {
    using client = closing(await openLocal(":memory:"));
    await makeOldDatabase(client, [{ run_id: "a" }, { run_id: "b" }]);
    let calls = 0;
    const beside = async () => {
      if (++calls !== call) return;
      await run(client, createOldTable("wrkflw_workflow_runs"));
      await run(
        client,
        "CREATE INDEX IF NOT EXISTS idx_wrkflw_workflow_runs_status ON wrkflw_workflow_runs(status)",
      );
      await run(
        client,
        "INSERT OR IGNORE INTO wrkflw_workflow_runs (run_id, workflow_id, status) SELECT run_id, workflow_id, status FROM workflow_runs",
      );
      await insertOldRows(client, [{ run_id: "fresh", status: "running" }], "wrkflw_workflow_runs");
    };
    await migrate(
      {
        execute: async (...args) => {
          await beside();
          return await client.execute(...args);
        },
        batch: async (...args) => {
          await beside();
          return await client.batch(...args);
        },
      },
      options,
    );
    while (calls < call) await beside();
    const rows = await run(client, "SELECT run_id FROM wrkflw_workflow_runs ORDER BY run_id");
    assertEquals(
      rows.map((row) => row.run_id),
      ["a", "b", "fresh"],
      `call ${call}`,
    );
    const ledger = await run(client, "SELECT COUNT(*) AS n FROM wrkflw_imported_runs");
    assertEquals(ledger[0]?.n, 2);
  }
});

interface EndState {
  readonly state: string;
  readonly isHit: boolean;
}

/** Does the work with a client that may fail, then once more with one that does not. */
async function endState(
  begin: Begin,
  work: Work,
  inject?: (client: SqlClient) => ClientWithFault,
): Promise<EndState> {
  using client = closing(await openLocal(":memory:"));
  await begin(client);
  const first = inject?.(client);
  if (first !== undefined) await work(first).catch(() => {});
  await work(withLateRequest(client, first?.late));
  return { state: await dump(client), isHit: first?.isHit ?? false };
}
