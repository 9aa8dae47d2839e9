import { assert, assertEquals, assertMatch } from "@std/assert";
import { systemEffects, uuidV7 } from "./effects.ts";

Deno.test("ids are version 7 UUIDs that sort by the time they were made", () => {
  const form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const ids = [0, 1, 1_000, Date.UTC(2026, 0, 1), Date.UTC(9999, 0, 1)].map(uuidV7);
  for (const id of ids) assertMatch(id, form);
  assertEquals([...ids].sort(), ids);
  assertEquals(new Set(Array.from({ length: 10_000 }, () => uuidV7(5))).size, 10_000);
});

Deno.test("ids of one millisecond sort in the order in which they were made", () => {
  for (const ms of [7, 8, 7, 9]) {
    const ids = Array.from({ length: 2_000 }, () => uuidV7(ms));
    assertEquals([...ids].sort(), ids);
  }
});

Deno.test("the ids of each millisecond are counted from a random beginning", () => {
  const counts = Array.from({ length: 100 }, (_, ms) => uuidV7(ms).slice(15, 18));
  assert(new Set(counts).size > 50, counts.join(" "));
});

Deno.test("the system's clock is the world's", () => {
  assert(Math.abs(systemEffects.now() - Date.now()) < 2_000);
});

Deno.test("a sleep ends at once when its signal aborts, before or while it lasts", async () => {
  await systemEffects.sleep(1e12, AbortSignal.abort());
  const stop = new AbortController();
  const sleeping = systemEffects.sleep(1e12, stop.signal);
  stop.abort();
  await sleeping;
  await systemEffects.sleep(-5);
});
