import { assert, assertEquals } from "@std/assert";
import { timeScale } from "./time-scale.ts";

const DAY_MS = 86_400_000;

Deno.test("without long waits a scale is as long as the time", () => {
  const scale = timeScale({ from: 1_000, to: 2_000 }, [{ from: 1_000, to: 2_000 }]);
  assertEquals([scale.at(1_000), scale.at(1_250), scale.at(2_000)], [0, 25, 100]);
  assertEquals(
    scale.pieces.some(({ isSqueezed }) => isSqueezed),
    false,
  );
});

Deno.test("a wait of days leaves room for work of milliseconds", () => {
  const work = [
    { from: 0, to: 30 },
    { from: DAY_MS, to: DAY_MS + 20 },
  ];
  const scale = timeScale({ from: 0, to: DAY_MS + 20 }, work);
  const [first, wait, last] = scale.pieces;
  assertEquals(
    scale.pieces.map(({ isSqueezed }) => isSqueezed),
    [false, true, false],
  );
  assertEquals(((first?.width ?? 0) / (last?.width ?? 1)).toFixed(3), "1.500");
  assert((wait?.width ?? 100) <= 71, String(wait?.width));
  assertEquals([scale.at(0), scale.at(DAY_MS + 20)], [0, 100]);
});

Deno.test("moments keep their order, and those outside stand at the ends", () => {
  const work = Array.from({ length: 50 }, (_, n) => ({
    from: n * 10_000,
    to: n * 10_000 + (n % 7),
  }));
  const scale = timeScale({ from: 0, to: 600_000 }, work, [550_000]);
  let before = -1;
  for (let moment = -5_000; moment <= 605_000; moment += 1_234) {
    const at = scale.at(moment);
    assert(at >= before && at >= 0 && at <= 100, `${moment}: ${at}`);
    before = at;
  }
  assertEquals(scale.pieces.reduce((sum, { width }) => sum + width, 0).toFixed(3), "100.000");
});

Deno.test("a run that took no time, or in which nothing works, has a scale", () => {
  assertEquals(timeScale({ from: 5, to: 5 }, [{ from: 5, to: 5 }]).at(5), 0);
  assertEquals(timeScale({ from: 0, to: 100 }, []).at(50), 50);
});
