/** The results of one scenario as a document. */
import { type Circumstances, commandOf, comparedWith, medianOf } from "./circumstances.ts";
import { lookIn, looksInRounds } from "./look.ts";
import type { Result } from "./scenario.ts";
import { targetsMeasured, targetTable } from "./targets.ts";
import { table } from "./units.ts";

/**
 * What was measured of one scenario, in Markdown.
 *
 * @param results Of this scenario alone.
 */
export function scenarioReportOf(
  scenario: string,
  results: readonly Result[],
  circumstances: Circumstances,
): string {
  const { rounds, machine } = circumstances;
  const look = lookIn(results);
  const figures = results.flatMap(({ subject, synchronous, figures, rounds }) =>
    Object.entries(figures).map(([name, median]) => {
      const all = rounds.map((round) => round[name] ?? Number.NaN);
      return [
        subject,
        synchronous,
        name,
        ...[median, Math.min(...all), Math.max(...all)].map(short),
      ];
    }),
  );
  return `# Benchmark: ${scenario}

Made by \`${commandOf(circumstances, scenario)}\`.
Every figure is ${medianOf(circumstances)}, in the unit that its name ends with. What is measured, and how, stands in
[BENCHMARKS.md](../../BENCHMARKS.md).

Machine: ${machine}.${comparedWith(circumstances)}

${table(["subject", "synchronous", "figure", "median", "lowest", "highest"], figures)}

## What was aimed at

${targetTable(look, looksInRounds(results, rounds), targetsMeasured(look))}
`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
