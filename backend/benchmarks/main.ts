/**
 * Measures wrkflw, what SQLite and any engine take beside it, and with `--peers` other engines, in
 * turns and each in a process of its own, and prints the medians or puts them into a file.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { chartOf } from "./chart.ts";
import { LIVES, lifeMs, PEER_LIVES, peerLifeMs, prepareLives } from "./lives.ts";
import { benchOptions } from "./options.ts";
import { WORK } from "./peers/work.ts";
import { reportOf } from "./report.ts";
import { type Figures, median, type Peer, type Result, type Synchronous } from "./scenario.ts";
import { scenarioReportOf } from "./scenario-report.ts";
import { installPeers, measurePeer, measureWrkflw, PEER_VERSIONS } from "./subjects.ts";

interface Task extends Pick<Result, "scenario" | "subject" | "synchronous"> {
  readonly measure: () => Promise<Figures>;
}

const BOTH: readonly Synchronous[] = ["FULL", "NORMAL"];
const OURS = ["fanningOut", "lists100k", "lists1M", "roundTrips", "sleepers"];
const COMPARED = ["sideBySide", "oneByOne", "longRun"];
const OF_PROCESSES = "firstRun";
/**
 * Mastra's store asks for NORMAL, of its first connection; those that its client opens for work side by
 * side have SQLite's default. There is no way to say otherwise.
 */
const OF_MASTRA: Readonly<Record<string, Synchronous>> = { sideBySide: "FULL" };

function tasksOf(livesFolder: string, peersFolder: string | undefined): Task[] {
  const own = [
    ...OURS.map((scenario) => ownTask(scenario, "FULL")),
    ...COMPARED.flatMap((scenario) => BOTH.map((synchronous) => ownTask(scenario, synchronous))),
  ];
  const lives = LIVES.map((life) => lifeTask(life, () => lifeMs(life, livesFolder)));
  if (peersFolder === undefined) return [...own, ...lives];
  const peers = COMPARED.flatMap((scenario): Task[] => [
    ...BOTH.map((synchronous) => peerTask("openworkflow", peersFolder, scenario, synchronous)),
    peerTask("mastra", peersFolder, scenario, OF_MASTRA[scenario] ?? "NORMAL"),
  ]);
  const peerLives = PEER_LIVES.map((life) => lifeTask(life, () => peerLifeMs(life, peersFolder)));
  return besideEachOther([...own, ...lives, ...peerLives, ...peers]);
}

/** Who does the same work does it right after one another: a machine may be slower a minute later. */
function besideEachOther(tasks: readonly Task[]): Task[] {
  return [...Map.groupBy(tasks, ({ scenario }) => scenario).values()].flat();
}

function ownTask(scenario: string, synchronous: Synchronous): Task {
  const measure = () => measureWrkflw(scenario, synchronous);
  return { scenario, subject: "wrkflw", synchronous, measure };
}

function peerTask(peer: Peer, folder: string, scenario: string, synchronous: Synchronous): Task {
  const measure = () => measurePeer(peer, folder, scenario, synchronous);
  return { scenario, subject: peer, synchronous, measure };
}

/** The middle one of some lives. */
function lifeTask(subject: Result["subject"], measureMs: () => Promise<number>): Task {
  const measure = async () => {
    const lives: number[] = [];
    while (lives.length < WORK.lives) lives.push(await measureMs());
    return { lifeMs: median(lives) };
  };
  return { scenario: OF_PROCESSES, subject, synchronous: "FULL", measure };
}

/** Every task once a round, so that no busy moment of the machine decides. */
async function measureAll(tasks: readonly Task[], rounds: number): Promise<Result[]> {
  const all = tasks.map((): Figures[] => []);
  for (let round = 1; round <= rounds; round++) {
    for (const [index, task] of tasks.entries()) {
      const { scenario, subject, synchronous } = task;
      const figures = await task.measure();
      all[index]?.push(figures);
      process.stderr.write(
        `${round}/${rounds} ${scenario} ${subject} ${synchronous} ${JSON.stringify(figures)}\n`,
      );
    }
  }
  return tasks.map(({ scenario, subject, synchronous }, index) => {
    const ofRounds = all[index] ?? [];
    return { scenario, subject, synchronous, figures: mediansOf(ofRounds), rounds: ofRounds };
  });
}

function mediansOf(measured: readonly Figures[]): Figures {
  const names = Object.keys(measured[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, median(measured.map((figures) => figures[name] ?? Number.NaN))]),
  );
}

function machine(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} cores (${cpu?.model ?? "unknown"}), ${memory} GiB, ${process.platform} ${process.arch}; Deno ${process.versions.deno}, SQLite ${process.versions.sqlite}`;
}

const scenarios = [...OURS, ...COMPARED, OF_PROCESSES];
const { peers, rounds, write, only } = benchOptions(process.argv.slice(2), scenarios);
const livesFolder = await mkdtemp(join(tmpdir(), "wrkflw-lives-"));
const peersFolder = peers ? await mkdtemp(join(tmpdir(), "wrkflw-peers-")) : undefined;
try {
  await prepareLives(livesFolder);
  if (peersFolder !== undefined) await installPeers(peersFolder);
  const tasks = tasksOf(livesFolder, peersFolder).filter(
    ({ scenario }) => only === undefined || scenario === only,
  );
  const results = await measureAll(tasks, rounds);
  const circumstances = { rounds, machine: machine(), peers: peers ? PEER_VERSIONS : {} };
  const report =
    only === undefined
      ? reportOf(results, circumstances)
      : scenarioReportOf(only, results, circumstances);
  process.stdout.write(report);
  if (write && only !== undefined) await writeFile(`backend/benchmarks/${only}.md`, report);
  if (write && only === undefined) {
    await writeFile("BENCHMARKS.md", report);
    await writeFile("backend/benchmarks/chart.svg", chartOf(results));
  }
} finally {
  for (const folder of [livesFolder, ...(peersFolder === undefined ? [] : [peersFolder])])
    await rm(folder, { recursive: true, force: true });
}
