/** What was aimed at, beside what was measured. */
import type { Look } from "./look.ts";
import { WORK } from "./peers/work.ts";
import type { Result, Synchronous } from "./scenario.ts";
import { table, UNKNOWN } from "./units.ts";

/** How quick the machine was on which the aims were set: what a step's part of the limit took. */
interface Speed {
  readonly scenario: string;
  readonly synchronous: Synchronous;
  readonly us: number;
  readonly words: string;
}

const FULL: Speed = { scenario: "oneByOne", synchronous: "FULL", us: 203, words: "with `FULL`" };
const NORMAL: Speed = {
  scenario: "oneByOne",
  synchronous: "NORMAL",
  us: 44,
  words: "with `NORMAL`",
};
const FIFTY: Speed = {
  scenario: "sideBySide",
  synchronous: "FULL",
  us: 17,
  words: "fifty at a time",
};

/** Where the aims were set. */
export const AIMED_AT: readonly Speed[] = [FULL, NORMAL, FIFTY];

/** One aim: a ratio of two figures that were taken in one run, or a figure. */
interface Target {
  readonly what: string;
  readonly measured: (look: Look) => number | undefined;
  /** Given where it is a time that depends on the machine. */
  readonly aimedAt?: Speed;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** The same for the least that any engine takes that sends these statements. */
  readonly least?: (look: Look) => number | undefined;
}

/**
 * A table of targets, those first that come first in the document.
 *
 * @param look Among the medians.
 * @param ofRounds Among the figures of each round.
 * @param targets Default: all.
 */
export function targetTable(
  look: Look,
  ofRounds: readonly Look[],
  targets: readonly Target[] = TARGETS,
): string {
  return table(
    ["what", "aim", "measured", "there", "reached", "in the rounds", "at best"],
    targets.map((target) => {
      const measured = target.measured(look);
      const there = thereOf(target, look);
      const least = target.least?.(look);
      return [
        target.what,
        target.atMost === undefined ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`,
        figure(measured),
        target.aimedAt === undefined ? "" : figure(there),
        there === undefined ? UNKNOWN : isReached(target, there) ? "yes" : "no",
        range(ofRounds.map(target.measured)),
        least === undefined ? "" : figure(least),
      ];
    }),
  );
}

/** The targets of which there are figures. */
export function targetsMeasured(look: Look): readonly Target[] {
  return TARGETS.filter(({ measured }) => measured(look) !== undefined);
}

/** What would have been measured on the machine on which the aim was set. */
function thereOf({ measured, aimedAt }: Target, look: Look): number | undefined {
  const here = measured(look);
  if (aimedAt === undefined || here === undefined) return here;
  const { scenario, synchronous, us } = aimedAt;
  const limitUs = look({ scenario, figure: "limitUs", synchronous });
  return limitUs === undefined ? undefined : (here * us) / limitUs;
}

function isReached({ atMost, atLeast }: Target, measured: number): boolean {
  return (
    measured <= (atMost ?? Number.POSITIVE_INFINITY) &&
    measured >= (atLeast ?? Number.NEGATIVE_INFINITY)
  );
}

function figure(value: number | undefined): string {
  return value === undefined ? UNKNOWN : String(Number(value.toPrecision(3)));
}

/** The lowest and the highest of what each round measured. */
function range(measured: readonly (number | undefined)[]): string {
  const known = measured.filter((value) => value !== undefined);
  if (known.length === 0) return UNKNOWN;
  const [lowest, highest] = [figure(Math.min(...known)), figure(Math.max(...known))];
  return lowest === highest ? lowest : `${lowest}–${highest}`;
}

/** A step of a scenario as a multiple of the limit beside it. */
function ofLimit(scenario: string, of: string, synchronous: Synchronous) {
  return (look: Look) =>
    divided(
      look({ scenario, figure: of, synchronous }),
      look({ scenario, figure: "limitUs", synchronous }),
    );
}

/** A peer's step as a multiple of ours, or of the least. */
function peerStep(
  scenario: string,
  subject: Result["subject"],
  synchronous: Synchronous,
): Pick<Target, "measured" | "least"> {
  const multipleOf = (figure: string) => (look: Look) =>
    divided(
      look({ scenario, figure: "stepUs", subject, synchronous }),
      look({ scenario, figure, synchronous }),
    );
  return { measured: multipleOf("stepUs"), least: multipleOf("leastUs") };
}

function plain(scenario: string, name: string) {
  return (look: Look) => look({ scenario, figure: name });
}

/** How long our process lives, as a multiple of the peer's. */
function lives(own: Result["subject"], peer: Result["subject"]) {
  const life = (subject: Result["subject"]) =>
    ({ scenario: "firstRun", figure: "lifeMs", subject }) as const;
  return (look: Look) => divided(look(life(own)), look(life(peer)));
}

function divided(value: number | undefined, by: number | undefined): number | undefined {
  return value === undefined || by === undefined ? undefined : value / by;
}

const TARGETS: readonly Target[] = [
  {
    what: "a step one after another, `FULL`, as a multiple of the limit",
    atMost: 1.35,
    measured: ofLimit("oneByOne", "stepUs", "FULL"),
    least: ofLimit("oneByOne", "leastUs", "FULL"),
  },
  {
    what: "the same with `NORMAL`",
    atMost: 1.82,
    measured: ofLimit("oneByOne", "stepUs", "NORMAL"),
    least: ofLimit("oneByOne", "leastUs", "NORMAL"),
  },
  {
    what: "openworkflow's step, `FULL`, as a multiple of ours",
    atLeast: 3.5,
    ...peerStep("oneByOne", "openworkflow", "FULL"),
  },
  {
    what: "openworkflow's step, `NORMAL`",
    atLeast: 4.5,
    ...peerStep("oneByOne", "openworkflow", "NORMAL"),
  },
  {
    what: "Mastra's step, `NORMAL`",
    atLeast: 4.5,
    ...peerStep("oneByOne", "mastra", "NORMAL"),
  },
  {
    what: "an awaited run of 3 steps, `FULL`, in ms",
    atMost: 1,
    aimedAt: FULL,
    measured: plain("oneByOne", "runMs"),
    least: (look) => {
      const stepUs = look({ scenario: "oneByOne", figure: "leastUs" });
      return stepUs === undefined ? undefined : (stepUs * WORK.steps) / 1000;
    },
  },
  {
    what: "a step of 3,000 as a multiple of one of 100, `NORMAL`",
    atMost: 1.1,
    measured: (look) =>
      divided(
        look({ scenario: "longRun", figure: "stepOf3000Us", synchronous: "NORMAL" }),
        look({ scenario: "longRun", figure: "stepOf100Us", synchronous: "NORMAL" }),
      ),
  },
  {
    what: "a step of 3,000, `NORMAL`, in µs",
    atMost: 50,
    aimedAt: NORMAL,
    measured: (look) =>
      look({ scenario: "longRun", figure: "stepOf3000Us", synchronous: "NORMAL" }),
  },
  {
    what: "a step fifty at a time, `FULL`, in µs",
    atMost: 50,
    aimedAt: FIFTY,
    measured: plain("sideBySide", "stepUs"),
    least: plain("sideBySide", "leastUs"),
  },
  {
    what: "the same as a multiple of the limit",
    atMost: 2.94,
    measured: ofLimit("sideBySide", "stepUs", "FULL"),
    least: ofLimit("sideBySide", "leastUs", "FULL"),
  },
  {
    what: "openworkflow's step, fifty at a time, `FULL`, as a multiple of ours",
    atLeast: 17,
    ...peerStep("sideBySide", "openworkflow", "FULL"),
  },
  {
    what: "Mastra's step, fifty at a time, `FULL`",
    atLeast: 17,
    ...peerStep("sideBySide", "mastra", "FULL"),
  },
  {
    what: "newest 50 of 100,000 runs, in ms",
    atMost: 0.6,
    measured: plain("lists100k", "newestMs"),
  },
  {
    what: "newest 50 of 1,000,000 runs, in ms",
    atMost: 0.6,
    measured: plain("lists1M", "newestMs"),
  },
  {
    what: "life of a first process, as a multiple of openworkflow's",
    atMost: 1,
    measured: lives("wrkflwPackage", "openworkflow"),
  },
  {
    what: "the same, both with zod",
    atMost: 1,
    measured: lives("wrkflwPackageZod", "openworkflowZod"),
  },
  {
    what: "waking and finishing a run, as a multiple of a run fifty at a time",
    atMost: 1,
    measured: (look) =>
      divided(plain("sleepers", "runUs")(look), plain("sleepers", "begunUs")(look)),
  },
  {
    what: "an item of `foreach`, as a multiple of the limit",
    atMost: 2,
    measured: ofLimit("fanningOut", "itemUs", "FULL"),
    least: ofLimit("fanningOut", "leastUs", "FULL"),
  },
  {
    what: "round trips of a run of 10 steps",
    atMost: 11,
    measured: plain("roundTrips", "tripsOf10"),
  },
  {
    what: "runs a second, 50 in flight, 20 ms to the database",
    atLeast: 500,
    measured: plain("roundTrips", "runsPerSecond"),
  },
  { what: "bytes a step in the file", atMost: 436, measured: plain("oneByOne", "bytesAStep") },
];
