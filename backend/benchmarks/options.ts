/** What `deno task bench` is asked for. */
import { Command, InvalidArgumentError, Option } from "npm:@commander-js/extra-typings@15.1.0";

/** How much is measured, and where the figures go. */
export interface BenchOptions {
  /** Whether other engines are measured as well. */
  readonly peers: boolean;
  /** How often everything is measured; what counts is the median. */
  readonly rounds: number;
  /** Whether the figures are put into `BENCHMARKS.md`. */
  readonly write: boolean;
  /** The one scenario that is measured. @default all */
  readonly only?: string;
}

/**
 * Reads what the task was called with.
 *
 * @param scenarios All that can be measured.
 * @param command Where the help and refusals go, and what they end.
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
    .option("--rounds <number>", "measure everything so often, and take the medians", roundsOf, 5)
    .option("--write", "put the figures into BENCHMARKS.md", false)
    .addOption(
      new Option("--only <scenario>", "measure nothing else; cannot be written")
        .choices(scenarios)
        .conflicts("write"),
    )
    .parse([...args], { from: "user" })
    .opts();
}

function roundsOf(text: string): number {
  const rounds = Number(text);
  if (Number.isSafeInteger(rounds) && rounds > 0) return rounds;
  throw new InvalidArgumentError("It must be a whole number from 1.");
}
