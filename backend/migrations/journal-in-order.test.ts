/** Migration 11: the journal of a database that had it in the order of paths. */
import { assertEquals } from "@std/assert";
import { createStep } from "../step.ts";
import { RUN_ID } from "../testing/construct-cases.ts";
import { config } from "../testing/failed-runs.ts";
import { run } from "../testing/old-database.ts";
import { Count } from "../testing/samples.ts";
import { World } from "../testing/world.ts";
import { createWorkflow } from "../workflow-builder.ts";
import { migrate } from "./migrate.ts";
import { MIGRATIONS } from "./migration-list.ts";
import { verifySchema } from "./verify-schema.ts";

const VERSION = 11;

/** What the earlier migrations say of the journal's table. */
const FORMER_TABLE = MIGRATIONS.filter(({ version }) => version < VERSION)
  .flatMap(({ statements }) => statements)
  .filter((sql) => /^(CREATE|ALTER) TABLE (IF NOT EXISTS )?wrkflw_steps /.test(sql));

/** Gives a database the journal's table that it had before, with the rows that it has. */
async function putBack({ client }: World): Promise<void> {
  await run(client, "CREATE TABLE kept AS SELECT * FROM wrkflw_steps");
  await run(client, "ALTER TABLE kept DROP COLUMN first_seq");
  await run(client, "DROP TABLE wrkflw_steps");
  for (const sql of FORMER_TABLE) await run(client, sql);
  const columns = (await run(client, "SELECT name FROM pragma_table_info('kept')"))
    .map(({ name }) => name)
    .join(", ");
  await run(client, `INSERT INTO wrkflw_steps (${columns}) SELECT ${columns} FROM kept`);
  await run(client, "DROP TABLE kept");
  await run(client, `DELETE FROM wrkflw_migrations WHERE version >= ${VERSION}`);
}

/** A step that is asked for something twice, and fails in between. */
function asking<const Id extends string>(id: Id, trouble: { isOn: boolean }) {
  return createStep({
    id,
    inputSchema: Count,
    outputSchema: Count,
    resumeSchema: Count,
    execute: ({ inputData, resumeData, suspend }) => {
      if (resumeData === undefined) return suspend({});
      if (trouble.isOn) throw new Error("broken");
      return { n: inputData.n + resumeData.n };
    },
  });
}

function flowOf(trouble: { isOn: boolean }) {
  const [first, second] = [asking("z-first", trouble), asking("a-second", { isOn: false })];
  return createWorkflow(config)
    .parallel([first, second])
    .map(({ inputData }) => ({ n: inputData["z-first"].n + inputData["a-second"].n }))
    .commit();
}

/** A world with one run that waits at one place and failed at another, again after it was retried. */
async function troubledWorld() {
  const world = await World.create();
  const trouble = { isOn: true };
  const flow = flowOf(trouble);
  const engine = () => world.engine({ workflows: [flow] });
  const answer = (step: string, n: number) =>
    world.effects.until(engine().resume(RUN_ID, { step, resumeData: { n } }));
  const retry = () => world.effects.until(engine().retry(RUN_ID));
  const handle = await world.engine().createRun(flow, RUN_ID);
  await world.effects.until(handle.safeStart({ inputData: { n: 1 } }));
  assertEquals((await answer("z-first", 10)).status, "failed");
  assertEquals((await retry()).status, "failed");
  return { world, trouble, answer, retry };
}

Deno.test("a run that waits, failed and was retried keeps its journal, and goes on from there", async () => {
  const { world, trouble, answer, retry } = await troubledWorld();
  await using _ = world;
  const before = await world.storage().loadRun(RUN_ID);
  await putBack(world);
  await run(world.client, "CREATE VIEW theirs AS SELECT path FROM wrkflw_steps");
  await migrate(world.client, { effects: world.effects });
  assertEquals(await world.storage().loadRun(RUN_ID), before);
  assertEquals((await verifySchema(world.client)).problems, []);
  const seen = await run(world.client, "SELECT * FROM theirs");
  assertEquals(seen.length, before?.steps.length);
  trouble.isOn = false;
  assertEquals((await retry()).status, "suspended");
  const ended = await answer("a-second", 100);
  assertEquals(ended.status === "success" && ended.output, { n: 112 });
});

for (const [how, objects] of Object.entries({
  "all by hand": ["wrkflw_steps", "wrkflw_migrations"],
  "the table by hand, and the rest by the migration": ["wrkflw_steps"],
})) {
  Deno.test(`what verifySchema() says mends the journal, too: ${how}`, async () => {
    const { world } = await troubledWorld();
    await using _ = world;
    const before = await world.storage().loadRun(RUN_ID);
    await putBack(world);
    const { problems } = await verifySchema(world.client);
    for (const { fix } of problems.filter(({ object }) => objects.includes(object)))
      for (const sql of fix.split(";\n")) await run(world.client, sql);
    await migrate(world.client, { effects: world.effects });
    assertEquals(await world.storage().loadRun(RUN_ID), before);
    assertEquals((await verifySchema(world.client)).problems, []);
  });
}
