/** Runs as the first version stores and lists them. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { WrkflwError } from "../errors.ts";
import type { RunStatus } from "../records.ts";
import type { WorkflowSnapshot } from "../snapshot.ts";
import { forEachDatabase } from "../testing/databases.ts";
import { FAKE_START_MS } from "../testing/fake-effects.ts";
import { BORN, commit, LEASE_MS, newRun, placeOf, SUCCESS } from "../testing/stored-runs.ts";

function snapshot(runId: string, change: Partial<WorkflowSnapshot> = {}): WorkflowSnapshot {
  return {
    runId,
    workflowId: "flow",
    status: "success",
    executionPath: [0, 1],
    stepResults: {
      a: { status: "success", output: { list: [1, null, "x"] }, timestamp: 5 },
      b: { status: "failed", error: new TypeError("broken"), timestamp: 6 },
    },
    state: { seen: 1 },
    inputData: { n: 1 },
    result: 0,
    timestamp: FAKE_START_MS,
    ...change,
  };
}

forEachDatabase("saveSnapshot() and loadSnapshot() keep a snapshot whole", async (client) => {
  const { storage } = placeOf(client);
  const saved = snapshot("r1");
  await storage.saveSnapshot(saved);
  const loaded = await storage.loadSnapshot("r1");
  assertEquals({ ...loaded, stepResults: {} }, { ...saved, stepResults: {} });
  assertEquals(loaded?.stepResults.a, saved.stepResults.a);
  const failed = loaded?.stepResults.b;
  assert(failed?.status === "failed");
  assertEquals([failed.error.name, failed.error.message], ["TypeError", "broken"]);
  await storage.saveSnapshot(snapshot("r1", { status: "failed", error: "late", state: {} }));
  const again = await storage.loadSnapshot("r1");
  assertEquals([again?.status, again?.error, again?.state], ["failed", "late", {}]);
  assertEquals(await storage.loadSnapshot("none"), null);
});

forEachDatabase(
  "a run that a saved snapshot ends is not executed, and whoever has it loses it",
  async (client) => {
    const { storage } = placeOf(client);
    await storage.createRun(newRun("r1", { status: "pending", dueInMs: 0 }));
    await storage.createRun(newRun("r2"));
    for (const runId of ["r1", "r2"]) await storage.saveSnapshot(snapshot(runId));
    const options = { workflowIds: ["flow"], leaseMs: LEASE_MS, claimId: "claim" };
    assertEquals(await storage.claim(options), null);
    assertEquals(await storage.nextDueInMs(["flow"]), null);
    assertEquals(
      (await storage.commit(() => commit("r2", BORN, { end: SUCCESS }))).isApplied,
      false,
    );
    // The first version's own library knows nothing of due_at.
    await storage.createRun(newRun("r3", { status: "pending", dueInMs: 0 }));
    const sql = "UPDATE wrkflw_workflow_runs SET status = 'success' WHERE run_id = 'r3'";
    await client.execute({ sql, args: [] });
    assertEquals(await storage.claim({ ...options, claimId: "claim-2" }), null);
  },
);

forEachDatabase("results that look like nothing survive in a snapshot", async (client) => {
  const { storage } = placeOf(client);
  for (const result of [false, 0, "", null]) {
    await storage.saveSnapshot(snapshot("r1", { result }));
    assertEquals((await storage.loadSnapshot("r1"))?.result, result);
  }
});

forEachDatabase(
  "lists are newest first, filtered, and paged without gap or overlap",
  async (client) => {
    const { storage, effects } = placeOf(client);
    const statuses: RunStatus[] = ["success", "failed", "running"];
    for (let index = 0; index < 25; index++) {
      // Three runs share each moment, so that the id has to break the tie.
      if (index % 3 === 0) effects.advance(7);
      const workflowId = index % 2 === 0 ? "even" : "odd";
      const status = statuses[index % 3] ?? "success";
      await storage.saveSnapshot(
        snapshot(`r${String(index).padStart(2, "0")}`, { workflowId, status }),
      );
    }
    const ids = async (filter: Parameters<typeof storage.queryRuns>[0]) => {
      const found: string[] = [];
      let cursor: string | null | undefined;
      do {
        const after = typeof cursor === "string" ? { cursor } : {};
        const page = await storage.queryRuns({ ...filter, limit: 4, ...after });
        assert(page.runs.length <= 4);
        found.push(...page.runs.map((run) => run.runId));
        cursor = page.nextCursor;
      } while (cursor !== null);
      return found;
    };
    const all = Array.from({ length: 25 }, (_, index) => `r${String(24 - index).padStart(2, "0")}`);
    const expected = all.sort((a, b) => {
      const moment = (id: string) => Math.floor(Number(id.slice(1)) / 3);
      return moment(b) - moment(a) || (a < b ? 1 : -1);
    });
    assertEquals(await ids({}), expected);
    const isEven = (id: string) => Number(id.slice(1)) % 2 === 0;
    assertEquals(await ids({ workflowId: "even" }), expected.filter(isEven));
    assertEquals((await ids({ workflowId: "odd", status: "failed" })).length, 4);
    assertEquals((await storage.listRuns()).length, 25);
    assertEquals(
      (await storage.listRuns("even")).map((run) => run.runId),
      expected.filter(isEven),
    );
    assertEquals((await storage.listRuns(undefined, { limit: 3 })).length, 3);
    assertEquals((await storage.getRunsByStatus("failed")).length, 8);
    assertEquals((await storage.getRunsByStatus("failed", "odd")).length, 4);
    assertEquals(
      await storage.countRuns(),
      new Map([
        ["failed", 8],
        ["running", 8],
        ["success", 9],
      ]),
    );
  },
);

forEachDatabase("a page that cannot be is refused with what was wrong", async (client) => {
  const { storage } = placeOf(client);
  for (const filter of [
    { status: "nope" as RunStatus },
    { limit: 0 },
    { limit: 1.5 },
    { limit: 5_000 },
    { cursor: "x" },
    { cursor: "~r1" },
  ]) {
    const error = await assertRejects(
      () => storage.queryRuns(filter),
      WrkflwError,
      "Cannot list runs: ",
    );
    assertEquals(error.code, "INVALID_ARGUMENT");
  }
});
