import { assertEquals } from "@std/assert";
import { FakeEffects } from "./testing/fake-effects.ts";
import { Ticker, type WorkOptions } from "./ticker.ts";

const OUTAGE_MS = 60_000;

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
    scheduler: {
      fire: () => Promise.resolve(),
      fireIfDue: () => Promise.resolve(),
      nextDueInMs: () => Promise.resolve(null),
    },
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
