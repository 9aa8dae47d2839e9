/** Which index each of the statements uses that every run needs: none may walk a table. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type LocalClient, NAMES_NO_COLUMNS, openLocal } from "../databases/local.ts";
import { migrate } from "../migrations.ts";
import type { StepRecord } from "../records.ts";
import { rowsOf, type Statement } from "../sql.ts";
import { SUCCESS, step } from "../testing/stored-runs.ts";
import { Batch } from "./batch.ts";
import type { Commit, NewRun } from "./claim.ts";
import {
  cancelStatements,
  claimStatements,
  commitStatements,
  createStatements,
  readCreatedStatement,
  releaseStatements,
  renewStatements,
  standingStatement,
} from "./claim-statements.ts";
import { retryStatements } from "./retry-statements.ts";
import { pageStatement } from "./run-page.ts";
import { resumeStatements, sendEventStatements } from "./signal-statements.ts";

const NOW = "1";

async function planOf(client: LocalClient, { sql, args }: Statement): Promise<string[]> {
  const result = await client.execute({ sql: `EXPLAIN QUERY PLAN ${sql}`, args });
  return rowsOf(result).map((row) => String(row.detail));
}

const run: NewRun = {
  runId: "r",
  workflowId: "flow",
  status: "running",
  dueInMs: 1,
  input: "1",
  state: "{}",
  definition: "",
  inputKey: "",
  idempotencyKey: "k",
  tags: null,
  writeId: "w",
};
const claim = { workflowIds: ["flow", "other"], leaseMs: 1, claimId: "w", limit: 10 };
const commit: Commit = {
  runId: "r",
  epoch: 1,
  steps: [step("a", 1)],
  reached: 0,
  position: null,
  events: [{ path: "a", firstSeq: 1, name: "paid", match: "" }],
};
/** As those of a foreach, which come to their ends together. */
function many(count: number): StepRecord[] {
  return Array.from({ length: count }, (_, index) => step(`item[${index}]`, index + 1));
}

/** As fifty runs do it at once. */
function shared(groupOf: (runId: string) => readonly Statement[]): readonly Statement[] {
  return new Batch(Array.from({ length: 50 }, (_, index) => groupOf(`r${index}`))).statements;
}

const event = { name: "paid", match: "", eventId: "e", payload: "1" };

const HOT: Readonly<Record<string, readonly Statement[]>> = {
  create: createStatements(run, NOW),
  "read who has an id": [readCreatedStatement(run, NOW)],
  "read who has an id or key": [readCreatedStatement({ ...run, idempotencyKey: "k" }, NOW)],
  "read how a run stands": [standingStatement("r")],
  "claim what is due": claimStatements(claim, NOW),
  "claim one run": claimStatements({ ...claim, runId: "r" }, NOW),
  "append a record": commitStatements(commit, NOW),
  "append records of several runs": shared((runId) =>
    commitStatements({ ...commit, runId, events: [] }, NOW),
  ),
  "create several": shared((runId) => createStatements({ ...run, runId }, NOW)),
  "append many records": commitStatements({ ...commit, steps: many(50) }, NOW),
  "end a run": commitStatements({ ...commit, end: SUCCESS }, NOW),
  "park a run": commitStatements({ ...commit, end: { ...SUCCESS, status: "waiting" } }, NOW),
  renew: renewStatements({ ...commit, leaseMs: 1 }, NOW),
  release: releaseStatements({ ...commit, dueInMs: 1 }, NOW),
  cancel: cancelStatements("r", "w", NOW),
  resume: resumeStatements("r", { ...step("a", 1), wait: "{}" }, NOW),
  retry: retryStatements({ runId: "r", epoch: 1, mark: "m" }, NOW),
  "send an event": sendEventStatements(event, NOW),
};

for (const [name, statements] of Object.entries(HOT)) {
  Deno.test(`${name}: every table is searched by an index`, async () => {
    const client = await openLocal(":memory:");
    await migrate(client);
    for (const statement of statements) {
      for (const detail of await planOf(client, statement)) {
        const isWalk =
          /^SCAN (?!CONSTANT ROW|\d+ CONSTANT ROWS|\d+-ROW VALUES|records$|journal$)/.test(detail);
        assert(!isWalk || detail.includes("USING"), `${detail}: ${statement.sql}`);
      }
    }
    client.close();
  });
}

Deno.test("what every run writes goes into its table, and through no other on the way", async () => {
  const client = await openLocal(":memory:");
  await migrate(client);
  const names = [
    "create",
    "create several",
    "append a record",
    "append records of several runs",
    "append many records",
    "end a run",
    "park a run",
  ];
  for (const { sql, args } of names.flatMap((name) => HOT[name] ?? [])) {
    const program = await client.execute({ sql: `EXPLAIN ${sql}`, args });
    const opcodes = rowsOf(program).map(({ opcode }) => String(opcode));
    assert(opcodes.includes("Transaction"), sql);
    assertEquals(
      opcodes.filter((opcode) => /Ephemeral|Autoindex|Sorter|Program/.test(opcode)),
      [],
      sql,
    );
  }
  client.close();
});

Deno.test("claims and pages name their columns, so that a local database keeps them prepared", () => {
  const filters = [{}, { workflowId: "flow" }, { status: "failed" }] as const;
  const pages = filters.map((filter) => pageStatement("run_id", filter, 50));
  for (const { sql } of [...Object.values(HOT).flat(), ...pages]) {
    assert(!NAMES_NO_COLUMNS.test(sql), sql);
  }
});

Deno.test("a claim finds what is due by the index of due runs, and itself by that of claims", async () => {
  const client = await openLocal(":memory:");
  await migrate(client);
  const [update, read] = claimStatements(claim, NOW);
  assert(update !== undefined && read !== undefined);
  const plan = (await planOf(client, update)).join("\n");
  assertMatch(plan, /USING INDEX idx_wrkflw_workflow_runs_due \(due_at<\?\)/);
  assertMatch(plan, /idx_wrkflw_workflow_runs_claim \(claim_id=\?\)/);
  assertEquals(await planOf(client, read), [
    "SEARCH wrkflw_workflow_runs USING INDEX idx_wrkflw_workflow_runs_claim (claim_id=?)",
  ]);
  client.close();
});
