import type { Command } from "npm:@commander-js/extra-typings@15.1.0";
import type { ExecutionEngine } from "../engine.ts";
import { WrkflwError } from "../errors.ts";
import type { TickedRun, TickResult } from "../ticker.ts";
import { type Globals, Unwell } from "./globals.ts";
import { countOf, errorsToo, withEngine } from "./run-commands.ts";
import type { Terminal } from "./terminal.ts";

/** So many runs are driven between two lines of progress. */
const ROUND_RUNS = 10;

/** Adds the command that takes what is due. */
export function addTickCommand(program: Command<[], Globals>, terminal: Terminal): void {
  program
    .command("tick")
    .description("take the runs that are due, and drive each as far as it goes")
    .option("--budget <seconds>", "begin no run after this long", countOf)
    .option("--limit <number>", "take at most this many runs", countOf)
    .action(({ budget, limit }) =>
      withEngine(
        program,
        (engine) => tick(engine, { budget, limit }, terminal, program.opts().json === true),
        { mayMake: true },
      ),
    );
}

async function tick(
  engine: ExecutionEngine,
  bounds: Bounds,
  terminal: Terminal,
  isJson: boolean,
): Promise<void> {
  assertWorkflows(engine);
  const ticked = await tickInRounds(engine, bounds, (round, sum) => {
    for (const run of isJson ? [] : round) terminal.out(lineOf(run));
    terminal.progress(`${sum} runs`);
  });
  if (isJson) terminal.out(JSON.stringify(ticked, errorsToo));
  else terminal.out(summaryOf(ticked));
  const failed = ticked.runs.filter(({ error }) => error !== undefined).length;
  if (failed > 0) throw new Unwell(`${failed} runs could not be driven`);
}

/** Nothing is due for an engine that knows no workflow, whatever the database holds. */
function assertWorkflows({ workflows }: ExecutionEngine): void {
  if (workflows.length > 0) return;
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    "Cannot tick: name the module that exports the workflows with --workflows",
  );
}

interface Bounds {
  readonly budget: number | undefined;
  readonly limit: number | undefined;
}

/** Ticks a few runs at a time, to tell of them as they are done. */
async function tickInRounds(
  engine: ExecutionEngine,
  { budget = Number.POSITIVE_INFINITY, limit = Number.POSITIVE_INFINITY }: Bounds,
  onRound: (runs: readonly TickedRun[], sum: number) => void,
): Promise<TickResult> {
  const deadline = performance.now() + budget * 1_000;
  const runs: TickedRun[] = [];
  let deleted: number | undefined;
  while (true) {
    const round = Math.min(ROUND_RUNS, limit - runs.length);
    const budgetMs = Math.max(0, deadline - performance.now());
    const ticked = await engine.tick({ budgetMs, limit: round });
    runs.push(...ticked.runs);
    if (ticked.deleted !== undefined) deleted = (deleted ?? 0) + ticked.deleted;
    onRound(ticked.runs, runs.length);
    const isOver = ticked.runs.length < round || runs.length >= limit || budgetMs === 0;
    const { nextDueInMs } = ticked;
    if (isOver) return { runs, nextDueInMs, ...(deleted === undefined ? {} : { deleted }) };
  }
}

function lineOf({ runId, workflowId, status, error }: TickedRun): string {
  return `${runId}  ${workflowId}  ${status}${error === undefined ? "" : `: ${error.message}`}`;
}

function summaryOf({ runs, nextDueInMs, deleted = 0 }: TickResult): string {
  const next =
    nextDueInMs === null
      ? "none is due by itself"
      : `the next is due in ${Math.ceil(nextDueInMs / 1_000)} s`;
  const swept = deleted === 0 ? "" : `, deleted ${countedRuns(deleted)}`;
  return `Took ${countedRuns(runs.length)}${swept}; ${next}`;
}

function countedRuns(count: number): string {
  return `${count} ${count === 1 ? "run" : "runs"}`;
}
