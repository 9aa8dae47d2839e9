/** The table of all that the harness tries, a row a suite. */

import { killOnFile, killOnServer } from "../kills/kill-rows.ts";
import type { WorkflowPiece } from "../random-workflow.ts";
import { DEFECTS } from "./defects.ts";
import { hunt } from "./hunt.ts";
import { DEEP_SHAPES, MANY_STEPS, PAIRED_SHAPES, SHAPES } from "./named-shapes.ts";
import {
  IN_MEMORY,
  libsqlStage,
  localFileStage,
  type OpenStage,
  type Stage,
  valTownStage,
} from "./stages.ts";
import { runSuite, type Share, type SuiteName, WHOLE } from "./suites.ts";

/** A suite on a database. */
export interface Row {
  readonly title: string;
  readonly suite: SuiteName;
  readonly shapes: readonly WorkflowPiece[];
  /** @default in memory */
  readonly open?: () => Promise<OpenStage>;
  readonly needsServer?: boolean;
  /** Of how many cases the test run takes one; a prime, so that it comes by every mode and call. */
  readonly sample: number;
}

/** Every row but the defects'. */
export const ROWS: readonly Row[] = [
  {
    title: "one fault at every call, local file",
    suite: "single faults",
    shapes: SHAPES,
    open: localFileStage,
    sample: 61,
  },
  {
    title: "one fault at every call, Val Town's adapter",
    suite: "single faults on a wire",
    shapes: SHAPES,
    open: valTownStage,
    sample: 97,
  },
  {
    title: "one fault at every call, libSQL server",
    suite: "patient single faults on a wire",
    shapes: SHAPES,
    open: libsqlStage,
    needsServer: true,
    sample: 211,
  },
  {
    title: "two faults, every pair of calls",
    suite: "pairs of faults",
    shapes: SHAPES,
    sample: 331,
  },
  {
    title: "two faults of the other kinds, every pair of calls",
    suite: "other pairs of faults",
    shapes: PAIRED_SHAPES,
    sample: 331,
  },
  {
    title: "two faults, every pair of calls, local file",
    suite: "pairs of faults",
    shapes: DEEP_SHAPES,
    open: localFileStage,
    sample: 1009,
  },
  {
    title: "two workers, one standing still at every call",
    suite: "two workers",
    shapes: SHAPES,
    sample: 71,
  },
  {
    title: "two workers, one standing still at every call, local file",
    suite: "two workers",
    shapes: SHAPES,
    open: localFileStage,
    sample: 293,
  },
  { title: "workflows by chance, by seed", suite: "random workflows", shapes: [], sample: 47 },
  { title: "three workers, by seed", suite: "three workers", shapes: SHAPES, sample: 47 },
  { title: "answers that come late", suite: "late answers", shapes: SHAPES, sample: 61 },
  { title: "wrong clocks", suite: "wrong clocks", shapes: SHAPES, sample: 19 },
  { title: "death after death", suite: "many deaths", shapes: [MANY_STEPS], sample: 1 },
];

/** What came of a row, or of a share of it. */
export interface RowResult {
  readonly title: string;
  readonly cases: number;
  readonly violations: readonly string[];
  /** How many defects were caught; `null` for the suites of the sound protocol. */
  readonly caught: number | null;
  readonly seconds: number;
}

/** Runs a row, or each so-many-th case of it, or a share of these. */
export async function runRow(row: Row, every = 1, share = WHOLE): Promise<RowResult> {
  const { title, suite: name, shapes, open } = row;
  await using opened = open === undefined ? undefined : await open();
  const stage: Stage = opened ?? IN_MEMORY;
  const { cases, violations, seconds } = await runSuite({ name, shapes, stage, every, share });
  return {
    title,
    cases,
    violations: violations.map(({ message }) => message),
    caught: null,
    seconds,
  };
}

/** Real processes, killed. */
export const KILL_ROWS = [
  { title: "processes killed and stopped, local file", kill: killOnFile, kills: 500 },
  {
    title: "processes killed and stopped, libSQL server killed too",
    kill: killOnServer,
    kills: 300,
    needsServer: true,
  },
] as const;

/** Kills processes, and says how long the runs lay that they left. */
export async function runKills(
  { title, kill, kills }: (typeof KILL_ROWS)[number],
  every = 1,
): Promise<RowResult & { readonly note: string }> {
  const cases = Math.ceil(kills / every);
  const { violations, seconds, ...counts } = await kill(cases, 1);
  const note = `${title}: ${counts.takenOver} runs of dead processes were finished by another, each within ${counts.slowestMs} ms; ${counts.repeats} steps were executed again`;
  return { title, cases, violations, caught: null, seconds, note };
}

/** Hunts a share of the defects. */
export async function runDefects({ index, of }: Share = WHOLE): Promise<RowResult> {
  const begunAt = performance.now();
  const hunted = DEFECTS.filter((_, place) => place % of === index);
  const missed: string[] = [];
  let cases = 0;
  for (const defect of hunted) {
    try {
      cases += (await hunt(defect)).cases;
    } catch (error) {
      missed.push(error instanceof Error ? error.message : String(error));
    }
  }
  const caught = hunted.length - missed.length;
  const seconds = (performance.now() - begunAt) / 1_000;
  return { title: DEFECTS_TITLE, cases, violations: missed, caught, seconds };
}

/** The row of the defects. */
export const DEFECTS_TITLE = "the protocol broken on purpose";

/** The shares of a row, which were run beside each other, as one. */
export function merged(shares: readonly RowResult[]): RowResult {
  const caught = shares.flatMap((share) => share.caught ?? []);
  return {
    title: shares[0]?.title ?? "",
    cases: sum(shares.map(({ cases }) => cases)),
    violations: shares.flatMap(({ violations }) => violations),
    caught: caught.length === 0 ? null : sum(caught),
    seconds: Math.max(...shares.map(({ seconds }) => seconds)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The head of the table. */
export const TABLE_HEAD = [
  "| suite | cases | violations | defects caught | seconds |",
  "| --- | --- | --- | --- | --- |",
];

/** A row as Markdown. */
export function lineOf({ title, cases, violations, caught, seconds }: RowResult): string {
  const count = cases.toLocaleString("en");
  const found = caught === null ? "" : `${caught} of ${DEFECTS.length}`;
  const cells = [title, count, violations.length, found, Math.round(seconds)];
  return `| ${cells.join(" | ")} |`.replaceAll("|  |", "| |");
}
