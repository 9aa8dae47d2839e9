import { assertEquals } from "@std/assert";
import { runBeside } from "./beside.ts";
import { DEFECTS } from "./defects.ts";
import { named } from "./named-shapes.ts";
import { runSuite, type Share } from "./suites.ts";
import { DEFECTS_TITLE, lineOf, merged, ROWS, runRow } from "./table.ts";

const DEATHS = "death after death";

Deno.test("a row that is shared among processes is tried as a whole", async () => {
  const row = ROWS.find(({ title }) => title === DEATHS);
  const whole = row && (await runRow(row));
  const results = await Array.fromAsync(runBeside([DEATHS, "wrong clocks"], 9, 2));
  assertEquals(
    results.map(({ title }) => title),
    [DEATHS, "wrong clocks"],
  );
  assertEquals(results[0]?.cases, Math.ceil((whole?.cases ?? 0) / 9));
  assertEquals(
    results.flatMap(({ violations }) => violations),
    [],
  );
});

Deno.test("shares have no case in common and leave none out", async () => {
  const options = { name: "single faults", shapes: named("steps"), every: 5 } as const;
  const share = (index: number): Share => ({ index, of: 3 });
  const parts = await Promise.all(
    [0, 1, 2].map((index) => runSuite({ ...options, share: share(index) })),
  );
  const whole = await runSuite(options);
  assertEquals(
    parts.reduce((sum, { cases }) => sum + cases, 0),
    whole.cases,
  );
  const cases = parts.map((part) => part.cases);
  assertEquals(Math.max(...cases) - Math.min(...cases) <= 1, true);
});

Deno.test("what shares of a row found is found of the row", () => {
  const share = { title: DEFECTS_TITLE, cases: 3, violations: ["a"], caught: 2, seconds: 1 };
  const row = merged([share, { ...share, violations: ["b"], caught: 18, seconds: 2 }]);
  assertEquals(row.violations, ["a", "b"]);
  assertEquals(lineOf(row), `| ${DEFECTS_TITLE} | 6 | 2 | 20 of ${DEFECTS.length} | 2 |`);
});

Deno.test("a row that needs a server that is not there is not run, and the task does not end well", async () => {
  const main = new URL("./main.ts", import.meta.url).pathname;
  const args = ["run", "-A", "--no-check", main, "libSQL"];
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args,
    env: { WRKFLW_SQLD: "" },
  }).output();
  const lines = new TextDecoder().decode(stdout).split("\n");
  assertEquals(lines[2], "| one fault at every call, libSQL server | not run | | | |");
  assertEquals(code, 2);
});
