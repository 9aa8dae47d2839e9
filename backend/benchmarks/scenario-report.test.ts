import { assertMatch, assertStringIncludes } from "@std/assert";
import type { Result } from "./scenario.ts";
import { scenarioReportOf } from "./scenario-report.ts";

const WOKEN: Result = {
  scenario: "sleepers",
  subject: "wrkflw",
  synchronous: "FULL",
  figures: { runUs: 60, begunUs: 80 },
  rounds: [
    { runUs: 60, begunUs: 80 },
    { runUs: 66, begunUs: 60 },
    { runUs: 59.04, begunUs: 81 },
  ],
};

Deno.test("a scenario that was measured alone is shown with its figures, its aims and the way to repeat it", () => {
  const report = scenarioReportOf("sleepers", [WOKEN], { rounds: 3, machine: "a box", peers: {} });
  assertStringIncludes(report, "task bench --only sleepers --rounds 3 --write");
  assertStringIncludes(report, "| wrkflw | FULL | runUs | 60 | 59 | 66 |");
  const aims = report.split("\n").filter((line) => /\| (yes|no) \|/.test(line));
  assertMatch(
    aims.join("\n"),
    /^\| waking [^|]+ \| ≤ 1 \| 0\.75 \| {2}\| yes \| 0\.729–1\.1 \| {2}\|$/,
  );
});
