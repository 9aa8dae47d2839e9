import { assert, assertEquals } from "@std/assert";
import type { RunRecord } from "./records.ts";
import { rowsOf, type SqlClient, type Statement } from "./sql.ts";
import { claimStatements } from "./storage/claim-statements.ts";
import { pageStatement } from "./storage/run-page.ts";
import { WorkflowStorage } from "./storage.ts";
import { forEachDatabase } from "./testing/databases.ts";
import { FAKE_START_MS, FakeEffects } from "./testing/fake-effects.ts";
import { BORN, commit, LEASE_MS, newRun, placeOf, SUCCESS, step } from "./testing/stored-runs.ts";

/** The values that a run has under these names. */
function pickedFrom(run: RunRecord | undefined, names: readonly string[]): unknown {
  return Object.fromEntries(Object.entries(run ?? {}).filter(([name]) => names.includes(name)));
}

forEachDatabase(
  "a new run is born claimed, and a second one with its id gets it",
  async (client) => {
    const { storage } = placeOf(client);
    const first = await storage.createRun(newRun("r1"));
    assertEquals(
      [first.run.writeId, first.run.epoch, first.run.status],
      ["create-r1", BORN, "running"],
    );
    assertEquals([first.now, first.run.dueAt], [FAKE_START_MS, FAKE_START_MS + LEASE_MS]);
    assertEquals([first.run.createdAt, first.run.startedAt], [FAKE_START_MS, FAKE_START_MS]);
    const second = await storage.createRun(newRun("r1", { writeId: "other", input: "2" }));
    assertEquals([second.run.writeId, second.run.input], ["create-r1", '{"n":1}']);
  },
);

forEachDatabase(
  "whoever asks again for a run that was claimed meanwhile does not take it for newly stored",
  async (client) => {
    const { storage } = placeOf(client);
    const claim = { workflowIds: ["flow"], leaseMs: LEASE_MS, claimId: "claim" };
    await storage.createRun(newRun("r1", { status: "pending", dueInMs: 0 }));
    assertEquals((await storage.claim(claim))?.run.epoch, BORN + 1);
    const again = await storage.createRun(newRun("r1", { status: "pending", dueInMs: 0 }));
    assertEquals([again.run.writeId, again.run.epoch], [null, BORN + 1]);
  },
);

forEachDatabase("a claim knows of a run what is stored of it", async (client) => {
  const { storage, effects } = placeOf(client);
  const waiting = { dueAt: FAKE_START_MS + 1, waits: '[{"path":"a"}]', state: '{"s":1}' };
  const parked = { ...SUCCESS, ...waiting, status: "waiting", result: null } as const;
  await storage.createRun(newRun("r1"));
  await storage.commit(() =>
    commit("r1", BORN, { reached: 3, position: '["b"]', steps: [step("a", 1)], end: parked }),
  );
  effects.advance(1);
  await storage.claim({ workflowIds: ["flow"], leaseMs: 1, claimId: "dies" });
  effects.advance(1);
  const claim = await storage.claim({ workflowIds: ["flow"], leaseMs: LEASE_MS, claimId: "c" });
  const { run } = (await storage.loadRun("r1")) ?? {};
  assertEquals(claim?.run, pickedFrom(run, Object.keys(claim?.run ?? {})));
  assertEquals(
    [run?.reached, run?.position, run?.definition, run?.startedAt, run?.idleClaims, run?.recorded],
    [3, '["b"]', "the-definition", FAKE_START_MS, 1, 1],
  );
});

forEachDatabase("a run that is over waits for nothing more", async (client) => {
  const { storage, effects } = placeOf(client);
  const waits = '[{"path":"a"}]';
  const parked = { ...SUCCESS, status: "waiting", dueAt: FAKE_START_MS + 1, waits } as const;
  await storage.createRun(newRun("r1"));
  await storage.commit(() => commit("r1", BORN, { end: parked }));
  effects.advance(1);
  await storage.claim({ workflowIds: ["flow"], leaseMs: LEASE_MS, claimId: "c" });
  assertEquals((await storage.findRun("r1"))?.waits, waits);
  await storage.commit(() => commit("r1", BORN + 1, { end: SUCCESS }));
  const run = await storage.findRun("r1");
  assertEquals([run?.status, run?.waits, run?.dueAt], ["success", null, null]);
});

forEachDatabase(
  "an idempotency key finds the run of its workflow, and only that",
  async (client) => {
    const { storage } = placeOf(client);
    await storage.createRun(newRun("r1", { idempotencyKey: "k" }));
    const same = await storage.createRun(newRun("r2", { idempotencyKey: "k" }));
    assertEquals(same.run.runId, "r1");
    const other = await storage.createRun(
      newRun("r3", { idempotencyKey: "k", workflowId: "other" }),
    );
    assertEquals(other.run.runId, "r3");
  },
);

forEachDatabase("the database's clock is read to the millisecond", async (client) => {
  const storage = new WorkflowStorage({ client });
  for (let index = 0; index < 20; index++) {
    const before = Date.now();
    const { now } = await storage.createRun(newRun(`r${index}`));
    assert(now >= before && now <= Date.now(), `${now} is not from ${before} to now`);
  }
});

forEachDatabase("claim() takes what is due, longest due first, each only once", async (client) => {
  const { storage, effects } = placeOf(client);
  await storage.createRun(newRun("late", { status: "pending", dueInMs: 2_000 }));
  await storage.createRun(newRun("soon", { status: "pending", dueInMs: 1_000 }));
  await storage.createRun(newRun("leased"));
  await storage.createRun(newRun("foreign", { status: "pending", dueInMs: 0, workflowId: "x" }));
  let claims = 0;
  const claim = async (runId?: string) =>
    await storage.claim({
      workflowIds: ["flow"],
      leaseMs: LEASE_MS,
      claimId: `claim-${++claims}`,
      ...(runId === undefined ? {} : { runId }),
    });
  assertEquals(await claim(), null);
  assertEquals(await storage.nextDueInMs(["flow"]), 1_000);
  effects.advance(2_000);
  assertEquals(await storage.nextDueInMs(["flow"]), 0);
  const [first, second, third] = [await claim(), await claim(), await claim()];
  assertEquals([first?.run.runId, second?.run.runId, third], ["soon", "late", null]);
  assertEquals([first?.run.epoch, first?.run.idleClaims], [BORN + 1, 0]);
  assertEquals(await claim("leased"), null);
  effects.advance(LEASE_MS - 2_000);
  assertEquals((await claim("leased"))?.run.epoch, BORN + 1);
  assertEquals(await storage.nextDueInMs([]), null);
});

forEachDatabase("a claim sent twice is one claim", async (client) => {
  const { storage } = placeOf(client);
  await storage.createRun(newRun("a", { status: "pending", dueInMs: 0 }));
  await storage.createRun(newRun("b", { status: "pending", dueInMs: 0 }));
  const options = { workflowIds: ["flow"], leaseMs: LEASE_MS, claimId: "claim" };
  const [first, again] = [await storage.claim(options), await storage.claim(options)];
  assertEquals(first?.run.runId, again?.run.runId);
  assertEquals(again?.run.epoch, BORN + 1);
});

forEachDatabase(
  "commit() writes records and position only while the claim holds",
  async (client) => {
    const { storage } = placeOf(client);
    await storage.createRun(newRun("r1"));
    const good = await storage.commit(() =>
      commit("r1", BORN, { steps: [step("a", 1)], position: '["b"]', reached: 1 }),
    );
    assertEquals(good, { isApplied: true, status: "running" });
    const fenced = await storage.commit(() => commit("r1", 7, { steps: [step("b", 2)] }));
    assertEquals(fenced.isApplied, false);
    const loaded = await storage.loadRun("r1");
    assertEquals(loaded?.steps, [step("a", 1)]);
    assertEquals([loaded?.run.position, loaded?.run.reached], ['["b"]', 1]);
  },
);

forEachDatabase(
  "a record is never overwritten, and a commit sent twice or late changes nothing",
  async (client) => {
    const { storage } = placeOf(client);
    await storage.createRun(newRun("r1"));
    const first = commit("r1", BORN, { steps: [step("a", 1)] });
    assertEquals((await storage.commit(() => first)).isApplied, true);
    assertEquals((await storage.commit(() => first)).isApplied, true);
    const second = commit("r1", BORN, {
      steps: [step("b", 2), step("a", 2, { firstSeq: 1, output: '"other"' })],
    });
    assertEquals((await storage.commit(() => second)).isApplied, true);
    assertEquals((await storage.commit(() => first)).isApplied, true);
    const end = commit("r1", BORN, { end: SUCCESS });
    assertEquals((await storage.commit(() => end)).isApplied, true);
    assertEquals((await storage.commit(() => end)).isApplied, true);
    assertEquals((await storage.commit(() => second)).isApplied, false);
    const loaded = await storage.loadRun("r1");
    assertEquals(loaded?.steps, [step("a", 1), step("b", 2)]);
    assertEquals([loaded?.run.status, loaded?.run.dueAt], ["success", null]);
  },
);

forEachDatabase(
  "claimMany() takes what has been due longest, each run with its own records, and again the same",
  async (client) => {
    const { storage, effects } = placeOf(client);
    for (const [index, runId] of ["late", "early", "soon", "never"].entries()) {
      await storage.createRun(newRun(runId));
      await storage.commit(() => commit(runId, BORN, { steps: [step(`of-${runId}`, 1)] }));
      const dueAt = [FAKE_START_MS + 30, FAKE_START_MS + 10, FAKE_START_MS + 20, null][index];
      const end = { ...SUCCESS, status: "waiting", dueAt: dueAt ?? null, result: null } as const;
      await storage.commit(() => commit(runId, BORN, { end }));
    }
    effects.advance(1_000);
    const options = { workflowIds: ["flow"], leaseMs: LEASE_MS, claimId: "claim", limit: 2 };
    const claimed = async () =>
      (await storage.claimMany(options))
        .map(({ run, steps }) => [run.runId, run.epoch, steps.map(({ path }) => path)])
        .sort();
    const expected = [
      ["early", BORN + 1, ["of-early"]],
      ["soon", BORN + 1, ["of-soon"]],
    ];
    assertEquals(await claimed(), expected);
    assertEquals(await claimed(), expected);
    const rest = await storage.claimMany({ ...options, claimId: "other", limit: 10 });
    assertEquals(
      rest.map(({ run }) => run.runId),
      ["late"],
    );
    assertEquals(await storage.claimMany({ ...options, claimId: "third" }), []);
  },
);

forEachDatabase("renew() lengthens a lease, and says when the claim is lost", async (client) => {
  const { storage, effects } = placeOf(client);
  await storage.createRun(newRun("r1"));
  effects.advance(10_000);
  const renewal = { runId: "r1", epoch: BORN, leaseMs: LEASE_MS, reached: 2, position: '["c"]' };
  assertEquals(await storage.renew(renewal), true);
  const renewed = (await storage.loadRun("r1"))?.run;
  assertEquals(renewed?.dueAt, FAKE_START_MS + 10_000 + LEASE_MS);
  assertEquals([renewed?.reached, renewed?.position], [2, '["c"]']);
  assertEquals(await storage.renew({ ...renewal, epoch: BORN + 1 }), false);
  assertEquals(await storage.renew({ ...renewal, runId: "none" }), false);
});

forEachDatabase(
  "cancel() ends a run once, fences its worker, and leaves what is over alone",
  async (client) => {
    const { storage } = placeOf(client);
    await storage.createRun(newRun("r1"));
    assertEquals(await storage.cancel("r1"), { isApplied: true, status: "canceled" });
    assertEquals(await storage.cancel("r1"), { isApplied: false, status: "canceled" });
    assertEquals(
      (await storage.commit(() => commit("r1", BORN, { end: SUCCESS }))).isApplied,
      false,
    );
    assertEquals(await storage.cancel("none"), { isApplied: false, status: null });
  },
);

forEachDatabase(
  "deleteRun() removes a run and its records, and its worker learns it",
  async (client) => {
    const { storage } = placeOf(client);
    await storage.createRun(newRun("r1"));
    await storage.commit(() => commit("r1", BORN, { steps: [step("a", 1)] }));
    await storage.deleteRun("r1");
    await storage.deleteRun("r1");
    assertEquals(await storage.loadRun("r1"), null);
    const late = await storage.commit(() => commit("r1", BORN, { steps: [step("b", 1)] }));
    assertEquals(late, { isApplied: false, status: null });
  },
);

forEachDatabase(
  "a run that is deleted and made anew is fenced from whoever had the old one",
  async (client) => {
    const { storage, effects } = placeOf(client);
    await storage.createRun(newRun("r1"));
    await storage.deleteRun("r1");
    effects.advance(1);
    await storage.createRun(newRun("r1", { writeId: "anew" }));
    const late = await storage.commit(() => commit("r1", BORN, { end: SUCCESS }));
    assertEquals(late.isApplied, false);
    assertEquals((await storage.loadRun("r1"))?.run.status, "running");
  },
);

forEachDatabase(
  "claims and ticks look at what is due, not at the workflow's history",
  async (client) => {
    const { storage } = placeOf(client);
    await storage.init();
    const plan = async (sql: string) => {
      const result = await client.execute({ sql: `EXPLAIN QUERY PLAN ${sql}`, args: [] });
      return rowsOf(result)
        .map((row) => String(row.detail))
        .join("; ");
    };
    const claim = claimStatements({ workflowIds: ["a", "b"], leaseMs: 1, claimId: "w" }, "5")[0];
    const read: Statement[] = [];
    const watched: SqlClient = {
      execute: (statement) => {
        read.push(statement);
        return client.execute(statement);
      },
      batch: (statements, mode) => client.batch(statements, mode),
    };
    await new WorkflowStorage({ client: watched }).nextDueInMs(["a", "b"]);
    for (const [sql, index] of [
      [inlined(claim), "idx_wrkflw_workflow_runs_due"],
      [inlined(read.at(-1)), "idx_wrkflw_workflow_runs_due"],
      [inlined(pageStatement("run_id", {}, 50)), "idx_wrkflw_workflow_runs_created"],
      [
        inlined(pageStatement("run_id", { workflowId: "a", status: "failed" }, 50)),
        "idx_wrkflw_workflow_runs_workflow_list",
      ],
      [inlined(pageStatement("run_id", { status: "failed" }, 50)), "idx_wrkflw_workflow_runs_list"],
    ]) {
      const found = await plan(sql ?? "");
      assert(found.includes(index ?? "") && !found.includes("TEMP B-TREE"), found);
    }
  },
);

/** The statement with its arguments in place, since not every client explains bound ones. */
function inlined(statement: Statement | undefined): string {
  const args = [...(statement?.args ?? [])];
  return (statement?.sql ?? "").replaceAll("?", () => {
    const value = args.shift();
    return typeof value === "string" ? `'${value}'` : String(value);
  });
}

forEachDatabase("the database's own clock decides what is due", async (client) => {
  const effects = new FakeEffects();
  const storage = new WorkflowStorage({ client, effects });
  await storage.createRun(newRun("now", { status: "pending", dueInMs: 0 }));
  await storage.createRun(newRun("later", { status: "pending", dueInMs: 60_000 }));
  const options = { workflowIds: ["flow"], leaseMs: LEASE_MS };
  const claim = await storage.claim({ ...options, claimId: "w1" });
  assertEquals(claim?.run.runId, "now");
  assert(
    Math.abs((claim?.now ?? 0) - Date.now()) < 60_000,
    "The database's clock is off by a minute",
  );
  assertEquals(await storage.claim({ ...options, claimId: "w2" }), null);
});

forEachDatabase("two processes share one database", async (client, database) => {
  const [here, there] = [placeOf(client), placeOf(await database.connectAgain())];
  await Promise.all([here.storage.init(), there.storage.init()]);
  await here.storage.createRun(newRun("r1", { status: "pending", dueInMs: 0 }));
  const claims = await Promise.all([
    here.storage.claim({ workflowIds: ["flow"], leaseMs: LEASE_MS, claimId: "w1" }),
    there.storage.claim({ workflowIds: ["flow"], leaseMs: LEASE_MS, claimId: "w2" }),
  ]);
  assertEquals(claims.filter((claim) => claim !== null).length, 1);
});
