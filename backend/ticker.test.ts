import { assertEquals } from "@std/assert";
import type { HeldClaim } from "./storage/claim.ts";
import { FakeEffects } from "./testing/fake-effects.ts";
import { Ticker, type WorkOptions } from "./ticker.ts";

const OUTAGE_MS = 60_000;

/** For tests in which no run is due by itself. */
const NO_SCHEDULES = {
  fire: () => Promise.resolve(),
  fireIfDue: () => Promise.resolve(),
  nextDueInMs: () => Promise.resolve(null),
};

/** Works through an outage, a good time and an outage, and gives what was written down. */
async function written(options: Omit<WorkOptions, "signal">): Promise<unknown[]> {
  const effects = new FakeEffects();
  const stop = new AbortController();
  const log: unknown[] = [];
  let isAway = true;
  const ticker = new Ticker({
    claim: () => (isAway ? Promise.reject(new Error("away")) : Promise.resolve([])),
    drive: () => {
      throw new Error("Nothing is due");
    },
    giveBack: () => Promise.resolve(),
    patienceMs: 1_000,
    nextDueInMs: () => Promise.resolve(null),
    scheduler: NO_SCHEDULES,
    effects,
    log: (error) => log.push(error),
  });
  const working = ticker.work({ ...options, signal: stop.signal });
  for (const next of [false, true]) {
    await effects.until(effects.sleep(OUTAGE_MS));
    isAway = next;
  }
  await effects.until(effects.sleep(OUTAGE_MS));
  stop.abort();
  await effects.until(working);
  return log;
}

Deno.test("work() writes down the first error of each outage when nobody asked to be told", async () => {
  assertEquals((await written({})).map(String), ["Error: away", "Error: away"]);
});

Deno.test("work() tells onError of every error, and writes nothing down", async () => {
  let told = 0;
  assertEquals(await written({ onError: () => told++ }), []);
  assertEquals(told > 2, true, `It was told ${told} times`);
});

Deno.test("a tick whose time is over when there is room again claims nothing more", async () => {
  const effects = new FakeEffects();
  let claims = 0;
  const ticker = new Ticker({
    claim: (limit) => {
      claims++;
      const run = { runId: "r", workflowId: "w" };
      const claim = { run, askedAt: effects.now() } as HeldClaim;
      return Promise.resolve(Array.from({ length: limit }, () => claim));
    },
    drive: () => ({
      result: effects.sleep(1_000).then(() => ({ runId: "r", status: "pending", steps: {} })),
      stop: () => {},
    }),
    giveBack: () => Promise.resolve(),
    patienceMs: 10_000,
    nextDueInMs: () => Promise.resolve(0),
    scheduler: NO_SCHEDULES,
    effects,
  });
  const { runs } = await effects.until(ticker.tick({ budgetMs: 500, concurrency: 2 }));
  assertEquals([runs.length, claims], [2, 1]);
});
