/**
 * Rows that something else has written over: a run that cannot be read is blocked with a clear
 * error, others go on, nothing false is recorded, and it goes on when its row is mended.
 */

import { z } from "npm:zod@4.6.7";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import type { ExecutionEngine } from "./engine.ts";
import { WrkflwError } from "./errors.ts";
import { encode } from "./serialize.ts";
import { type Row, rowsOf, type SqlArgument } from "./sql.ts";
import { createStep } from "./step.ts";
import { AFTER_LEASE_MS, World } from "./testing/world.ts";
import type { Workflow } from "./workflow.ts";
import { createWorkflow } from "./workflow-builder.ts";

const HOUR_MS = 3_600_000;

type Approval = Workflow<"approval", string, string>;

function approval(executions: string[]): Approval {
  const note = <const Id extends string>(id: Id) =>
    createStep({
      id,
      inputSchema: z.string(),
      outputSchema: z.string(),
      execute: async ({ inputData, idempotencyKey, setState, log }) => {
        executions.push(idempotencyKey);
        await setState({ [id]: true });
        log.info("was here");
        return `${inputData} ${id}`;
      },
    });
  const ask = createStep({
    id: "ask",
    inputSchema: z.string(),
    outputSchema: z.string(),
    resumeSchema: z.string(),
    execute: ({ inputData, resumeData, suspend }) =>
      resumeData === undefined ? suspend({ about: inputData }) : `${inputData} ${resumeData}`,
  });
  return createWorkflow({ id: "approval", inputSchema: z.string(), outputSchema: z.string() })
    .then(note("first"))
    .map(({ inputData }) => `${inputData},`)
    .then(ask)
    .then(note("last"))
    .commit();
}

/** A run that is about to go on behind its suspension, and a neighbour that is due after it. */
async function prepare(world: World, executions: string[]): Promise<ExecutionEngine> {
  const workflow = approval(executions);
  const engine = world.engine({ workflows: [workflow] });
  const run = await engine.createRun(workflow, { runId: "victim", tags: ["a"] });
  await run.safeStart({ inputData: "hello" });
  const loaded = await engine.storage.loadRun("victim");
  const suspension = loaded?.steps.find(({ path }) => path === "ask");
  assert(suspension !== undefined);
  assert(await engine.storage.resume("victim", suspension, encode("yes", "data")));
  world.effects.advance(1);
  const neighbour = await engine.createRun(workflow, "neighbour");
  await neighbour.enqueue({ inputData: "hello" });
  return engine;
}

/** What a text can become. */
const GARBAGE: Readonly<Record<string, SqlArgument>> = {
  "cut JSON": '{"a":',
  "no JSON": "\u{1F4A5}",
  "an empty text": "",
  "a number": 7,
  "a list": "[]",
  "a list of lists": "[[[]]]",
  "an object": "{}",
  "JSON's null": "null",
  "a rich value of nothing": '{"$superjson":{}}',
  "a rich value of an unknown type": '{"$superjson":{"json":1,"meta":{"values":["Nope"]}}}',
  nothing: null,
};

/** What a number can become: SQLite would take a text, but only a hand can put one there. */
const ODD_NUMBERS: Readonly<Record<string, SqlArgument>> = {
  "minus one": -1,
  zero: 0,
  "a fraction": 1.5,
  "a huge number": 9e15,
  nothing: null,
};

interface Spot {
  readonly table: "wrkflw_workflow_runs" | "wrkflw_steps";
  readonly column: string;
  /** Which row of the victim. */
  readonly row: string;
  readonly values: Readonly<Record<string, SqlArgument>>;
}

const RUN_TEXTS = ["tags", "status", "input_data", "state", "result", "failure", "error"];
const MORE_RUN_TEXTS = ["execution_path", "step_results", "waits", "position", "definition"];
const RUN_NUMBERS = ["created_at", "updated_at", "started_at", "ended_at", "recorded", "reached"];
const MORE_RUN_NUMBERS = ["signals", "releases", "idle_claims"];
const STEP_TEXTS = ["kind", "status", "input", "output", "error", "wait", "state", "logs"];
/** Not what a record is found by: with another `path`, `attempt` or `seq` it is another record. */
const STEP_NUMBERS = ["input_from", "started_at", "ended_at"];
const STEP_ROWS = ["path = 'first'", "path = 'map'", "path = 'ask' AND attempt = 1"];
const RESUMPTION = "path = 'ask' AND attempt = 2";

function spots(
  table: Spot["table"],
  rows: readonly string[],
  columns: readonly string[],
  values: Spot["values"],
): Spot[] {
  return rows.flatMap((row) => columns.map((column) => ({ table, column, row, values })));
}

const SPOTS: readonly Spot[] = [
  ...spots("wrkflw_workflow_runs", ["true"], [...RUN_TEXTS, ...MORE_RUN_TEXTS], GARBAGE),
  ...spots("wrkflw_workflow_runs", ["true"], [...RUN_NUMBERS, ...MORE_RUN_NUMBERS], ODD_NUMBERS),
  ...spots("wrkflw_steps", [...STEP_ROWS, RESUMPTION], STEP_TEXTS, GARBAGE),
  ...spots("wrkflw_steps", [...STEP_ROWS, RESUMPTION], STEP_NUMBERS, ODD_NUMBERS),
];

/**
 * A value of another type that can be read is refused by the schema of the step that it is given
 * to: whether something wrote over it or a step put it out, nobody can tell. Nor can anybody tell
 * how often a process died but by its count. These end a run, by place, and no others.
 */
const UNDETECTABLE: Readonly<Record<string, readonly string[]>> = {
  "idle_claims (true)": ["a huge number"],
  "output (path = 'map')": ["a number", "a list", "a list of lists", "an object", "JSON's null"],
  [`output (${RESUMPTION})`]: [
    "a number",
    "a list",
    "a list of lists",
    "an object",
    "JSON's null",
    "nothing",
  ],
};
const REFUSED = /was given invalid input|was resumed with invalid data|its process died/;

const UNREADABLE = ["STORAGE_CORRUPT", "SCHEMA_TOO_NEW"];

/** Reading either works or says in an error of this library that what is stored cannot be read. */
async function look(read: () => Promise<unknown>): Promise<void> {
  try {
    await read();
  } catch (error) {
    assert(error instanceof WrkflwError && UNREADABLE.includes(error.code), String(error));
  }
}

Deno.test("the README says how many values of rows are written over", async () => {
  const count = SPOTS.reduce((sum, { values }) => sum + Object.keys(values).length, 0);
  const readme = await Deno.readTextFile(new URL("README.md", import.meta.url));
  assertStringIncludes(readme, ` ${count} values of rows written over`);
});

for (const { table, column, row, values } of SPOTS) {
  const where = `run_id = 'victim' AND ${row}`;
  Deno.test(`a run goes on when ${table}.${column} (${row}) is mended, and others meanwhile`, async () => {
    for (const [name, value] of Object.entries(values)) {
      await using world = await World.create();
      const executions: string[] = [];
      const engine = await prepare(world, executions);
      const [good] = await sql(world, `SELECT ${column} AS value FROM ${table} WHERE ${where}`);
      const overwrite = (by: SqlArgument) =>
        sql(world, `UPDATE ${table} SET ${column} = ? WHERE ${where}`, by);
      // Some columns refuse it themselves.
      if (value === null && (await overwrite(value).catch(() => null)) === null) continue;
      await overwrite(value);

      await engine.storage.queryRuns();
      await look(() => engine.storage.listRuns());
      await look(() => engine.loadSnapshot("victim"));
      await look(() => engine.explain("victim"));
      await ticks(world, engine);
      const { runs } = await engine.storage.queryRuns();
      const statuses = new Map(runs.map(({ runId, status }) => [runId, status]));
      assertEquals(statuses.get("neighbour"), "suspended", name);
      assertEquals(executions.filter((key) => key === "victim/first").length, 1, name);

      const [left] = await sql(
        world,
        "SELECT status, error FROM wrkflw_workflow_runs WHERE run_id = 'victim'",
      );
      if (left?.status === "blocked") assert(String(left.error).length > 20, String(left.error));
      const place = `${column} (${row})`;
      const isFailed = left?.status === "failed";
      assertEquals(isFailed, UNDETECTABLE[place]?.includes(name) ?? false, `${place}: ${name}`);
      if (isFailed) {
        assertMatch(String(left.error), REFUSED);
        continue;
      }
      if (left?.status !== "success") await overwrite(good?.value as SqlArgument);
      if (left?.status === "blocked") await world.effects.until(engine.resume("victim"));
      world.effects.advance(HOUR_MS);
      await ticks(world, engine);
      const status = "SELECT status FROM wrkflw_workflow_runs WHERE run_id = 'victim'";
      assertEquals([name, ...(await sql(world, status))], [name, { status: "success" }]);
      assertEquals(new Set(executions).size, executions.length, `${name}: a step ran twice`);
    }
  });
}

async function ticks(world: World, engine: ExecutionEngine): Promise<void> {
  for (let tick = 0; tick < 3; tick++) {
    await world.effects.until(engine.tick());
    world.effects.advance(AFTER_LEASE_MS);
  }
}

async function sql(world: World, text: string, ...args: SqlArgument[]): Promise<Row[]> {
  return rowsOf(await world.client.execute({ sql: text, args }));
}

Deno.test("a run whose records a newer library wrote is blocked, and says to upgrade", async () => {
  await using world = await World.create();
  const engine = await prepare(world, []);
  const set = (status: string) =>
    sql(world, "UPDATE wrkflw_steps SET status = ? WHERE path = 'first'", status);
  await set("postponed");
  const { runs } = await world.effects.until(engine.tick());
  assertEquals(
    runs.map(({ runId, status }) => [runId, status]),
    [
      ["victim", "blocked"],
      ["neighbour", "suspended"],
    ],
  );
  assertStringIncludes(await engine.explain("neighbour"), "Waits for somebody");
  const error = await assertRejects(() => engine.loadSnapshot("victim"), WrkflwError);
  assertEquals(error.code, "SCHEMA_TOO_NEW");
  // Retention deletes so many records at once, so it must know of those that nobody can read.
  const [{ recorded, stored } = {}] = await sql(world, COUNTS);
  assertEquals([recorded, stored], [4, 4]);
  await set("success");
  assertEquals((await world.effects.until(engine.resume("victim"))).status, "success");
});

const COUNTS = `SELECT recorded, (SELECT COUNT(*) FROM wrkflw_steps WHERE run_id = 'victim') AS stored
  FROM wrkflw_workflow_runs WHERE run_id = 'victim'`;

Deno.test("a list with a run that cannot be read names it", async () => {
  await using world = await World.create();
  const engine = await prepare(world, []);
  await sql(world, "UPDATE wrkflw_workflow_runs SET input_data = '{' WHERE run_id = 'victim'");
  const error = await assertRejects(() => engine.storage.listRuns(), WrkflwError, 'run "victim"');
  assertEquals(error.code, "STORAGE_CORRUPT");
});

Deno.test("where a run's position cannot be read, it is explained and given up without it", async () => {
  await using world = await World.create();
  const engine = await prepare(world, []);
  for (const position of ["{", "7", '{"a":1}', "[[]]", "null"]) {
    const records = "(SELECT COUNT(*) FROM wrkflw_steps AS s WHERE s.run_id = 'victim')";
    const change = `status = 'running', idle_claims = 9, recorded = ${records}, due_at = 0, position = ?`;
    await sql(world, "UPDATE wrkflw_steps SET position = ? WHERE run_id = 'victim'", position);
    await sql(world, `UPDATE wrkflw_workflow_runs SET ${change} WHERE run_id = 'victim'`, position);
    assertStringIncludes(await engine.explain("victim"), "Its process died in ");
  }
  await world.effects.until(engine.tick());
  const snapshot = await engine.loadSnapshot("victim");
  assertStringIncludes(snapshot?.error ?? "", 'Gave up run "victim": its process died 10 times');
});
