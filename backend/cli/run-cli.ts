import { Command, CommanderError } from "npm:@commander-js/extra-typings@15.1.0";
import { WrkflwError } from "../errors.ts";
import { type Globals, Unwell } from "./globals.ts";
import { addRunCommands } from "./run-commands.ts";
import { addSchemaCommands } from "./schema-commands.ts";
import { harmless, type Terminal } from "./terminal.ts";
import { addTickCommand } from "./tick-command.ts";
import { addVisualizeCommand } from "./visualize-command.ts";

/** What a command ended with: all is well, something went wrong, or it was called wrongly. */
export type ExitStatus = 0 | 1 | 2;

/**
 * Runs a command of the CLI.
 *
 * @param args What the command was called with, without the program's own name.
 * @param given Where it writes. What could command a terminal is made harmless.
 */
export async function runCli(args: readonly string[], given: Terminal): Promise<ExitStatus> {
  const terminal = safe(given);
  const program = programFor(terminal);
  try {
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    terminal.err(described(error, args.includes("--json")));
    return 1;
  }
}

function programFor(terminal: Terminal): Command<[], Globals> {
  const program: Command<[], Globals> = new Command("wrkflw")
    .description("Looks after workflows and their runs")
    .option("-w, --workflows <module>", "the module that exports the workflows, or their engine")
    .option("-d, --database <url>", "file:app.db or a libSQL server [default: WRKFLW_DATABASE_URL]")
    .option("--json", "print JSON, for scripts")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    });
  addSchemaCommands(program, terminal);
  addRunCommands(program, terminal);
  addTickCommand(program, terminal);
  addVisualizeCommand(program, terminal);
  return program;
}

function described(error: unknown, isJson: boolean): string {
  const message = error instanceof Error ? error.message : String(error);
  if (!isJson) return error instanceof Unwell ? message : `Error: ${message}`;
  const code = error instanceof WrkflwError ? error.code : undefined;
  return JSON.stringify({ error: { code, message } });
}

function safe(terminal: Terminal): Terminal {
  return {
    out: (line) => terminal.out(harmless(line)),
    err: (line) => terminal.err(harmless(line)),
    progress: (text) => terminal.progress(harmless(text)),
  };
}
