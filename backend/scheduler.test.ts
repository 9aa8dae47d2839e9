import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { WrkflwError } from "./errors.ts";
import type { Schedule } from "./schedule.ts";
import { CountingClient } from "./testing/counting-client.ts";
import { type FaultMode, FaultyClient } from "./testing/faulty-client.ts";
import { addOne, Count, countingWorkflow } from "./testing/samples.ts";
import { scheduled, storedSlots } from "./testing/scheduled.ts";
import { World } from "./testing/world.ts";
import { createWorkflow } from "./workflow-builder.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

Deno.test("tick() runs a workflow at its slots, with the input of each", async () => {
  await using world = await World.create();
  const ran: string[] = [];
  const engine = world.engine({ workflows: [scheduled({ cron: "0 8 * * *" }, ran)] });
  assertEquals(await engine.tick(), { runs: [], nextDueInMs: 8 * HOUR_MS });
  world.effects.advance(8 * HOUR_MS - 1);
  assertEquals((await engine.tick()).runs, []);
  world.effects.advance(1);
  assertEquals(
    (await engine.tick()).runs.map(({ status }) => status),
    ["success"],
  );
  assertEquals(await engine.tick(), { runs: [], nextDueInMs: DAY_MS });
  world.effects.advance(DAY_MS + 5_000);
  await world.settle(engine);
  assertEquals(ran, ["2026-01-01T08:00", "2026-01-02T08:00"]);
  const { runs } = await world.storage().queryRuns({ tag: "scheduled" });
  assertEquals(
    runs.map(({ tags }) => tags),
    [["scheduled"], ["scheduled"]],
  );
});

Deno.test("a schedule counts from its first tick on: nothing is made up for before", async () => {
  await using world = await World.create();
  world.effects.advance(9 * HOUR_MS);
  const ran: string[] = [];
  await world.settle(world.engine({ workflows: [scheduled({ cron: "0 8 * * *" }, ran)] }));
  assertEquals(ran, []);
});

const YEARS: readonly (readonly [timezone: string, cron: string])[] = [
  ["Europe/Berlin", "30 2 * * *"],
  ["America/New_York", "30 2 * * *"],
  ["America/Santiago", "0 0 * * *"],
  ["Australia/Lord_Howe", "15 2 * * *"],
  ["Pacific/Auckland", "0 3 * * MON-FRI"],
];

for (const [timezone, cron] of YEARS) {
  Deno.test(`through a year of ${timezone} "${cron}" runs once on each of its days, however ticks fall`, async () => {
    await using world = await World.create(timezone.length);
    const ran: string[] = [];
    const flow = scheduled({ cron, timezone }, ran);
    const engines = [world.engine({ workflows: [flow] }), world.engine({ workflows: [flow] })];
    const format = new Intl.DateTimeFormat("sv", { timeZone: timezone, dateStyle: "short" });
    const dayOf = (ms: number) => format.format(ms);
    const days = new Set<string>();
    const begun = world.effects.now();
    await world.settle(engines[0] ?? world.engine());
    while (world.effects.now() < begun + 366 * DAY_MS) {
      days.add(dayOf(world.effects.now()));
      world.effects.advance(Math.round(HOUR_MS * (1 + 10 * world.effects.random())));
      await Promise.all(engines.map((engine) => engine.tick()));
    }
    const isWanted = (day: string) =>
      !cron.endsWith("FRI") || ![0, 6].includes(new Date(`${day}T12:00Z`).getUTCDay());
    // The first day had begun, and the last one is not over.
    const wanted = [...days].slice(1, -1).filter(isWanted);
    const got = ran.map((slot) => dayOf(Date.parse(`${slot}Z`)));
    assertEquals(
      got.filter((day) => wanted.includes(day)),
      wanted,
    );
    assertEquals(new Set(ran).size, ran.length);
  });
}

Deno.test("twenty processes that tick at once make one run of a slot", async () => {
  await using world = await World.create();
  const ran: string[] = [];
  const flow = scheduled({ cron: "0 * * * *" }, ran);
  await world.engine({ workflows: [flow] }).tick();
  for (let hour = 0; hour < 5; hour++) {
    world.effects.advance(HOUR_MS);
    const engines = Array.from({ length: 20 }, () => world.engine({ workflows: [flow] }));
    await world.effects.until(Promise.all(engines.map((engine) => engine.tick())));
  }
  assertEquals(ran.length, 5);
  assertEquals((await storedSlots(world)).length, 5);
});

const FAULTS: readonly FaultMode[] = ["killBefore", "killAfter", "errBefore", "errAfter", "dup"];

for (const mode of FAULTS) {
  Deno.test(`each slot has one run when a database call goes wrong: ${mode}`, async () => {
    for (let call = 1; call <= 12; call++) {
      await using world = await World.create();
      const ran: string[] = [];
      const flow = scheduled({ cron: "0 * * * *" }, ran);
      await world.engine({ workflows: [flow] }).tick();
      world.effects.advance(HOUR_MS);
      const client = new FaultyClient(world.client, { call, mode });
      const doomed = world.engine({ client, workflows: [flow] }).tick();
      await world.effects.until(Promise.race([doomed.catch(() => {}), client.killed]));
      world.effects.advance(MINUTE_MS);
      await world.settle(world.engine({ workflows: [flow] }));
      assertEquals(await storedSlots(world), ["2026-01-01T01:00"], `call ${call}`);
      assertEquals(new Set(ran), new Set(["2026-01-01T01:00"]), `call ${call}`);
    }
  });
}

Deno.test("a request that arrives hours late makes no run of a slot that is dealt with", async () => {
  for (let call = 1; call <= 6; call++) {
    await using world = await World.create();
    const ran: string[] = [];
    const flow = scheduled({ cron: "0 * * * *" }, ran);
    await world.engine({ workflows: [flow] }).tick();
    world.effects.advance(HOUR_MS);
    const fault = { call, mode: "slow", ms: 2.5 * HOUR_MS } as const;
    const sleep = (ms: number) => world.effects.sleep(ms);
    const late = new FaultyClient(world.client, fault, { sleep });
    const slow = world.engine({ client: late, workflows: [flow] }).tick();
    for (let quarter = 0; quarter < 11; quarter++) {
      world.effects.advance(15 * MINUTE_MS);
      await world.settle(world.engine({ workflows: [flow] }));
    }
    await world.effects.until(slow.catch(() => {}));
    world.effects.advance(45 * MINUTE_MS);
    const { schedules } = await world.storage().schedules.load(["report"]);
    assertEquals(schedules.get("report")?.nextAt, Date.UTC(2026, 0, 1, 4), `call ${call}`);
    const slots = await storedSlots(world);
    assertEquals(new Set(slots).size, slots.length, `call ${call}`);
    assertEquals(new Set(ran).size, ran.length, `call ${call}`);
  }
});

Deno.test("after an outage the last slot runs, or none, or all, as the schedule says", async () => {
  const outcomes: Record<string, string[]> = {};
  for (const catchUp of ["latest", "none", "all"] as const) {
    await using world = await World.create();
    const ran: string[] = [];
    const flow = scheduled({ cron: "0 * * * *", catchUp, overlap: "allow" }, ran);
    const engine = world.engine({ workflows: [flow] });
    await world.settle(engine);
    world.effects.advance(3.5 * HOUR_MS);
    await world.settle(engine);
    world.effects.advance(45 * MINUTE_MS);
    await world.settle(engine);
    outcomes[catchUp] = ran.map((slot) => slot.slice(11)).sort();
  }
  assertEquals(outcomes, {
    latest: ["03:00", "04:00"],
    none: ["04:00"],
    all: ["01:00", "02:00", "03:00", "04:00"],
  });
});

Deno.test("a year without a tick is caught up with a bounded number of slots at a time", async () => {
  await using world = await World.create();
  const ran: string[] = [];
  const flow = scheduled({ cron: "0 * * * *", catchUp: "all", overlap: "allow" }, ran);
  const engine = world.engine({ workflows: [flow] });
  await engine.tick();
  world.effects.advance(250 * HOUR_MS);
  const { nextDueInMs } = await engine.tick({ limit: 0 });
  assertEquals(nextDueInMs, 0);
  assertEquals((await storedSlots(world)).length, 100);
  await engine.tick({ limit: 0 });
  await engine.tick({ limit: 0 });
  assertEquals((await storedSlots(world)).length, 250);
  assertEquals(new Set(await storedSlots(world)).size, 250);

  const minutely = scheduled({ cron: "* * * * *" }, ran, { id: "minutely" });
  const other = world.engine({ workflows: [minutely] });
  await other.tick();
  world.effects.advance(365 * DAY_MS);
  const begun = performance.now();
  await other.tick();
  assert(performance.now() - begun < 2_000, "the slots of a year were walked one by one");
  assertEquals((await storedSlots(world, "minutely")).length, 1);
});

Deno.test("a slot is skipped, queued or allowed while the run before waits for a person", async () => {
  const outcomes: Record<string, number[]> = {};
  for (const overlap of ["skip", "queue", "allow"] as const) {
    await using world = await World.create();
    const flow = scheduled({ cron: "0 * * * *", overlap }, [], { suspends: true });
    const engine = world.engine({ workflows: [flow] });
    const counts: number[] = [];
    await world.settle(engine);
    for (let hour = 0; hour < 3; hour++) {
      world.effects.advance(HOUR_MS);
      await world.settle(engine);
      counts.push((await storedSlots(world)).length);
    }
    const [first] = (await world.storage().listRuns("report")).slice(-1);
    await world.effects.until(engine.resume(first?.runId ?? "", { resumeData: true }));
    await world.settle(engine);
    counts.push((await storedSlots(world)).length);
    outcomes[overlap] = counts;
  }
  assertEquals(outcomes, { skip: [1, 1, 1, 1], queue: [1, 1, 1, 2], allow: [1, 2, 3, 3] });
});

Deno.test("a queue with all missed slots runs one after the other, in order", async () => {
  await using world = await World.create();
  const ran: string[] = [];
  const flow = scheduled({ cron: "0 * * * *", overlap: "queue", catchUp: "all" }, ran);
  const engine = world.engine({ workflows: [flow] });
  await world.settle(engine);
  world.effects.advance(4.5 * HOUR_MS);
  await world.settle(engine);
  assertEquals(
    ran.map((slot) => slot.slice(11)),
    ["01:00", "02:00", "03:00", "04:00"],
  );
});

Deno.test("what was skipped, and which run was the last, is kept with the schedule", async () => {
  await using world = await World.create();
  const flow = scheduled({ cron: "0 * * * *" }, [], { suspends: true });
  const engine = world.engine({ workflows: [flow] });
  await world.settle(engine);
  for (let hour = 0; hour < 2; hour++) {
    world.effects.advance(HOUR_MS);
    await world.settle(engine);
  }
  const { schedules } = await world.storage().schedules.load(["report"]);
  const [run] = await world.storage().listRuns("report");
  assertEquals(schedules.get("report"), {
    workflowId: "report",
    pattern: '["0 * * * *","UTC"]',
    nextAt: Date.UTC(2026, 0, 1, 3),
    firedAt: Date.UTC(2026, 0, 1, 1),
    skippedAt: Date.UTC(2026, 0, 1, 2),
    runId: run?.runId ?? null,
    runStatus: "suspended",
  });
});

Deno.test("input that does not fit makes a failed run, and the next slot is not held up", async () => {
  await using world = await World.create();
  const inputData = ({ scheduledAt }: { scheduledAt: Date }) =>
    scheduledAt.getUTCHours() === 1 ? { n: Number.NaN } : { n: 1 };
  const schedule = { cron: "0 * * * *", inputData };
  const flow = createWorkflow({ id: "sum", inputSchema: Count, outputSchema: Count, schedule })
    .then(addOne("add", []))
    .commit();
  const engine = world.engine({ workflows: [flow] });
  await world.settle(engine);
  for (let hour = 0; hour < 2; hour++) {
    world.effects.advance(HOUR_MS);
    await world.settle(engine);
  }
  const [second, first] = await world.storage().listRuns("sum");
  assertEquals([first?.status, second?.status], ["failed", "success"]);
  assertStringIncludes(first?.error ?? "", 'Cannot start workflow "sum": invalid input: n: ');
  assertStringIncludes(await engine.explain(first?.runId ?? ""), "Failed");
});

Deno.test("a changed pattern counts from now on, and belongs to the newest process", async () => {
  await using world = await World.create();
  const ran: string[] = [];
  const old = world.engine({ workflows: [scheduled({ cron: "0 8 * * *" }, ran)] });
  await world.settle(old);
  world.effects.advance(9 * HOUR_MS);
  await world.settle(old);
  const renewed = world.engine({ workflows: [scheduled({ cron: "30 7,9 * * *" }, ran)] });
  await world.settle(renewed);
  assertEquals((await old.tick()).nextDueInMs, null);
  world.effects.advance(31 * MINUTE_MS);
  await world.settle(old);
  assertEquals(ran, ["2026-01-01T08:00"]);
  await world.settle(renewed);
  assertEquals(ran, ["2026-01-01T08:00", "2026-01-01T09:30"]);
  // Nobody has the new pattern any more: the old process takes its schedule back.
  world.effects.advance(2 * DAY_MS);
  await world.settle(old);
  world.effects.advance(DAY_MS);
  await world.settle(old);
  assertEquals(ran.at(-1), "2026-01-04T08:00");
});

Deno.test("a pattern that cannot be read is told by tick(), after other runs and schedules", async () => {
  await using world = await World.create();
  const ran: string[] = [];
  const engine = world.engine({
    workflows: [
      scheduled({ cron: "99 * * * *" }, ran, { id: "broken" }),
      scheduled({ cron: "0 * * * *" }, ran),
      countingWorkflow(1),
    ],
  });
  await assertRejects(() => engine.tick(), WrkflwError, 'Workflow "broken": cannot use');
  const run = await engine.createRun(countingWorkflow(1), "r");
  await run.enqueue({ inputData: { n: 0 } });
  world.effects.advance(HOUR_MS);
  await assertRejects(() => engine.tick(), WrkflwError, 'Workflow "broken": cannot use');
  assertEquals((await run.getSnapshot())?.status, "success");
  assertEquals(ran, ["2026-01-01T01:00"]);
});

Deno.test("work() makes runs at their slots, and asks the database seldom for it", async () => {
  await using world = await World.create();
  const ran: string[] = [];
  const client = new CountingClient(world.client);
  const flow = scheduled({ cron: "*/10 * * * *" }, ran);
  const engine = world.engine({ client, workflows: [flow] });
  const stop = new AbortController();
  const work = engine.work({ signal: stop.signal });
  world.effects.sleep(35 * MINUTE_MS + 500).then(() => stop.abort());
  await world.effects.until(work);
  assertEquals(
    ran.map((slot) => slot.slice(11)),
    ["00:10", "00:20", "00:30"],
  );
  // Idle work asks for runs twice a second; schedules add one question a minute.
  assert(client.roundTrips < 35 * 60 * 2 + 120, `${client.roundTrips} round trips`);
});

Deno.test("without a schedule a tick asks nothing more of the database", async () => {
  await using world = await World.create();
  const client = new CountingClient(world.client);
  const engine = world.engine({ client, workflows: [countingWorkflow(1)] });
  await engine.init();
  client.reset();
  await engine.tick();
  assertEquals(client.roundTrips, 2);
});

Deno.test("createWorkflow() refuses a schedule that cannot be used", () => {
  const refuse = (schedule: unknown, expected: string) => {
    const config = { id: "w", inputSchema: z.string(), outputSchema: z.string() };
    try {
      createWorkflow({ ...config, schedule: schedule as Schedule<string> });
    } catch (error) {
      assert(error instanceof WrkflwError);
      assertEquals(error.code, "INVALID_DEFINITION");
      assertEquals(error.message, `Workflow "w": ${expected}`);
      return;
    }
    throw new Error(`Was accepted: ${JSON.stringify(schedule)}`);
  };
  const cron = "0 8 * * *";
  const inputData = "x";
  refuse("0 8 * * *", "schedule must be { cron, inputData, ... }");
  refuse(null, "schedule must be { cron, inputData, ... }");
  refuse({ cron }, "schedule needs inputData for its runs");
  refuse({ inputData }, "schedule.cron must have five or six fields: got undefined");
  refuse({ cron: "8 *", inputData }, 'schedule.cron must have five or six fields: got "8 *"');
  refuse({ cron, inputData, every: "1h" }, 'schedule has no option "every"');
  refuse(
    { cron, inputData, timezone: "Berlin" },
    'schedule.timezone must be a name such as "Europe/Berlin" or "UTC": got "Berlin"',
  );
  refuse(
    { cron, inputData, overlap: "no" },
    'schedule.overlap must be one of "skip", "queue", "allow": got no',
  );
  refuse(
    { cron, inputData, catchUp: 3 },
    'schedule.catchUp must be one of "latest", "none", "all": got 3',
  );
  refuse(
    { cron, inputData, catchUp: "all" },
    'schedule.catchUp "all" would skip what overlaps: set overlap to "queue" or "allow"',
  );
});

Deno.test("the input of a schedule must be what the workflow takes", () => {
  createWorkflow({
    id: "typed",
    inputSchema: z.object({ day: z.string() }),
    outputSchema: z.object({ day: z.string() }),
    // @ts-expect-error: day is a text
    schedule: { cron: "0 8 * * *", inputData: { day: 8 } },
  }).commit();
});
