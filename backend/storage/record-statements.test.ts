/** Records as rows, on every database. */
import { assertEquals } from "@std/assert";
import type { StepRecord } from "../records.ts";
import { rowsOf, type SqlClient } from "../sql.ts";
import { WorkflowStorage } from "../storage.ts";
import { forEachDatabase } from "../testing/databases.ts";
import { commit, newRun, SUCCESS, step } from "../testing/stored-runs.ts";
import type { Commit } from "./claim.ts";
import { insertRecords } from "./record-statements.ts";

/** As many as take several statements, with and without a power of two. */
const MANY = 67;

/** Records that differ in every column; what is filled in one is empty in the next. */
function records(count: number): StepRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const seq = index + 1;
    return step(`item[${index}]`, seq, {
      attempt: 1 + (index % 3),
      startedAt: 1_700_000_000_000 + seq,
      endedAt: 1_700_000_001_000 + seq,
      ...(seq % 2 === 0 ? waiting(seq) : ended(seq)),
    });
  });
}

function ended(seq: number): Partial<StepRecord> {
  const output = `"'; -- ${seq} ☃"`;
  return { input: `{"in":${seq}}`, inputFrom: null, output, state: `{"s":${seq}}` };
}

function waiting(seq: number): Partial<StepRecord> {
  const [error, wait] = [`{"message":"e${seq}"}`, `{"until":${seq}}`];
  return { kind: "map", status: "suspended", output: null, error, wait, logs: `[{"at":${seq}}]` };
}

async function begun(storage: WorkflowStorage, runId: string, count: number): Promise<Commit> {
  const { run } = await storage.createRun(newRun(runId));
  return commit(runId, run.epoch, { reached: 2, steps: records(count) });
}

async function stored(storage: WorkflowStorage, runId: string): Promise<readonly StepRecord[]> {
  return (await storage.loadRun(runId))?.steps ?? [];
}

forEachDatabase("a commit stores each of its records, however many they are", async (client) => {
  const storage = new WorkflowStorage({ client });
  for (const count of [1, 2, 3, 31, 32, 33, MANY, 100]) {
    const many = await begun(storage, `of-${count}`, count);
    const written = await storage.commit(() => many);
    assertEquals(written, { isApplied: true, status: "running" });
    assertEquals(await stored(storage, many.runId), many.steps);
  }
});

forEachDatabase(
  "records of steps that succeeded at once are stored like all others",
  async (client) => {
    const storage = new WorkflowStorage({ client });
    for (const odd of [undefined, { kind: "map" }, { inputFrom: 3, input: null }, { attempt: 2 }]) {
      const runId = JSON.stringify(odd ?? "none");
      const { run } = await storage.createRun(newRun(runId));
      const steps = Array.from({ length: MANY }, (_, index) => ({
        ...step(`item[${index}]`, index + 1, ended(index)),
        state: null,
        startedAt: 1_700_000_000_000 + index,
        endedAt: 1_700_000_001_000 + index,
        ...(index === 40 ? odd : {}),
      }));
      const most = { ...commit(runId, run.epoch, { reached: 7, steps }), position: '["next"]' };
      await storage.commit(() => most);
      assertEquals(await stored(storage, runId), steps);
    }
    assertEquals(await reachedIn(client), [7]);
    const last = [7, '["next"]', MANY];
    assertEquals(await positionsIn(client), [last, last, last, last]);
  },
);

forEachDatabase(
  "where the run stood is stored with the last record of a commit",
  async (client) => {
    const storage = new WorkflowStorage({ client });
    const many = await begun(storage, "r", MANY);
    await storage.commit(() => ({ ...many, position: '["next"]' }));
    assertEquals(await positionsIn(client), [[2, '["next"]', MANY]]);
    assertEquals(await reachedIn(client), [2]);
  },
);

async function positionsIn(client: SqlClient): Promise<unknown[][]> {
  const sql = "SELECT reached, position, seq FROM wrkflw_steps WHERE position IS NOT NULL";
  return rowsOf(await client.execute({ sql, args: [] })).map((row) => Object.values(row));
}

async function reachedIn(client: SqlClient): Promise<unknown[]> {
  const sql = "SELECT DISTINCT reached FROM wrkflw_steps";
  return rowsOf(await client.execute({ sql, args: [] })).map(({ reached }) => reached);
}

forEachDatabase("a commit that is sent twice stores its records once", async (client) => {
  const storage = new WorkflowStorage({ client });
  const many = await begun(storage, "r", MANY);
  for (const _ of ["first", "second"]) {
    assertEquals(await storage.commit(() => many), { isApplied: true, status: "running" });
  }
  assertEquals(await stored(storage, "r"), many.steps);
});

forEachDatabase("whoever lost the run stores none of many records", async (client) => {
  const storage = new WorkflowStorage({ client });
  const many = await begun(storage, "r", MANY);
  const later = await storage.commit(() => ({ ...many, epoch: many.epoch + 1 }));
  assertEquals(later, { isApplied: false, status: "running" });
  await storage.cancel("r");
  const ended = await storage.commit(() => ({ ...many, end: SUCCESS }));
  assertEquals(ended, { isApplied: false, status: "canceled" });
  assertEquals(await stored(storage, "r"), []);
});

forEachDatabase("the number of its records is stored with the end of a claim", async (client) => {
  const storage = new WorkflowStorage({ client });
  const many = await begun(storage, "r", MANY);
  await storage.commit(() => ({ ...many, end: { ...SUCCESS, recorded: MANY } }));
  assertEquals((await storage.loadRun("r"))?.run.recorded, MANY);
});

Deno.test("many records take few statements, of few texts, each with less than 999 values", () => {
  const texts = new Set<string>();
  for (let count = 1; count <= 100; count++) {
    const statements = insertRecords(commit("r", 1, { steps: records(count) }));
    assertEquals(statements.length <= 3 + 5, true, `${count}: ${statements.length} statements`);
    for (const { sql, args } of statements) {
      texts.add(sql);
      assertEquals(args.length, sql.split("?").length - 1);
      assertEquals(args.length < 999, true);
    }
  }
  assertEquals(texts.size, 7);
});

Deno.test("of many records of steps that succeeded at once six values each are bound", () => {
  const steps = Array.from({ length: 32 }, (_, index) => ({
    ...step(`item[${index}]`, index + 1, ended(index)),
    state: null,
  }));
  const [only, ...others] = insertRecords(commit("r", 1, { steps }));
  const [runId, reached, fence] = [1, 1, 2];
  assertEquals([only?.args.length, others], [runId + reached + 32 * 6 + fence, []]);
  assertEquals(only?.args.length, (only?.sql.split("?").length ?? 0) - 1);
});
