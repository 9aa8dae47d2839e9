/** Events and resumptions as rows, on every database. */
import { assertEquals } from "@std/assert";
import { rowsOf, type SqlClient } from "../sql.ts";
import { WorkflowStorage } from "../storage.ts";
import { forEachDatabase } from "../testing/databases.ts";
import type { Claim } from "./claim.ts";
import type { EventWait, NewEvent } from "./signal-statements.ts";

const event: NewEvent = { name: "paid", match: "", eventId: "e", payload: "1" };
const wait: EventWait = { path: "wait", firstSeq: 1, name: "paid", match: "" };

/** A claimed run. */
async function begin(storage: WorkflowStorage, runId: string): Promise<Claim> {
  return await storage.createRun({
    runId,
    workflowId: "flow",
    status: "running",
    dueInMs: 60_000,
    input: "0",
    state: "{}",
    definition: "",
    inputKey: "",
    idempotencyKey: null,
    tags: null,
    writeId: `birth-${runId}`,
  });
}

/** Parks a claimed run, with a record of what it waits for. */
async function park(
  storage: WorkflowStorage,
  { run }: Pick<Claim, "run">,
  events: readonly EventWait[],
): Promise<string | null> {
  const { status } = await storage.commit(() => ({
    runId: run.runId,
    epoch: run.epoch,
    steps: [],
    reached: 0,
    position: null,
    events,
    end: {
      status: "waiting",
      signals: run.signals,
      dueAt: null,
      waits: "[]",
      state: "{}",
      result: null,
      error: null,
      failure: null,
      executionPath: "[]",
      recorded: 0,
    },
  }));
  return status;
}

async function claim(storage: WorkflowStorage, runId: string): Promise<Claim | null> {
  const options = { workflowIds: ["flow"], leaseMs: 60_000, runId };
  return await storage.claim({ ...options, claimId: `claim-${crypto.randomUUID()}` });
}

async function count(client: SqlClient, table: string): Promise<unknown> {
  const sql = `SELECT COUNT(*) AS n FROM ${table}`;
  return rowsOf(await client.execute({ sql, args: [] }))[0]?.n;
}

forEachDatabase("an event wakes the parked run, whose claim reads it", async (client) => {
  const storage = new WorkflowStorage({ client });
  await storage.init();
  assertEquals(await park(storage, await begin(storage, "r"), [wait]), "waiting");
  assertEquals(await claim(storage, "r"), null);
  const delivery = await storage.sendEvent(event);
  assertEquals(delivery, { runId: "r", path: "wait", payload: "1" });
  assertEquals(await storage.sendEvent({ ...event, payload: "2" }), delivery);
  const claimed = await claim(storage, "r");
  assertEquals([...(claimed?.events ?? [])], [["wait", "1"]]);
  assertEquals(await count(client, "wrkflw_event_waits"), 0);
});

forEachDatabase(
  "while a run is claimed no event is given to it; it finds it when it parks",
  async (client) => {
    const storage = new WorkflowStorage({ client });
    await storage.init();
    const born = await begin(storage, "r");
    assertEquals((await storage.sendEvent(event)).runId, null);
    assertEquals(await park(storage, born, [wait]), "pending");
    const claimed = await claim(storage, "r");
    assertEquals([...(claimed?.events ?? [])], [["wait", "1"]]);
  },
);

forEachDatabase("two waits of one run for one event take one each", async (client) => {
  const storage = new WorkflowStorage({ client });
  await storage.init();
  const waits = [wait, { ...wait, path: "other" }];
  assertEquals(await park(storage, await begin(storage, "r"), waits), "waiting");
  const paths = [];
  for (const eventId of ["e1", "e2", "e3"])
    paths.push((await storage.sendEvent({ ...event, eventId })).path);
  assertEquals(paths.slice(0, 2).sort(), ["other", "wait"]);
  assertEquals(paths[2], null);
  assertEquals((await claim(storage, "r"))?.events.size, 2);
});

forEachDatabase(
  "a process that lost its claim registers no wait and takes no event",
  async (client) => {
    const storage = new WorkflowStorage({ client });
    await storage.init();
    const born = await begin(storage, "r");
    await storage.sendEvent(event);
    await storage.cancel("r");
    assertEquals(await park(storage, born, [wait]), "canceled");
    assertEquals(await count(client, "wrkflw_event_waits"), 0);
    await begin(storage, "other");
    assertEquals((await storage.sendEvent(event)).runId, null);
  },
);

forEachDatabase(
  "a run that is canceled or deleted leaves no wait that would take an event",
  async (client) => {
    const storage = new WorkflowStorage({ client });
    await storage.init();
    await park(storage, await begin(storage, "canceled"), [wait]);
    await storage.cancel("canceled");
    await park(storage, await begin(storage, "deleted"), [wait]);
    await storage.deleteRun("deleted");
    assertEquals((await storage.sendEvent(event)).runId, null);
    assertEquals(await count(client, "wrkflw_event_waits"), 0);
  },
);

forEachDatabase(
  "a saved snapshot that ends a waiting run leaves no wait, one that goes on waiting keeps it",
  async (client) => {
    const storage = new WorkflowStorage({ client });
    await storage.init();
    for (const runId of ["kept", "ended"]) await park(storage, await begin(storage, runId), [wait]);
    const kept = await storage.loadSnapshot("kept");
    const ended = await storage.loadSnapshot("ended");
    if (kept === null || ended === null) throw new Error("The runs were not stored");
    await storage.saveSnapshot({ ...ended, status: "success" });
    await storage.saveSnapshot({ ...kept, state: { touched: true } });
    assertEquals((await storage.sendEvent(event)).runId, "kept");
    assertEquals((await storage.sendEvent({ ...event, eventId: "e2" })).runId, null);
  },
);

forEachDatabase(
  "odd texts in names, matches and payloads come through unchanged",
  async (client) => {
    const storage = new WorkflowStorage({ client });
    await storage.init();
    const odd = { firstSeq: 1, name: 'it\'s "odd"; --', match: "%_ü\u{1F600}", path: "a'b" };
    assertEquals(await park(storage, await begin(storage, "r"), [odd]), "waiting");
    const payload = JSON.stringify({ text: "'); DROP TABLE wrkflw_events; --" });
    await storage.sendEvent({ ...event, name: odd.name, match: odd.match, payload });
    assertEquals([...((await claim(storage, "r"))?.events ?? [])], [["a'b", payload]]);
  },
);

forEachDatabase("a suspension is resumed once, and its data stands behind it", async (client) => {
  const storage = new WorkflowStorage({ client });
  await storage.init();
  const born = await begin(storage, "r");
  const step = {
    path: "ask",
    attempt: 1,
    seq: 1,
    firstSeq: 1,
    kind: "step",
    status: "suspended",
    input: null,
    inputFrom: 0,
    output: null,
    error: null,
    wait: "{}",
    state: null,
    logs: null,
    startedAt: 0,
    endedAt: 0,
  } as const;
  await storage.commit(() => ({
    runId: "r",
    epoch: born.run.epoch,
    writeId: "step",
    steps: [step],
    reached: 0,
    position: null,
  }));
  assertEquals(await park(storage, { run: { ...born.run, recorded: 1 } }, []), "waiting");
  const attempts = await Promise.all(
    ["1", "2", "3"].map((data) => storage.resume("r", step, data)),
  );
  assertEquals(attempts.filter(Boolean).length, 1);
  assertEquals(await storage.resume("r", { ...step, path: "none" }, "4"), false);
  const claimed = await claim(storage, "r");
  assertEquals(
    claimed?.steps.map(({ attempt, status, output }) => [attempt, status, output]),
    [
      [1, "suspended", null],
      [2, "resumed", String(attempts.indexOf(true) + 1)],
    ],
  );
});
