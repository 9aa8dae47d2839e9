import { assert, assertEquals } from "@std/assert";
import { RunFailedError } from "./errors.ts";
import { rowsOf } from "./sql.ts";
import { type Fault, type FaultMode, FaultyClient } from "./testing/faulty-client.ts";
import { mixedWorkflow } from "./testing/samples.ts";
import { AFTER_LEASE_MS, World } from "./testing/world.ts";

const RUN_ID = "the-run";
const STEPS = ["first", "second", "nested/third", "nested/fourth", "fifth"];
/** More calls than the run makes, so that the last cases meet no fault at all. */
const MOST_CALLS = 12;

async function recordedKeys(world: World): Promise<string[]> {
  const sql = "SELECT path FROM wrkflw_steps WHERE kind = 'step' AND status = 'success'";
  const rows = rowsOf(await world.client.execute({ sql, args: [] }));
  return rows.map((row) => `${RUN_ID}/${String(row.path)}`);
}

interface Course {
  readonly hit: boolean;
  readonly executions: string[];
  readonly recordedAtDeath: string[];
  readonly executedAtDeath: string[];
}

/** One process starts the run and meets the fault; if it dies, another one ends the run. */
async function runWithFault(fault: Fault): Promise<Course> {
  await using world = await World.create();
  await world.storage().init();
  const executions: string[] = [];
  const workflow = mixedWorkflow(executions);
  const client = new FaultyClient(world.client, fault);
  const engine = world.engine({ client });
  const begun = engine
    .createRun(workflow, RUN_ID)
    .then((run) => run.start({ inputData: { n: 0 } }));
  const first = await world.effects.until(
    Promise.race([begun, client.killed.then(() => "killed" as const)]),
  );
  const recordedAtDeath = await recordedKeys(world);
  const executedAtDeath = [...executions];
  if (first === "killed") {
    world.effects.advance(AFTER_LEASE_MS);
    const next = world.engine({ workflows: [workflow] });
    await world.settle(next);
    const run = await next.createRun(workflow, RUN_ID);
    assertEquals(await world.effects.until(run.start({ inputData: { n: 0 } })), { n: 15 });
  } else {
    assertEquals(first, { n: 15 });
  }
  const snapshot = await world.storage().loadSnapshot(RUN_ID);
  assertEquals(snapshot?.status, "success");
  assertEquals(Object.keys(snapshot?.stepResults ?? {}), STEPS);
  return { hit: client.calls >= fault.call, executions, recordedAtDeath, executedAtDeath };
}

for (const mode of [
  "killBefore",
  "killAfter",
  "errBefore",
  "errAfter",
  "dup",
] satisfies FaultMode[]) {
  Deno.test(`a run ends right and repeats no recorded step: ${mode} at every database call`, async () => {
    let hits = 0;
    for (let call = 1; call <= MOST_CALLS; call++) {
      const course = await runWithFault({ call, mode });
      hits += course.hit ? 1 : 0;
      const executedAgain = course.executions.slice(course.executedAtDeath.length);
      for (const key of course.recordedAtDeath) {
        assert(!executedAgain.includes(key), `${key} was recorded and ran again at call ${call}`);
      }
      const repeats = course.executions.length - new Set(course.executions).size;
      assert(repeats <= 1, `${repeats} steps ran twice after one death at call ${call}`);
    }
    assert(hits >= 7, `Only ${hits} calls were made, so the faults were not met`);
  });
}

Deno.test("a database that stays away never fails a run: it goes on when it is back", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  const workflow = mixedWorkflow(executions);
  let failures = 0;
  for (let lastGoodCall = 2; ; lastGoodCall++) {
    executions.length = 0;
    const runId = `run-${lastGoodCall}`;
    const client = new FaultyClient(world.client);
    const engine = world.engine({ client });
    await engine.init();
    const run = await engine.createRun(workflow, runId);
    const working = client.batch.bind(client);
    let calls = 1;
    client.batch = (statements, mode) =>
      ++calls <= lastGoodCall ? working(statements, mode) : Promise.reject(new Error("away"));
    const error = await world.effects.until(
      run.start({ inputData: { n: 0 } }).then(
        () => null,
        (reason: Error) => reason,
      ),
    );
    if (error === null) break;
    failures++;
    assert(!(error instanceof RunFailedError), `call ${lastGoodCall}: ${error}`);
    assertEquals((error as { code?: string }).code, "STORAGE_UNAVAILABLE");
    world.effects.advance(AFTER_LEASE_MS);
    await world.settle(world.engine({ workflows: [workflow] }));
    const snapshot = await world.storage().loadSnapshot(runId);
    assertEquals([snapshot?.status, snapshot?.result], ["success", { n: 15 }]);
  }
  assertEquals(failures, 5);
});
