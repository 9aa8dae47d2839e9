import { assertEquals } from "@std/assert";
import { LeastRecentlyUsed } from "./least-recently-used.ts";

Deno.test("a value is kept until it is replaced", () => {
  const kept = new LeastRecentlyUsed<number>(2);
  assertEquals(kept.get("a"), undefined);
  kept.set("a", 1);
  assertEquals(kept.get("a"), 1);
  kept.set("a", 2);
  assertEquals([kept.get("a"), kept.size], [2, 1]);
});

Deno.test("the value that was used longest ago makes room", () => {
  const kept = new LeastRecentlyUsed<number>(2);
  kept.set("a", 1);
  kept.set("b", 2);
  kept.get("a");
  kept.set("c", 3);
  assertEquals([kept.get("a"), kept.get("b"), kept.get("c"), kept.size], [1, undefined, 3, 2]);
});

Deno.test("with much room left the order of use is not kept, and need not be", () => {
  const kept = new LeastRecentlyUsed<number>(8);
  for (const key of ["a", "b", "c"]) kept.set(key, 1);
  for (let round = 0; round < 3; round++) assertEquals(kept.get("a"), 1);
  assertEquals(kept.size, 3);
});
