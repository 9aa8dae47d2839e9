import { type Command, InvalidArgumentError } from "npm:@commander-js/extra-typings@15.1.0";
import type { ExecutionEngine } from "../engine.ts";
import { runNotFound } from "../engine-errors.ts";
import { WrkflwError } from "../errors.ts";
import { RUN_STATUSES, type RunStatus } from "../records.ts";
import type { RunResult } from "../run.ts";
import { type Globals, sourceOf, Unwell } from "./globals.ts";
import { type EngineSource, openEngine } from "./open-engine.ts";
import { printSnapshot } from "./print-snapshot.ts";
import { momentOf, type Terminal, tableOf } from "./terminal.ts";

/** Adds the commands that show runs, and those that change one. */
export function addRunCommands(program: Command<[], Globals>, terminal: Terminal): void {
  addReadingCommands(program, terminal);
  addChangingCommands(program, terminal);
}

function addReadingCommands(program: Command<[], Globals>, terminal: Terminal): void {
  program
    .command("runs")
    .description("list runs, newest first")
    .option("--workflow <id>", "only runs of this workflow")
    .option("--status <status>", `only runs that are ${RUN_STATUSES.join(", ")}`, statusOf)
    .option("--limit <number>", "at most this many", countOf, 20)
    .option("--cursor <text>", "go on where the page before ended")
    .action(async ({ workflow, status, limit, cursor }) => {
      const filter = {
        limit,
        ...(workflow === undefined ? {} : { workflowId: workflow }),
        ...(status === undefined ? {} : { status }),
        ...(cursor === undefined ? {} : { cursor }),
      };
      await withEngine(program, async ({ storage }) => {
        const page = await storage.queryRuns(filter);
        if (program.opts().json) return terminal.out(JSON.stringify(page));
        const rows = page.runs.map(({ runId, workflowId, status: now, createdAt, error }) => [
          runId,
          workflowId,
          now,
          momentOf(createdAt),
          (error ?? "").split("\n")[0] ?? "",
        ]);
        for (const line of tableOf([["RUN", "WORKFLOW", "STATUS", "CREATED", ""], ...rows])) {
          terminal.out(line);
        }
        if (page.nextCursor !== null) terminal.err(`More: --cursor ${page.nextCursor}`);
      });
    });
  program
    .command("show")
    .argument("<run>", "the run's id")
    .description("show a run with its steps")
    .action((runId) =>
      withEngine(program, async (engine) => {
        const snapshot = await engine.loadSnapshot(runId);
        if (snapshot === null) throw runNotFound(runId);
        if (program.opts().json) terminal.out(JSON.stringify(snapshot, errorsToo));
        else printSnapshot(snapshot, await engine.explain(runId), terminal);
      }),
    );
  program
    .command("explain")
    .argument("<run>", "the run's id")
    .description("say in one sentence what a run does or waits for")
    .action((runId) =>
      withEngine(program, async (engine) => {
        const explanation = await engine.explain(runId);
        terminal.out(program.opts().json ? JSON.stringify({ runId, explanation }) : explanation);
      }),
    );
}

function addChangingCommands(program: Command<[], Globals>, terminal: Terminal): void {
  program
    .command("cancel")
    .argument("<run>", "the run's id")
    .description("end a run before its next step")
    .action((runId) =>
      withEngine(program, async (engine) => {
        const result = await engine.cancel(runId);
        if (program.opts().json) return terminal.out(JSON.stringify(result));
        const { wasCanceled, status } = result;
        terminal.out(wasCanceled ? "Canceled" : `Nothing was changed: its status is ${status}`);
      }),
    );
  program
    .command("resume")
    .argument("<run>", "the run's id")
    .description("resume a suspended step, or try a blocked run again, and drive the run")
    .option("--step <path>", "which step, when several are suspended")
    .option("--data <json>", "what the step is resumed with", dataOf)
    .action((runId, { step, data }) =>
      withEngine(program, async (engine) => {
        const options = {
          ...(step === undefined ? {} : { step }),
          ...(data === undefined ? {} : { resumeData: data.value }),
        };
        await printResult(program, terminal, engine, await engine.resume(runId, options));
      }),
    );
  program
    .command("retry")
    .argument("<run>", "the run's id")
    .description("do again what failed in a run, and drive it")
    .action((runId) =>
      withEngine(program, async (engine) =>
        printResult(program, terminal, engine, await engine.retry(runId)),
      ),
    );
}

async function printResult(
  program: Command<[], Globals>,
  terminal: Terminal,
  engine: ExecutionEngine,
  result: RunResult<unknown>,
): Promise<void> {
  if (program.opts().json) terminal.out(JSON.stringify(result, errorsToo));
  else terminal.out(await engine.explain(result.runId));
  if (result.status === "failed") throw new Unwell("The run failed");
}

/** Makes the engine, and closes its database; a file that is not there is refused by default. */
export async function withEngine(
  program: Command<[], Globals>,
  use: (engine: ExecutionEngine) => Promise<void>,
  { mayMake = false }: Pick<EngineSource, "mayMake"> = {},
): Promise<void> {
  const engine = await openEngine({ ...sourceOf(program.opts()), mayMake });
  try {
    await use(engine);
  } catch (error) {
    throw isWorkflowUnknown(error) ? unnamedModule(error) : error;
  } finally {
    await engine.storage.close();
  }
}

/** JSON has nothing of an error unless it is told. */
export function errorsToo(_: string, value: unknown): unknown {
  return value instanceof Error ? { name: value.name, message: value.message } : value;
}

/** A number of things, from 1 up. */
export function countOf(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("It must be a whole number above 0.");
}

function statusOf(text: string): RunStatus {
  const status = RUN_STATUSES.find((each) => each === text);
  if (status !== undefined) return status;
  throw new InvalidArgumentError(`It must be one of ${RUN_STATUSES.join(", ")}.`);
}

/** Kept in an object, because `null` is data too. */
function dataOf(text: string): { readonly value: unknown } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    throw new InvalidArgumentError("It must be JSON, such as '{\"approved\":true}'.");
  }
}

function isWorkflowUnknown(error: unknown): error is WrkflwError {
  return error instanceof WrkflwError && error.code === "WORKFLOW_NOT_FOUND";
}

/** The engine's own advice is for programs. */
function unnamedModule(cause: WrkflwError): WrkflwError {
  const [found = cause.message] = cause.message.split(": give it to the engine", 1);
  return new WrkflwError(
    "WORKFLOW_NOT_FOUND",
    `${found}: name the module that exports it with --workflows`,
    { cause },
  );
}
