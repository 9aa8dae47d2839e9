import { assertEquals } from "@std/assert";
import { record } from "../testing/open-app.ts";
import { groupSteps, isInternal } from "./step-groups.ts";

Deno.test("a place that contains others stands before them, though it is recorded after them", () => {
  const paths = ["a", "f/#input", "f/x", "f/g/y", "f/g", "f", "b"];
  const groups = groupSteps(paths.map((path, index) => record({ seq: index + 1, path })));
  assertEquals(
    groups.map(({ path, depth }) => `${depth} ${path}`),
    ["0 a", "0 f", "1 f/#input", "1 f/x", "1 f/g", "2 f/g/y", "0 b"],
  );
});

Deno.test("records of one place are one group: the last one counts", () => {
  const groups = groupSteps([
    record({ seq: 1, path: "a", attempt: 1 }),
    record({ seq: 2, path: "b" }),
    record({ seq: 3, path: "a", attempt: 2 }),
  ]);
  assertEquals(
    groups.map(({ path, latest, earlier }) => [path, latest.seq, earlier.map(({ seq }) => seq)]),
    [
      ["a", 3, [1]],
      ["b", 2, []],
    ],
  );
});

Deno.test("the library's own places are left out unless they failed", () => {
  const [own, failed, users] = groupSteps([
    record({ seq: 1, path: "f/#input" }),
    record({ seq: 2, path: "g/#input", status: "failed" }),
    record({ seq: 3, path: "poll#2" }),
  ]);
  assertEquals(
    [own, failed, users].map((group) => group && isInternal(group)),
    [true, false, false],
  );
});
