import { assertEquals } from "@std/assert";
import { BEFORE, MEASURED, measureSteps, warmUp } from "./pieces.ts";

/** What is measured of pieces of 100 steps that take so many milliseconds each, by a clock that only they move. */
function measured(msOfPiece: (index: number) => number) {
  const clock = { ms: 0, pieces: 0 };
  const piece = () => {
    clock.ms += msOfPiece(clock.pieces++);
    return Promise.resolve();
  };
  return measureSteps(piece, 100, () => clock.ms);
}

Deno.test("short pieces are done as often as they may be", async () => {
  const { piecesBefore, piecesMeasured } = await measured(() => 1);
  assertEquals([piecesBefore, piecesMeasured], [BEFORE.atMost, MEASURED.atMost]);
});

Deno.test("longer ones are begun for as long as there is time", async () => {
  const { piecesBefore, piecesMeasured } = await measured(() => 400);
  assertEquals([piecesBefore, piecesMeasured], [BEFORE.ms / 400 + 0.5, MEASURED.ms / 400]);
});

Deno.test("however long they take, some are done", async () => {
  const { piecesBefore, piecesMeasured } = await measured(() => 60_000);
  assertEquals([piecesBefore, piecesMeasured], [BEFORE.atLeast, MEASURED.atLeast]);
});

Deno.test("a step's time is that of all measured pieces; the first and the quickest stand beside it", async () => {
  const ms = (index: number) => {
    if (index === 0) return 50;
    if (index === 5) return 8;
    return index < BEFORE.atMost ? 20 : index % 2 === 0 ? 10 : 30;
  };
  const { stepUs, firstStepsUs, quickestStepsUs } = await measured(ms);
  assertEquals([stepUs, firstStepsUs, quickestStepsUs], [200, 500, 80]);
});

Deno.test("a warm-up tells what its pieces took", async () => {
  const clock = { ms: 0 };
  const took = await warmUp(
    () => Promise.resolve(clock.ms++),
    () => clock.ms,
  );
  assertEquals(
    took,
    Array.from({ length: BEFORE.atMost }, () => 1),
  );
});
