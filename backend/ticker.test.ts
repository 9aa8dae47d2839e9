import { assertEquals } from "@std/assert";
import type { HeldClaim } from "./held-claim.ts";
import type { DrivenRun } from "./results.ts";
import { FakeEffects, turns } from "./testing/fake-effects.ts";
import { type TickedRun, Ticker, type TickerOptions, type WorkOptions } from "./ticker.ts";

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

/** A claim of a ticker that has no engine. */
function claimed(runId: string, effects: FakeEffects): HeldClaim {
  return { run: { runId, workflowId: "w" }, askedAt: effects.now() } as HeldClaim;
}

function pending(runId: string): DrivenRun {
  const nothing = { result: null, error: null, failure: null, waits: null };
  return { run: { runId, status: "pending", ...nothing }, steps: [] };
}

/** As many as are asked for are due; they are over at once and written in the next turn. */
function overAtOnce(effects: FakeEffects): TickerOptions {
  return {
    claim: (limit) => Promise.resolve(Array.from({ length: limit }, () => claimed("r", effects))),
    drive: ({ run: { runId } }, { onWalked }) => {
      onWalked?.();
      const driven = turns(1).then(() => pending(runId));
      return { driven, stop: () => {} };
    },
    giveBack: () => Promise.resolve(),
    patienceMs: 10_000,
    nextDueInMs: () => Promise.resolve(0),
    scheduler: NO_SCHEDULES,
    effects,
  };
}

/** Works on runs that are due without end. @returns Which were begun, and which given back. */
async function workedThrough(options: Partial<WorkOptions>, stop: AbortController) {
  const effects = new FakeEffects();
  const begun: string[] = [];
  const givenBack: string[] = [];
  let runs = 0;
  const common = overAtOnce(effects);
  const ticker = new Ticker({
    ...common,
    claim: async (limit) => {
      await turns(1);
      return Array.from({ length: limit }, () => claimed(`run-${runs++}`, effects));
    },
    drive: (claim, driven) => {
      begun.push(claim.run.runId);
      return common.drive(claim, driven);
    },
    giveBack: ({ run }) => {
      givenBack.push(run.runId);
      return Promise.resolve();
    },
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

Deno.test("what onRun throws does not keep work() from writing down an outage", async () => {
  const effects = new FakeEffects();
  const stop = new AbortController();
  const log: string[] = [];
  let claims = 0;
  const ticker = new Ticker({
    ...overAtOnce(effects),
    claim: async () => {
      if (claims++ === 0) return [claimed("r", effects)];
      await turns(3);
      if (claims > 4) stop.abort();
      throw new Error("The database is down");
    },
    log: (error) => log.push(String(error)),
  });
  const onRun = () => {
    throw new Error("onRun");
  };
  await effects.until(ticker.work({ signal: stop.signal, onRun }));
  assertEquals(log, ["Error: onRun", "Error: The database is down"]);
});

Deno.test("what onError throws of what onRun threw ends work() when its runs have ended", async () => {
  const effects = new FakeEffects();
  const ticker = new Ticker(overAtOnce(effects));
  const fail = (error: unknown) => {
    throw error;
  };
  const options = { signal: new AbortController().signal, onRun: fail, onError: fail };
  const working = ticker.work(options).catch((error) => error);
  assertEquals((await effects.until(working)).runId, "r");
});

/** A ticker whose runs take so long. */
function slowTicker(
  effects: FakeEffects,
  ms: number,
  options: Partial<TickerOptions> = {},
): Ticker {
  return new Ticker({
    ...overAtOnce(effects),
    drive: () => ({
      driven: effects.sleep(ms).then(() => pending("r")),
      stop: () => {},
    }),
    ...options,
  });
}

Deno.test("a tick whose time is over when there is room again claims nothing more", async () => {
  const effects = new FakeEffects();
  let claims = 0;
  const ticker = slowTicker(effects, 1_000, {
    claim: (limit) => {
      claims++;
      return overAtOnce(effects).claim(limit);
    },
  });
  const { runs } = await effects.until(ticker.tick({ budgetMs: 500, concurrency: 2 }));
  assertEquals([runs.length, claims], [2, 1]);
});

Deno.test("work() looks for schedules each second while all its room is taken", async () => {
  const effects = new FakeEffects();
  const stop = new AbortController();
  const start = effects.now();
  const looks: number[] = [];
  const fireIfDue = () => {
    if (looks.push(effects.now() - start) > 5) stop.abort();
    return Promise.resolve();
  };
  const ticker = slowTicker(effects, 3_500, { scheduler: { ...NO_SCHEDULES, fireIfDue } });
  await effects.until(ticker.work({ concurrency: 1, signal: stop.signal }));
  assertEquals(looks, [0, 0, 1_000, 2_000, 3_000, 3_500]);
});
