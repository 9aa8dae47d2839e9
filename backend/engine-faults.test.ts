import { assert, assertEquals } from "@std/assert";
import { RunFailedError } from "./errors.ts";
import { rowsOf } from "./sql.ts";
import { type Fault, type FaultMode, FaultyClient } from "./testing/faulty-client.ts";
import { mixedWorkflow } from "./testing/samples.ts";
import { AFTER_LEASE_MS, World } from "./testing/world.ts";

const RUN_ID = "the-run";
const STEPS = ["first", "second", "nested/third", "nested/fourth", "fifth"];
const ALL_MODES = ["killBefore", "killAfter", "errBefore", "errAfter", "dup"] satisfies FaultMode[];
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

Deno.test("a run ends right when the process that resumes it meets a fault as well", async () => {
  let cases = 0;
  for (let death = 2; death <= 7; death++) {
    for (const mode of ALL_MODES) {
      for (let call = 1; call <= 9; call++) {
        await using world = await World.create();
        await world.storage().init();
        const executions: string[] = [];
        const workflow = mixedWorkflow(executions);
        const doomed = new FaultyClient(world.client, { call: death, mode: "killAfter" });
        void startOn(world, doomed, workflow);
        await world.effects.until(doomed.killed);
        world.effects.advance(AFTER_LEASE_MS);

        const atDeath = { recorded: await recordedKeys(world), executed: executions.length };
        const faulty = new FaultyClient(world.client, { call, mode });
        const ticking = tickOn(world, faulty, workflow);
        await world.effects.until(Promise.race([ticking, faulty.killed]));
        const recorded = [...atDeath.recorded, ...(await recordedKeys(world))];
        const again = executions.slice(atDeath.executed);
        for (const key of atDeath.recorded) assert(!again.includes(key), `${key} ran again`);

        const before = executions.length;
        world.effects.advance(AFTER_LEASE_MS);
        const last = world.engine({ workflows: [workflow] });
        await world.settle(last);
        for (const key of recorded)
          assert(!executions.slice(before).includes(key), `${key} ran again`);
        assertEquals(
          (await last.loadSnapshot(RUN_ID))?.result,
          { n: 15 },
          `${death} ${mode} ${call}`,
        );
        assert(executions.length <= 7, `Two deaths repeated ${executions.length - 5} steps`);
        cases++;
      }
    }
  }
  assertEquals(cases, 6 * 5 * 9);
});

async function startOn(world: World, client: FaultyClient, workflow: Mixed): Promise<unknown> {
  const run = await world.engine({ client }).createRun(workflow, RUN_ID);
  return await run.start({ inputData: { n: 0 } }).catch((error: Error) => error);
}

async function tickOn(world: World, client: FaultyClient, workflow: Mixed): Promise<unknown> {
  return await world
    .engine({ client, workflows: [workflow] })
    .tick()
    .catch((error: Error) => error);
}

type Mixed = ReturnType<typeof mixedWorkflow>;

for (const mode of ["errBefore", "errAfter"] satisfies FaultMode[]) {
  Deno.test(`a database that stays away never fails a run: it goes on when it is back (${mode})`, async () => {
    let failures = 0;
    for (let call = 2; call <= 8; call++) {
      await using world = await World.create();
      await world.storage().init();
      const executions: string[] = [];
      const workflow = mixedWorkflow(executions);
      const client = new FaultyClient(world.client, { call, mode, lasts: true });
      const outcome = await world.effects.until(startOn(world, client, workflow));
      if (outcome instanceof Error) {
        failures++;
        assert(!(outcome instanceof RunFailedError), `call ${call}: ${outcome}`);
        assertEquals((outcome as { code?: string }).code, "STORAGE_UNAVAILABLE");
      }
      const recorded = await recordedKeys(world);
      const before = executions.length;
      world.effects.advance(AFTER_LEASE_MS);
      const next = world.engine({ workflows: [workflow] });
      await world.settle(next);
      const run = await next.createRun(workflow, RUN_ID);
      assertEquals(await world.effects.until(run.start({ inputData: { n: 0 } })), { n: 15 });
      for (const key of recorded)
        assert(!executions.slice(before).includes(key), `${key} ran again`);
      assert(new Set(executions).size === 5 && executions.length <= 6, executions.join());
    }
    assertEquals(failures, 6);
  });
}
