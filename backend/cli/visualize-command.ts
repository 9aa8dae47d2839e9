import { type Command, Option } from "npm:@commander-js/extra-typings@15.1.0";
import { quote, WrkflwError } from "../errors.ts";
import { VISUALIZATION_FORMATS, visualizeExecution, visualizeWorkflow } from "../visualize.ts";
import type { Globals } from "./globals.ts";
import { withEngine } from "./run-commands.ts";
import type { Terminal } from "./terminal.ts";

/** Adds the command that draws. */
export function addVisualizeCommand(program: Command<[], Globals>, terminal: Terminal): void {
  program
    .command("visualize")
    .argument("<id>", "a workflow's id, or a run's")
    .description("draw a workflow, or a run and what happened in it")
    .addOption(
      new Option("--format <format>", "how")
        .choices(VISUALIZATION_FORMATS)
        .default("ascii" as const),
    )
    .option("--descriptions", "with the descriptions of workflows and steps")
    .action((id, { format, descriptions = false }) =>
      withEngine(program, async (engine) => {
        const options = { includeDescriptions: descriptions };
        const workflow = engine.workflows.find((each) => each.id === id);
        if (workflow !== undefined) {
          return terminal.out(visualizeWorkflow(workflow, format, options));
        }
        const run = await engine.storage.loadRun(id);
        if (run === null) throw notFound(id);
        const definition = engine.workflows.find((each) => each.id === run.run.workflowId);
        terminal.out(visualizeExecution(definition, run, format, options));
      }),
    );
}

function notFound(id: string): WrkflwError {
  return new WrkflwError(
    "RUN_NOT_FOUND",
    `Cannot find ${quote(id)}: there is no run with this id, and no workflow; name the module that exports it with --workflows`,
  );
}
