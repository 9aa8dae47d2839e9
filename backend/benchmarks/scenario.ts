/** What is measured, and how one measurement is asked for. */
import process from "node:process";
import type { Life, PeerLife } from "./lives.ts";

/** How safe a commit is; see `LocalOptions`. */
export type Synchronous = "FULL" | "NORMAL";

/** What a scenario is given. */
export interface Bench {
  /** A folder of its own, empty. */
  readonly folder: string;
  /** How safe its commits are. */
  readonly synchronous: Synchronous;
}

/** Figures by name, each in the unit that its name ends with: `stepUs`, `listMs`, `runsPerSecond`. */
export type Figures = Readonly<Record<string, number>>;

/** Who wrkflw can be compared with. */
export type Peer = "openworkflow" | "mastra";

/** One thing that is measured, in a process of its own. */
export type Scenario = (bench: Bench) => Promise<Figures>;

/** The most memory that this process has had, in MiB. */
export function peakMiB(): number {
  // The runtime gives it in KiB.
  return process.resourceUsage().maxRSS / 1024;
}

/** Milliseconds that some work takes. */
export async function elapsedMs(work: () => unknown): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** The middle one of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** One line of results: who did what, how safely, and what it took. */
export interface Result {
  readonly scenario: string;
  readonly subject: "wrkflw" | Peer | Life | PeerLife;
  readonly synchronous: Synchronous;
  /** The median of every figure. */
  readonly figures: Figures;
  /** The figures of each round. */
  readonly rounds: readonly Figures[];
}
