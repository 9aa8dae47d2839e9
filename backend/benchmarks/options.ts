/** What `deno task bench` is asked for. */
import { Command, InvalidArgumentError, Option } from "npm:@commander-js/extra-typings@15.1.0";

/** How much is measured, and where the figures go. */
export interface BenchOptions {
  /** Whether other engines are measured as well. */
  readonly peers: boolean;
  /** How often everything is measured; what counts is the median. */
  readonly rounds: number;
  /** Whether the figures are put into `BENCHMARKS.md`, or those of one scenario beside it. */
  readonly write: boolean;
  /** The one scenario that is measured. @default all */
  readonly only?: string;
}

/**
 * Reads what the task was called with.
 *
 * @param scenarios All that can be measured.
 * @param command Prints the help and refusals, and ends the process then; those of tests throw.
 */
export function benchOptions(
  args: readonly string[],
  scenarios: readonly string[],
  command: Command = new Command(),
): BenchOptions {
  return command
    .name("deno task bench")
    .description("Measures wrkflw, what SQLite takes beside it, and other engines")
    .option("--peers", "measure other engines too; they are installed from npm", false)
    .option(
      "--rounds <number>",
      "measure everything this many times, and take the medians",
      roundsOf,
      5,
    )
    .option(
      "--write",
      "put the figures into BENCHMARKS.md; those of one scenario into backend/benchmarks/<scenario>.md",
      false,
    )
    .addOption(new Option("--only <scenario>", "measure this scenario alone").choices(scenarios))
    .parse([...args], { from: "user" })
    .opts();
}

function roundsOf(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 1 to 9999.");
}
