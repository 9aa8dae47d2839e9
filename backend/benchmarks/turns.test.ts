import { assertEquals } from "@std/assert";
import { byTurns } from "./turns.ts";

/** What is done when each piece of `a` takes one millisecond and each of `b` takes three. */
async function turns(stretch: Parameters<typeof byTurns>[1]) {
  const clock = { ms: 0 };
  const order: string[] = [];
  const work = (name: string, ms: number) => () => {
    order.push(name);
    clock.ms += ms;
  };
  const times = await byTurns({ a: work("a", 1), b: work("b", 3) }, stretch, () => clock.ms);
  return { order: order.join(""), times };
}

Deno.test("a piece of each work is done in turn, and each is timed by itself", async () => {
  const { order, times } = await turns({ atLeast: 1, atMost: 3, ms: 1000 });
  assertEquals(order, "ababab");
  assertEquals(times, { a: [1, 1, 1], b: [3, 3, 3] });
});

Deno.test("turns are begun for as long as there is time for all works, but some are always done", async () => {
  assertEquals((await turns({ atLeast: 1, atMost: 99, ms: 4 })).order, "abab");
  assertEquals((await turns({ atLeast: 3, atMost: 99, ms: 0 })).order, "ababab");
});
