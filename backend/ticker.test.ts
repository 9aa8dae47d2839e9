import { assertEquals } from "@std/assert";
import type { HeldClaim } from "./storage/claim.ts";
import { FakeEffects, turns } from "./testing/fake-effects.ts";
import { type TickedRun, Ticker, type WorkOptions } from "./ticker.ts";

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

/** Works on runs that are due without end, each over at once. @returns What `onRun` was told. */
async function workedThrough(options: Partial<WorkOptions>, stop: AbortController) {
  const effects = new FakeEffects();
  const begun: string[] = [];
  const givenBack: string[] = [];
  let runs = 0;
  const ticker = new Ticker({
    claim: async (limit) => {
      // The answers for runs that end in the same commit come first.
      await turns(1);
      return Array.from({ length: limit }, () => {
        const run = { runId: `run-${runs++}`, workflowId: "w" };
        return { run, askedAt: effects.now() } as HeldClaim;
      });
    },
    drive: ({ run: { runId } }, { onWalked }) => {
      begun.push(runId);
      onWalked?.();
      return {
        result: turns(1).then(() => ({ runId, status: "pending", steps: {} })),
        stop: () => {},
      };
    },
    giveBack: ({ run }) => {
      givenBack.push(run.runId);
      return Promise.resolve();
    },
    patienceMs: 10_000,
    nextDueInMs: () => Promise.resolve(0),
    scheduler: NO_SCHEDULES,
    effects,
  });
  await effects.until(ticker.work({ ...options, signal: stop.signal }));
  return { begun, givenBack };
}

Deno.test("work() begins none of the runs that were claimed when its signal aborted, and gives them back", async () => {
  const stop = new AbortController();
  const onRun = () => stop.abort();
  const { begun, givenBack } = await workedThrough({ concurrency: 1, onRun }, stop);
  assertEquals([begun, givenBack], [["run-0"], ["run-1"]]);
});

Deno.test("work() tells onError what onRun throws, and goes on", async () => {
  const stop = new AbortController();
  const told: string[] = [];
  const onRun = ({ runId }: TickedRun) => {
    throw new Error(runId);
  };
  const onError = (error: unknown) => {
    if (told.push(String(error)) === 4) stop.abort();
  };
  await workedThrough({ concurrency: 2, onRun, onError }, stop);
  assertEquals(
    told.slice(0, 4),
    [0, 1, 2, 3].map((n) => `Error: run-${n}`),
  );
});

Deno.test("work() looks for schedules each second while all its room is taken", async () => {
  const effects = new FakeEffects();
  const stop = new AbortController();
  const looks: number[] = [];
  const ticker = new Ticker({
    claim: () =>
      Promise.resolve([
        { run: { runId: "r", workflowId: "w" }, askedAt: effects.now() } as HeldClaim,
      ]),
    drive: () => ({
      result: effects.sleep(3_500).then(() => ({ runId: "r", status: "pending", steps: {} })),
      stop: () => {},
    }),
    giveBack: () => Promise.resolve(),
    patienceMs: 10_000,
    nextDueInMs: () => Promise.resolve(0),
    scheduler: {
      ...NO_SCHEDULES,
      fireIfDue: () => {
        looks.push(effects.now());
        if (looks.length > 5) stop.abort();
        return Promise.resolve();
      },
    },
    effects,
  });
  await effects.until(ticker.work({ concurrency: 1, signal: stop.signal }));
  const [start = 0] = looks;
  assertEquals(
    looks.slice(0, 6).map((at) => at - start),
    [0, 0, 1_000, 2_000, 3_000, 3_500],
  );
});
