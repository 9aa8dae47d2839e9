/** Measures one scenario in this process and prints its figures as JSON. */
import process from "node:process";
import { WORK } from "./peers/work.ts";
import type { Bench, Figures, Scenario } from "./scenario.ts";
import { fanningOut } from "./scenarios/fan-out.ts";
import { lists } from "./scenarios/lists.ts";
import { longRun } from "./scenarios/long-run.ts";
import { oneByOne } from "./scenarios/one-by-one.ts";
import { roundTrips } from "./scenarios/round-trips.ts";
import { shortRuns } from "./scenarios/short-runs.ts";
import { sleepers } from "./scenarios/sleepers.ts";

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  oneByOne,
  longRun,
  sideBySide: (bench) => shortRuns(bench, WORK.width),
  lists100k: (bench) => lists(bench, 100_000),
  lists1M: (bench) => lists(bench, 1_000_000),
  sleepers,
  fanningOut,
  roundTrips,
};

const [name = "", folder = "", synchronous = ""] = process.argv.slice(2);
const scenario = SCENARIOS[name];
if (scenario === undefined || (synchronous !== "FULL" && synchronous !== "NORMAL")) {
  throw new Error(`Cannot measure ${name} with ${synchronous}: there is no such scenario`);
}
const bench: Bench = { folder, synchronous };
const figures: Figures = await scenario(bench);
process.stdout.write(JSON.stringify(figures));
