/** The next runs are claimed in the commit in which those before them end: neither suffers for the other. */
import { assert, assertEquals } from "@std/assert";
import type { ExecutionEngine } from "./engine.ts";
import type { SqlClient } from "./sql.ts";
import { createStep } from "./step.ts";
import { FAULT_MODES, type Fault, type FaultMode, FaultyClient } from "./testing/faulty-client.ts";
import { countedStatuses, enqueueMany } from "./testing/many-enqueued.ts";
import { Count, countingWorkflow } from "./testing/samples.ts";
import { AFTER_LEASE_MS, World } from "./testing/world.ts";
import { createWorkflow } from "./workflow-builder.ts";

const RUNS = 7;
const STEPS = 2;
const WIDTH = 3;

/** Ticks until all runs are over, the first time with the fault. @returns How many calls that made. */
async function outlive(world: World, executed: string[], fault?: Fault): Promise<number> {
  const wire = { sleep: (ms: number) => world.effects.sleep(ms) };
  const client = new FaultyClient(world.client, fault, wire);
  const flow = countingWorkflow(STEPS, executed);
  await enqueueMany(world.engine(), flow, RUNS);
  const faulty = world.engine({ workflows: [flow], client });
  const ticking = faulty.tick({ concurrency: WIDTH }).catch(() => {});
  await world.effects.until(Promise.race([ticking, client.killed]));
  world.effects.advance(AFTER_LEASE_MS);
  await world.settle(world.engine({ workflows: [flow] }));
  return client.calls;
}

/** Those that need nobody else who makes calls. */
const MODES = FAULT_MODES.filter((mode) => !mode.startsWith("pause"));
/** After these the process is gone, and what it did last was not stored. */
const LOSING: readonly FaultMode[] = ["killBefore", "late"];

async function callsWithoutFault(): Promise<number> {
  await using world = await World.create();
  return await outlive(world, []);
}

for (const mode of MODES) {
  const most = LOSING.includes(mode) ? WIDTH : 0;
  Deno.test(`at whichever call of a tick "${mode}" happens, all its runs finish and at most ${most} steps are repeated`, async () => {
    const calls = await callsWithoutFault();
    for (let call = 1; call <= calls; call++) {
      await using world = await World.create();
      const executed: string[] = [];
      await outlive(world, executed, { call, mode, ms: 9_000 });
      assertEquals(await countedStatuses(world.storage()), { success: RUNS });
      const repeated = executed.length - STEPS * RUNS;
      assert(repeated >= 0 && repeated <= most, `${repeated} steps repeated at call ${call}`);
    }
  });
}

Deno.test("a run that is due again when it ends its claim is taken in the same request, and goes on", async () => {
  await using world = await World.create();
  const config = { inputSchema: Count, outputSchema: Count } as const;
  const sender: ExecutionEngine = world.engine();
  const flow = createWorkflow({ ...config, id: "flow" })
    .then(
      createStep({
        ...config,
        id: "send",
        execute: async ({ inputData }) => {
          await sender.sendEvent("paid", inputData, { match: String(inputData.n) });
          return inputData;
        },
      }),
    )
    .waitForEvent("paid", { schema: Count, match: ({ inputData }) => String(inputData.n) })
    .commit();
  await enqueueMany(sender, flow, WIDTH);
  let shared = 0;
  const client: SqlClient = {
    execute: (statement) => world.client.execute(statement),
    batch: (statements, mode) => {
      const has = (text: string) => statements.some(({ sql }) => sql.includes(text));
      if (has("SET epoch = epoch + 1, status") && has("SET idle_claims = 0")) shared++;
      return world.client.batch(statements, mode);
    },
  };
  const engine = world.engine({ workflows: [flow], client });
  const { runs } = await world.effects.until(engine.tick({ concurrency: WIDTH }));
  assertEquals(
    runs.map(({ status }) => status),
    [...Array(WIDTH).fill("pending"), ...Array(WIDTH).fill("success")],
  );
  assertEquals(await countedStatuses(world.storage()), { success: WIDTH });
  assertEquals(shared, 2);
});
