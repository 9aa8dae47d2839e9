/** The engine's promises on every database, not in memory alone. */
import { assertEquals } from "@std/assert";
import { ExecutionEngine } from "./engine.ts";
import { WorkflowStorage } from "./storage.ts";
import { forEachDatabase } from "./testing/databases.ts";
import { FakeEffects, turns } from "./testing/fake-effects.ts";
import { FaultyClient } from "./testing/faulty-client.ts";
import { mixedWorkflow } from "./testing/samples.ts";

forEachDatabase("a run goes through, and its snapshot is whole", async (client) => {
  const engine = new ExecutionEngine(new WorkflowStorage({ client }));
  const run = await engine.createRun(mixedWorkflow([]), "r");
  assertEquals(await run.start({ inputData: { n: 0 }, initialState: { seen: true } }), { n: 15 });
  const snapshot = await run.getSnapshot();
  assertEquals(
    [snapshot?.status, snapshot?.result, snapshot?.state, snapshot?.executionPath],
    ["success", { n: 15 }, { seen: true }, [0, 1, 2, 3, 4]],
  );
  assertEquals((await run.start({ inputData: { n: 0 } })).n, 15);
});

forEachDatabase(
  "a run whose process died is finished by another, without a recorded step again",
  async (client, database) => {
    const executions: string[] = [];
    const workflow = mixedWorkflow(executions);
    const doomed = new FaultyClient(client);
    // On a clock that stands still, so that nothing of the dead process is left running.
    const effects = new FakeEffects();
    const first = new ExecutionEngine(new WorkflowStorage({ client: doomed, effects }), {
      effects,
    });
    await first.init();
    doomed.killAfterCalls(4);
    void (await first.createRun(workflow, "r")).start({ inputData: { n: 0 } });
    await doomed.killed;
    await turns(5);
    await client.execute({ sql: "UPDATE wrkflw_workflow_runs SET due_at = 0", args: [] });
    const atDeath = [...executions];

    const storage = new WorkflowStorage({ client: await database.connectAgain() });
    const next = new ExecutionEngine(storage, { workflows: [workflow] });
    const { runs } = await next.tick();
    assertEquals(
      runs.map(({ status }) => status),
      ["success"],
    );
    assertEquals((await next.loadSnapshot("r"))?.result, { n: 15 });
    assertEquals(new Set(executions).size, 5);
    assertEquals(
      executions.length - 5,
      atDeath.filter((key) => executions.lastIndexOf(key) >= atDeath.length).length,
    );
    assertEquals(executions.length <= 6, true);
  },
);
