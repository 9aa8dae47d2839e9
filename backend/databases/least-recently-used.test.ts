import { assertEquals } from "@std/assert";
import { LeastRecentlyUsed } from "./least-recently-used.ts";

Deno.test("getOrMake() makes a value once and keeps it", () => {
  const kept = new LeastRecentlyUsed<number>(2);
  assertEquals(
    kept.getOrMake("a", () => 1),
    1,
  );
  assertEquals(
    kept.getOrMake("a", () => 2),
    1,
  );
});

Deno.test("getOrMake() drops the value that was used longest ago", () => {
  const kept = new LeastRecentlyUsed<number>(2);
  for (const key of ["a", "b", "a", "c"]) kept.getOrMake(key, () => 1);
  assertEquals(kept.size, 2);
  assertEquals(
    kept.getOrMake("a", () => 2),
    1,
  );
  assertEquals(
    kept.getOrMake("b", () => 2),
    2,
  );
});

Deno.test("getOrMake() keeps nothing when making fails", () => {
  const kept = new LeastRecentlyUsed<number>(2);
  let tries = 0;
  for (let round = 0; round < 2; round++) {
    try {
      kept.getOrMake("a", () => {
        tries++;
        throw new Error("no");
      });
    } catch {
      // Expected.
    }
  }
  assertEquals([tries, kept.size], [2, 0]);
});
