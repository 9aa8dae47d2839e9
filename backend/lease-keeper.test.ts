/** Leases on a clock that is moved by hand: who is renewed when, and who is stopped. */
import { assertEquals } from "@std/assert";
import { type Kept, LeaseKeeper } from "./lease-keeper.ts";
import { inNextTurn } from "./next-turn.ts";
import { FakeEffects, turns } from "./testing/fake-effects.ts";

const LEASE_MS = 30_000;
const THIRD_MS = LEASE_MS / 3;
const SAFE_MS = LEASE_MS * 0.9;

/** How the database answers a renewal: the claim holds, is lost, or no answer comes. */
type Answer = "holds" | "lost" | "none";

/** What a keeper sees of a run: it notes when its lease was to be renewed, and why it was stopped. */
class FakeRun implements Kept {
  readonly renewals: number[] = [];
  readonly stops: string[] = [];
  readonly #effects: FakeEffects;
  readonly #answer: Answer;
  #renewedAt: number;

  constructor(effects: FakeEffects, answer: Answer, claimedMsAgo = 0) {
    this.#effects = effects;
    this.#answer = answer;
    this.#renewedAt = effects.now() - claimedMsAgo;
  }

  get writer(): Kept["writer"] {
    return {
      runId: "r",
      renewedAt: this.#renewedAt,
      safeUntil: this.#renewedAt + SAFE_MS,
      renew: () => this.#renew(),
    };
  }

  readonly stop = ({ code }: { readonly code: string }) => void this.stops.push(code);

  async #renew(): Promise<boolean> {
    this.renewals.push(this.#effects.now());
    if (this.#answer === "none") return await new Promise(() => {});
    if (this.#answer === "holds") this.#renewedAt = this.#effects.now();
    return this.#answer === "holds";
  }
}

class World {
  readonly effects = new FakeEffects();
  readonly keeper = new LeaseKeeper({ effects: this.effects, leaseMs: LEASE_MS });
  readonly #beganAt = this.effects.now();

  /** A run whose lease is kept from now on. */
  run(answer: Answer, claimedMsAgo?: number): FakeRun {
    const run = new FakeRun(this.effects, answer, claimedMsAgo);
    this.keeper.keep(run);
    return run;
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 1_000) {
      this.effects.advance(1_000);
      await turns(2);
    }
  }

  renewalsOf(run: FakeRun): number[] {
    return run.renewals.map((at) => at - this.#beganAt);
  }
}

Deno.test("a lease is renewed at every third of it, for as long as it is kept", async () => {
  const world = new World();
  const run = world.run("holds");
  await world.pass(3.5 * THIRD_MS);
  world.keeper.letGo(run);
  await world.pass(LEASE_MS);
  assertEquals(world.renewalsOf(run), [THIRD_MS, 2 * THIRD_MS, 3 * THIRD_MS]);
  assertEquals(run.stops, []);
});

Deno.test("each run has its own times, also one that was claimed long before it is kept", async () => {
  const world = new World();
  const first = world.run("holds");
  await world.pass(1_000);
  const second = world.run("holds");
  const old = world.run("holds", THIRD_MS - 2_000);
  await world.pass(THIRD_MS + 1_000);
  assertEquals(world.renewalsOf(old), [3_000]);
  assertEquals(world.renewalsOf(first), [THIRD_MS]);
  assertEquals(world.renewalsOf(second), [THIRD_MS + 1_000]);
  for (const run of [first, second, old]) world.keeper.letGo(run);
});

Deno.test("a run whose claim is lost is stopped alone, and not looked at again", async () => {
  const world = new World();
  const lost = world.run("lost");
  const other = world.run("holds");
  await world.pass(LEASE_MS);
  assertEquals(lost.stops, ["LEASE_LOST"]);
  assertEquals(world.renewalsOf(lost), [THIRD_MS]);
  assertEquals([other.stops, other.renewals.length], [[], 3]);
  world.keeper.letGo(other);
});

Deno.test("without an answer a run is asked for again, and stopped before its lease is over", async () => {
  const world = new World();
  const run = world.run("none");
  await world.pass(SAFE_MS - 1_000);
  assertEquals(run.stops, []);
  assertEquals(run.renewals.length, 2);
  await world.pass(2_000);
  assertEquals(run.stops, ["LEASE_LOST"]);
});

Deno.test("a run that comes too late to be worked on is stopped at once", () => {
  const world = new World();
  assertEquals(world.run("holds", SAFE_MS).stops, ["LEASE_LOST"]);
});

// The first turn that is waited for takes longer.
await new Promise<void>(inNextTurn);

/** Counts the timers that were started, and those that have not ended. */
class CountedTimers {
  started = 0;
  pending = 0;
  readonly effects = new FakeEffects();

  now(): number {
    return this.effects.now();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.started++;
    this.pending++;
    await this.effects.sleep(ms, signal);
    this.pending--;
  }

  get counts(): [started: number, pending: number] {
    return [this.started, this.pending];
  }
}

Deno.test("a run that is over in its turn needs no timer", async () => {
  const timers = new CountedTimers();
  const keeper = new LeaseKeeper({ effects: timers, leaseMs: LEASE_MS });
  const run = new FakeRun(timers.effects, "holds");
  keeper.keep(run);
  await Promise.resolve();
  keeper.letGo(run);
  await turns(2);
  assertEquals(timers.counts, [0, 0]);
});

Deno.test("runs that follow one another share a timer, which goes when none is left", async () => {
  const timers = new CountedTimers();
  const keeper = new LeaseKeeper({ effects: timers, leaseMs: LEASE_MS });
  for (let count = 0; count < 10; count++) {
    const run = new FakeRun(timers.effects, "holds");
    keeper.keep(run);
    await turns(count === 0 ? 2 : 0);
    keeper.letGo(run);
  }
  assertEquals(timers.counts, [1, 1]);
  await turns(2);
  assertEquals(timers.counts, [1, 0]);
});
