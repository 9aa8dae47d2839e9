import { assertEquals } from "@std/assert";
import { isFalling, warmUp } from "./warm-up.ts";

/** How many pieces are looked at until these times are not falling any more. */
function piecesUntilSettled(times: readonly number[]): number {
  return times.findIndex((_, index) => !isFalling(times.slice(0, index)));
}

Deno.test("a warm-up goes on for as long as its pieces get quicker", () => {
  const falling = Array.from({ length: 40 }, (_, piece) => 100 * 0.97 ** piece);
  assertEquals(piecesUntilSettled(falling), -1);
});

Deno.test("a warm-up ends once none of its last eight pieces was noticeably quicker", () => {
  const settled = Array.from({ length: 40 }, (_, piece) => Math.max(60, 100 - 5 * piece));
  assertEquals(piecesUntilSettled(settled), 17);
});

Deno.test("one slow piece in some does not keep a warm-up going", () => {
  const times = Array.from({ length: 40 }, (_, piece) => (piece % 4 === 3 ? 80 : 60));
  assertEquals(piecesUntilSettled(times), 16);
});

Deno.test("a warm-up tells how many pieces it took and how long the first was, and does no more than sixty", async () => {
  for (const [quicker, most] of [
    [1, 16],
    [0.97, 60],
  ] as const) {
    const clock = { ms: 0, done: 0 };
    const piece = () => {
      clock.ms += 100 * quicker ** clock.done++;
      return Promise.resolve();
    };
    const { pieces, firstMs } = await warmUp(piece, () => clock.ms);
    assertEquals([pieces, clock.done, firstMs], [most, most, 100]);
  }
});
