import { assertEquals, assertRejects } from "@std/assert";
import { WrkflwError } from "./errors.ts";
import { type InTimeOptions, inTime, isThenable } from "./in-time.ts";
import { Stopping } from "./stopping.ts";
import { FakeEffects } from "./testing/fake-effects.ts";

/** Some work that a test ends by hand, and what it is waited for in. */
function work(limitMs?: number) {
  const effects = new FakeEffects();
  const stopping = new Stopping();
  const watching = new Set<unknown>();
  const frame = {
    signal: stopping.signal,
    now: () => effects.now(),
    sleep: (ms: number, signal: AbortSignal) => effects.sleep(ms, signal),
    watch: (tell: (reason: unknown) => void) => {
      watching.add(tell);
      stopping.watch(tell);
    },
    unwatch: (tell: (reason: unknown) => void) => {
      watching.delete(tell);
      stopping.unwatch(tell);
    },
  };
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const stops: unknown[] = [];
  const options: InTimeOptions<string> = {
    limit:
      limitMs === undefined
        ? undefined
        : { at: effects.now() + limitMs, message: () => "too slow" },
    wait: (succeed, fail) => void promise.then(succeed, fail),
    onStop: (reason) => stops.push(reason),
  };
  return {
    effects,
    stopping,
    watching,
    stops,
    resolve,
    reject,
    begin: () => inTime(frame, options),
  };
}

Deno.test("work that ends in time gives its value or its error, and is watched no more", async () => {
  for (const limitMs of [undefined, 100]) {
    const good = work(limitMs);
    const result = good.begin();
    assertEquals(good.watching.size, 1);
    good.resolve("done");
    assertEquals(await result, "done");
    const bad = work(limitMs);
    const failure = bad.begin();
    bad.reject(new Error("broken"));
    await assertRejects(() => failure, Error, "broken");
    for (const { watching, stops, effects } of [good, bad]) {
      effects.advance(1_000);
      assertEquals([watching.size, stops], [0, []]);
    }
  }
});

Deno.test("work that takes too long rejects at its limit and not before, and is told", async () => {
  const slow = work(100);
  const result = slow.begin();
  slow.effects.advance(99);
  assertEquals(slow.stops, []);
  slow.effects.advance(1);
  const error = await assertRejects(() => result, WrkflwError, "too slow");
  assertEquals([error.code, slow.stops, slow.watching.size], ["TIMED_OUT", [error], 0]);
  slow.resolve("too late");
});

Deno.test("work is waited for no more when the process has to let go of the run", async () => {
  const lost = work(100);
  const result = lost.begin();
  lost.stopping.stop("lost");
  assertEquals(await result.catch((reason) => reason), "lost");
  const late = work();
  late.stopping.stop("lost before");
  assertEquals(await late.begin().catch((reason) => reason), "lost before");
  assertEquals([lost.stops, late.stops], [["lost"], ["lost before"]]);
  assertEquals([lost.watching.size, late.watching.size], [0, 0]);
});

Deno.test("what has a function `then` is still to come", () => {
  const values: unknown[] = [
    Promise.resolve(1),
    { then: () => {} },
    { then: 1 },
    {},
    null,
    undefined,
    "then",
  ];
  assertEquals(
    values.map((value) => isThenable(value)),
    [true, true, false, false, false, false, false],
  );
});
