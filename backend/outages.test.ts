/**
 * A database that cannot be written for a while, for real reasons on a real file: each gives a
 * clear error, the work is parked, nothing false is recorded, and it goes on afterwards.
 */

import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import type { ExecutionEngine } from "./engine.ts";
import { WrkflwError } from "./errors.ts";
import { createStep } from "./step.ts";
import { FilePlace } from "./testing/file-place.ts";
import { askForText } from "./testing/samples.ts";
import type { Workflow } from "./workflow.ts";
import { createWorkflow } from "./workflow-builder.ts";

const HOUR_MS = 3_600_000;

interface Outage {
  readonly name: string;
  readonly begin: (place: FilePlace) => Promise<() => Promise<void>>;
  readonly message: RegExp;
}

const OUTAGES: readonly Outage[] = [
  {
    name: "full",
    begin: fillUp,
    message: /^Cannot use database ".*": it is full; free some space/,
  },
  {
    name: "locked by another process",
    begin: lock,
    message: /another connection keeps it locked; end that connection's transaction/,
  },
  {
    name: "read-only",
    begin: forbidWrites,
    message: /it is read-only; make the file and its directory writable/,
  },
];

/** No page more than it has; what it has is full, as values here take more than a page. */
async function fillUp({ client }: FilePlace): Promise<() => Promise<void>> {
  await client.execute({ sql: "PRAGMA max_page_count = 1", args: [] });
  return async () => {
    await client.execute({ sql: "PRAGMA max_page_count = 1000000", args: [] });
  };
}

async function lock({ path }: FilePlace): Promise<() => Promise<void>> {
  const script = new URL("./testing/lock-holder.ts", import.meta.url).pathname;
  const holder = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script, path],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = holder.stdout.getReader();
  assertEquals((await reader.read()).done, false, "The other process did not get the lock");
  return async () => {
    await holder.stdin.close();
    await reader.cancel();
    await holder.status;
  };
}

async function forbidWrites({ client }: FilePlace): Promise<() => Promise<void>> {
  await client.execute({ sql: "PRAGMA query_only = 1", args: [] });
  return async () => {
    await client.execute({ sql: "PRAGMA query_only = 0", args: [] });
  };
}

/** Takes more than a page of the database. */
const LONG = "x".repeat(20_000);

type TextWorkflow = Workflow<"texts", string, string>;

/** Three steps; during the second `meanwhile` happens. */
function textWorkflow(executions: string[], meanwhile: () => Promise<void>): TextWorkflow {
  const step = <const Id extends string>(id: Id, work: () => Promise<void>) =>
    createStep({
      id,
      inputSchema: z.string(),
      outputSchema: z.string(),
      execute: async ({ inputData, idempotencyKey }) => {
        executions.push(idempotencyKey);
        await work();
        return `${inputData} ${id} ${LONG}`.slice(0, LONG.length);
      },
    });
  return createWorkflow({ id: "texts", inputSchema: z.string(), outputSchema: z.string() })
    .then(step("before", () => Promise.resolve()))
    .then(step("trouble", meanwhile))
    .then(step("after", () => Promise.resolve()))
    .commit();
}

async function assertRefused(work: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await assertRejects(() => work, WrkflwError);
  assertEquals(error.code, "STORAGE_UNAVAILABLE");
  assert(message.test(error.message), error.message);
  assert(error.cause instanceof Error);
}

for (const { name, begin, message } of OUTAGES) {
  Deno.test(`a run whose database is ${name} in the middle goes on when it is not`, async () => {
    await using place = await FilePlace.create();
    const executions: string[] = [];
    let end = () => Promise.resolve();
    let isBroken = false;
    const workflow = textWorkflow(executions, async () => {
      if (!isBroken) end = await begin(place);
      isBroken = true;
    });
    const engine = place.engine({ workflows: [workflow] });
    const run = await engine.createRun(workflow, "r1");
    const error = await assertRejects(
      () => place.effects.until(run.start({ inputData: LONG })),
      WrkflwError,
    );
    // The test's clock runs on while a process is waited for: the lease may be over first.
    if (error.code !== "RUN_IN_PROGRESS") await assertRefused(Promise.reject(error), message);
    const { run: stored, steps } = (await engine.storage.loadRun("r1")) ?? { steps: [] };
    assertEquals(
      steps.map(({ path }) => path),
      ["before"],
    );
    assertEquals([stored?.error, stored?.failure, stored?.endedAt], [null, null, null]);
    assert(["running", "pending"].includes(stored?.status ?? ""), stored?.status);

    // As long as it lasts, whoever takes the run records nothing, and never gives it up.
    for (let hour = 0; hour < 8; hour++) {
      place.effects.advance(HOUR_MS);
      await place.effects.until(engine.tick()).catch((error: unknown) => {
        assert(error instanceof WrkflwError && error.code === "STORAGE_UNAVAILABLE");
      });
    }
    const during = await engine.storage.loadRun("r1");
    assertEquals(during?.steps, steps);
    assert(["running", "pending"].includes(during?.run.status ?? ""), during?.run.status);

    await end();
    place.effects.advance(HOUR_MS);
    assertEquals((await place.effects.until(engine.tick())).runs.at(0)?.status, "success");
    assertEquals(
      executions.filter((key) => key === "r1/before"),
      ["r1/before"],
    );
    assertEquals(new Set(executions).size, 3);
    assertEquals((await engine.loadSnapshot("r1"))?.error, undefined);
  });
}

/** What callers may ask for meanwhile; each needs room for something long. */
const REQUESTS: Readonly<Record<string, (engine: ExecutionEngine) => Promise<unknown>>> = {
  start: async (engine) => {
    const run = await engine.createRun(waiting, "fresh");
    return await run.start({ inputData: LONG });
  },
  enqueue: async (engine) => {
    const run = await engine.createRun(waiting, "fresh");
    return await run.enqueue({ inputData: LONG });
  },
  resume: (engine) => engine.resume("suspended", { step: "ask", resumeData: LONG }),
  sendEvent: (engine) => engine.sendEvent("unheard", LONG, { eventId: "e1" }),
};

/** What would be applied if the database could be written at all. */
const SHORT_REQUESTS: Readonly<Record<string, (engine: ExecutionEngine) => Promise<unknown>>> = {
  cancel: (engine) => engine.cancel("suspended"),
  deleteRun: (engine) => engine.storage.deleteRun("suspended"),
  tick: (engine) => engine.tick(),
};

const waiting = createWorkflow({ id: "waiting", inputSchema: z.string(), outputSchema: z.string() })
  .then(askForText)
  .commit();

/** A run that is suspended, one that is due. */
async function prepare(place: FilePlace): Promise<ExecutionEngine> {
  const engine = place.engine({ workflows: [waiting] });
  const suspended = await engine.createRun(waiting, "suspended");
  await suspended.safeStart({ inputData: LONG });
  const due = await engine.createRun(waiting, "due");
  await due.enqueue({ inputData: LONG });
  return engine;
}

for (const { name, begin, message } of OUTAGES) {
  const requests = name === "full" ? REQUESTS : { ...REQUESTS, ...SHORT_REQUESTS };
  for (const [request, ask] of Object.entries(requests)) {
    Deno.test(`${request} on a database that is ${name} says so and changes nothing`, async () => {
      await using place = await FilePlace.create();
      const engine = await prepare(place);
      const before = await place.dump();
      const end = await begin(place);
      await assertRefused(place.effects.until(ask(engine)), message);
      // What can be read is still read.
      assertEquals((await engine.storage.listRuns()).length, 2);
      assertEquals(await engine.explain("suspended"), 'Waits for somebody to resume "ask"');
      await end();
      assertEquals(await place.dump(), before);
      await place.effects.until(
        ask(engine).catch((error: unknown) => {
          assertNotEquals(error instanceof WrkflwError && error.code, "STORAGE_UNAVAILABLE");
        }),
      );
      assertNotEquals(await place.dump(), before);
    });
  }
}

Deno.test("retention makes room in a full database, and its runs go on", async () => {
  await using place = await FilePlace.create();
  const executions: string[] = [];
  const workflow = textWorkflow(executions, () => Promise.resolve());
  const engine = place.engine({ workflows: [workflow], retention: { maxRuns: 2 } });
  const full = place.engine();
  for (let index = 0; index < 12; index++) {
    const run = await full.createRun(workflow, `done-${index}`);
    await run.start({ inputData: LONG });
  }
  await full.createRun(workflow, "due").then((run) => run.enqueue({ inputData: LONG }));
  const end = await fillUp(place);
  const late = await full.createRun(workflow, "late");
  await assertRefused(place.effects.until(late.enqueue({ inputData: LONG })), /it is full/);

  await place.effects.until(engine.tick()).catch(() => {});
  place.effects.advance(HOUR_MS);
  await place.effects.until(engine.tick());
  await late.enqueue({ inputData: LONG });
  await place.effects.until(engine.tick());
  const { runs } = await engine.storage.queryRuns();
  assertEquals(runs.map(({ runId, status }) => [runId, status]).sort(), [
    ["due", "success"],
    ["late", "success"],
  ]);
  await end();
});

Deno.test("work() outlasts a locked database, tells of it, and goes on", async () => {
  await using place = await FilePlace.create();
  const workflow = textWorkflow([], () => Promise.resolve());
  const engine = place.engine({ workflows: [workflow] });
  await engine.createRun(workflow, "due").then((run) => run.enqueue({ inputData: LONG }));
  const unlock = await lock(place);
  const stop = new AbortController();
  const errors: unknown[] = [];
  let release = () => {};
  const isDone = new Promise<void>((resolve) => {
    release = resolve;
  });
  const work = engine.work({
    signal: stop.signal,
    onError: (error) => errors.push(error),
    onRun: ({ status }) => (status === "success" ? release() : undefined),
  });
  while (errors.length < 3) await place.effects.until(place.effects.sleep(1_000));
  await unlock();
  await place.effects.until(isDone);
  stop.abort();
  await place.effects.until(work);
  for (const error of errors) assert(error instanceof WrkflwError, String(error));
  assertEquals((await engine.loadSnapshot("due"))?.status, "success");
});
