/** The results as a document. */
import { type Circumstances, commandOf, comparedWith, medianOf } from "./circumstances.ts";
import { type Look, lookIn, looksInRounds } from "./look.ts";
import { BEFORE, MEASURED } from "./peers/pieces.ts";
import { WORK } from "./peers/work.ts";
import type { Result, Synchronous } from "./scenario.ts";
import { AIMED_AT, targetTable } from "./targets.ts";
import { mib, ms, ratio, table, UNKNOWN, us, whole } from "./units.ts";

/** All tables, in Markdown. */
export function reportOf(results: readonly Result[], circumstances: Circumstances): string {
  const { rounds, machine } = circumstances;
  const look = lookIn(results);
  return `# Benchmarks

Made by \`${commandOf(circumstances)}\`.
Every figure is ${medianOf(circumstances)}. In each, every subject does each work in a process of its own,
right after those who do the same. In wrkflw's process the limit takes turns with it, a piece of work each: a
machine that is slower a second later is so for both of them. The floor and the least take turns afterwards.
Times differ from machine to machine: what counts are the ratios within a table. How far the rounds lie
apart stands at the end, beside what was aimed at.

- The **limit** is bare \`node:sqlite\` that writes what the work needs, in as few commits as it needs: a
  row a step, and for short runs the run's own row, which is in the first version's table with its two
  indexes and is changed once, at the end.
- The **floor** is what the engine asked of SQLite, but for its clock: recorded, and done once more by
  \`node:sqlite\` and nothing else.
- The **least** is the floor together with the steps: text becomes a value, passes through a schema, and
  the other way round. No engine that sends these statements could be quicker.

Every step returns a promise. Where steps, items and sleeping runs are measured, the same work comes before in
pieces of ${whole(WORK.pieceRuns)} short runs, or about as many steps: ${BEFORE.atMost} pieces, or as many as begin within ${BEFORE.ms / 1000} seconds,
but at least ${BEFORE.atLeast}. Of short runs ${MEASURED.atMost} more are measured, or as many as begin within ${MEASURED.ms / 1000} seconds for
each that takes turns, but at least ${MEASURED.atLeast}. So what is measured is a process that has been at work for a
while, as it is on the whole: one that is not compiled yet is slower, and another has times that are quicker than the rest. The first ${whole(WORK.pieceRuns)} runs, and the
quickest, stand below the others.

Machine: ${machine}.${comparedWith(circumstances)}

![Time a step](backend/benchmarks/chart.svg)

## A step, one run after another

Runs of ${WORK.steps} steps. The limit is one commit for the birth of a run and one for each step, the last of which
has the run's end.

${stepTable(look, "oneByOne")}

${piecesTable(look, "oneByOne")}

${twoSpeeds(look)}One awaited run of ${WORK.steps} steps takes ${ms(look({ scenario: "oneByOne", figure: "runMs" }))} with \`FULL\`, ${ms(look({ scenario: "oneByOne", figure: "runMs", synchronous: "NORMAL" }))} with \`NORMAL\`. A step takes
${whole(look({ scenario: "oneByOne", figure: "bytesAStep" }))} bytes of the file. ${tuned(look, "oneByOne")}

## A step, some runs at a time

The same runs, ${WORK.width} at work at any time; openworkflow is given them in waves of ${WORK.width}. Mastra's store asks for
\`NORMAL\`, but of its first connection only: those that its client opens for work side by side have
SQLite's default, \`FULL\`. In the limit ${WORK.width} runs share each commit.

${stepTable(look, "sideBySide")}

${piecesTable(look, "sideBySide")}

${tuned(look, "sideBySide")}

## A step in a long run

${whole(WORK.longRunSteps)} steps in all, in runs of each length. The limit is one commit for each step.

${longRuns(look)}

## From the start of a process to the first finished run

The whole life of a process that makes a fresh file, runs three steps, closes it and ends, each program
started before; the middle one of ${WORK.lives} in each round. Packages are JavaScript in a \`node_modules\` folder;
sources are TypeScript in a project with a lock file. openworkflow takes no schemas unless it is given some.

${starts(look)}

## The rest

${rest(look)}

## What was aimed at

Ratios of figures above, taken in one run, and figures where only they say it. What the least misses no
engine could reach with these statements. The aims were set on a machine where a step's
part of the limit took ${AIMED_AT.map(({ words, us }) => `${us} µs ${words}`).join(", ")}: 80 µs with \`NORMAL\` and
50 µs fifty at a time were 1.82 and 2.94 times as much. What a step or a run took here is judged by what it
would have taken there, where it is the same multiple of the limit: that stands under "there". How far the commits of small rows alone are from these figures stands above.

${targetTable(look, looksInRounds(results, rounds))}
`;
}

const STARTS: readonly (readonly [Result["subject"], string])[] = [
  ["empty", "an empty program"],
  ["manyModules", "120 empty modules: about as many files as wrkflw loads"],
  ["oneCommit", "a fresh file by `node:sqlite`, and one durable commit"],
  ["zodAlone", "zod alone, and one object checked"],
  ["wrkflwPackage", "wrkflw's package, with a schema that is written by hand"],
  ["openworkflow", "openworkflow's package, without a schema"],
  ["wrkflwPackageZod", "wrkflw's package, with zod"],
  ["openworkflowZod", "openworkflow's package, with zod"],
  ["wrkflwPlain", "wrkflw's sources, with a schema that is written by hand"],
  ["wrkflw", "wrkflw's sources, with zod"],
];

function starts(look: Look): string {
  return table(
    ["program", "its life"],
    STARTS.map(([subject, what]) => [
      what,
      ms(look({ scenario: "firstRun", figure: "lifeMs", subject })),
    ]),
  );
}

function stepTable(look: Look, scenario: string): string {
  const rows = (["FULL", "NORMAL"] as const).map((synchronous) => {
    const at = (figure: string, subject: Result["subject"] = "wrkflw") =>
      look({ scenario, figure, subject, synchronous });
    const [own, limit] = [at("stepUs"), at("limitUs")];
    const peers = (["openworkflow", "mastra"] as const).map((peer) =>
      withRatio(at("stepUs", peer), own),
    );
    const [least, floor] = [at("leastUs"), at("floorUs")];
    const ratios = [ratio(own, limit), ratio(least, limit)];
    return [synchronous, us(own), us(least), us(floor), us(limit), ...ratios, ...peers];
  });
  const measured = ["wrkflw", "least", "floor", "limit", "wrkflw / limit", "least / limit"];
  return table(["synchronous", ...measured, "openworkflow", "Mastra"], rows);
}

/** How much quicker or slower a process is at times. */
function piecesTable(look: Look, scenario: string): string {
  const subjects = ["wrkflw", "openworkflow", "mastra"] as const;
  const kinds = [
    ["first", "firstStepsUs"],
    ["quickest", "quickestStepsUs"],
  ] as const;
  const rows = (["FULL", "NORMAL"] as const).flatMap((synchronous) =>
    kinds.map(([kind, figure]) => [
      `${kind} ${whole(WORK.pieceRuns)} runs, ${synchronous}`,
      ...subjects.map((subject) => us(look({ scenario, figure, subject, synchronous }))),
    ]),
  );
  return table(["of a process", "wrkflw", "openworkflow", "Mastra"], rows);
}

/** Why what Mastra takes depends on how long it has been at work. */
function twoSpeeds(look: Look): string {
  const quickest = (subject: Result["subject"]) =>
    look({ scenario: "oneByOne", figure: "quickestStepsUs", subject, synchronous: "NORMAL" });
  const [own, mastra] = [quickest("wrkflw"), quickest("mastra")];
  if (own === undefined || mastra === undefined) return "";
  return `Mastra's process has two speeds, each for thousands of runs on end: the longer it has been at work, the more of
them are slow. Quickest against quickest, its step takes ${(mastra / own).toFixed(1)} times ours.

`;
}

/** What bare SQLite takes with the settings that wrkflw gives its files, and for less than a run needs. */
function tuned(look: Look, scenario: string): string {
  const figures = ["tunedLimitUs", "rowsUs"];
  const of = (synchronous: Synchronous) =>
    figures.map((figure) => us(look({ scenario, figure, synchronous })));
  const [full, normal] = [of("FULL"), of("NORMAL")];
  return `With the page size and the checkpoints that wrkflw gives its files the limit
is ${full[0]} with \`FULL\`, ${normal[0]} with \`NORMAL\`. With SQLite's own, as many commits of nothing but
small rows, one for the birth of a run and one a step, take ${full[1]} and ${normal[1]}.`;
}

function longRuns(look: Look): string {
  const lengths = [10, 100, 1_000, 3_000];
  const rows = (["FULL", "NORMAL"] as const).map((synchronous) => [
    synchronous,
    ...lengths.map((length) =>
      us(look({ scenario: "longRun", figure: `stepOf${length}Us`, synchronous })),
    ),
    us(look({ scenario: "longRun", figure: "limitUs", synchronous })),
    ...(["openworkflow", "mastra"] as const).map((subject) =>
      us(look({ scenario: "longRun", figure: "stepOf100Us", subject, synchronous })),
    ),
  ]);
  const head = lengths.map((length) => `a step of ${length.toLocaleString("en")}`);
  return table(["synchronous", ...head, "limit", "openworkflow, of 100", "Mastra, of 100"], rows);
}

function rest(look: Look): string {
  const at = (scenario: string, figure: string) => look({ scenario, figure });
  return table(
    ["what", "figure"],
    [
      ["newest 50 of 100,000 runs", ms(at("lists100k", "newestMs"))],
      ["newest 50 of 1,000,000 runs", ms(at("lists1M", "newestMs"))],
      ["50 of 100,000, by workflow and status", ms(at("lists100k", "filteredMs"))],
      ["50 of 1,000,000, by workflow and status", ms(at("lists1M", "filteredMs"))],
      ["characters of such a page", whole(at("lists100k", "answerChars"))],
      [
        `${whole(WORK.sleepers)} sleeping runs that are due, ${WORK.wakes} times over: each woken and finished`,
        us(at("sleepers", "runUs")),
      ],
      [
        `by turns with them as many runs of ${WORK.steps} steps, ${WORK.width} at a time: each begun and finished`,
        us(at("sleepers", "begunUs")),
      ],
      [
        "`foreach` over 1,000 items, fifty at a time: an item; up to a hundred share a commit",
        us(at("fanningOut", "itemUs")),
      ],
      ["the least of that", us(at("fanningOut", "leastUs"))],
      ["the floor of that: its statements alone", us(at("fanningOut", "floorUs"))],
      ["the limit of that: commits of fifty rows", us(at("fanningOut", "limitUs"))],
      ["the same with the settings of wrkflw's files", us(at("fanningOut", "tunedLimitUs"))],
      [
        "what a step writes, by bare SQLite in one transaction",
        us(at("oneByOne", "inOneCommitUs")),
      ],
      ["round trips of a run of 3 steps", whole(at("roundTrips", "tripsOf3"))],
      ["round trips of a run of 10 steps", whole(at("roundTrips", "tripsOf10"))],
      ["round trips of a cold start", whole(at("roundTrips", "coldStartTrips"))],
      ["round trips that make a fresh database", whole(at("roundTrips", "freshTrips"))],
      [
        "3-step runs a second, 50 in flight, 20 ms to the database",
        whole(at("roundTrips", "runsPerSecond")),
      ],
      [
        `peak memory of a process with ${whole(at("oneByOne", "runsBefore"))} short runs, one after another`,
        mib(at("oneByOne", "peakMiB")),
      ],
      ["peak memory of a process with runs of up to 3,000 steps", mib(at("longRun", "peakMiB"))],
    ],
  );
}

function withRatio(peer: number | undefined, own: number | undefined): string {
  return peer === undefined || own === undefined
    ? UNKNOWN
    : `${us(peer)} (${(peer / own).toFixed(1)} times)`;
}
