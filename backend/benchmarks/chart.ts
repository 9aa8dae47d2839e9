/** The time of a step as a picture, from the same results as the tables. */
import type { Result } from "./scenario.ts";

interface Bar {
  readonly label: string;
  readonly us: number;
}

const WIDTH = 720;
const BAR_HEIGHT = 22;
const GAP = 8;
const LABEL_WIDTH = 290;
const TOP = 34;

/** A bar for every subject that was measured, on a logarithmic scale. */
export function chartOf(results: readonly Result[]): string {
  const bars = results.flatMap(barsOf);
  const height = TOP + bars.length * (BAR_HEIGHT + GAP) + GAP;
  const longest = Math.max(...bars.map(({ us }) => us));
  const body = bars.map((bar, index) => drawBar(bar, TOP + index * (BAR_HEIGHT + GAP), longest));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Microseconds a step">
<style>text{font:13px system-ui,sans-serif;fill:#57606a}rect{fill:#8c959f}.own{fill:#2f6feb}</style>
<text x="0" y="18">Microseconds a step, logarithmic: shorter is better</text>
${body.join("\n")}
</svg>
`;
}

const TITLES: Readonly<Record<string, string>> = {
  oneByOne: "one by one",
  sideBySide: "fifty at a time",
};

function barsOf({ scenario, subject, synchronous, figures }: Result): Bar[] {
  const title = TITLES[scenario];
  if (title === undefined || figures.stepUs === undefined) return [];
  const label = (name: string) => `${name}, ${title}, ${synchronous}`;
  const own = { label: label(subject), us: figures.stepUs };
  return figures.limitUs === undefined
    ? [own]
    : [own, { label: label("bare SQLite"), us: figures.limitUs }];
}

function drawBar({ label, us }: Bar, top: number, longest: number): string {
  const space = WIDTH - LABEL_WIDTH - 80;
  const length = Math.max(2, (Math.log(us) / Math.log(longest)) * space);
  const middle = top + BAR_HEIGHT - 6;
  const own = label.startsWith("wrkflw") ? ' class="own"' : "";
  return `<text x="0" y="${middle}">${label}</text><rect${own} x="${LABEL_WIDTH}" y="${top}" width="${length.toFixed(1)}" height="${BAR_HEIGHT}"/><text x="${(LABEL_WIDTH + length + 6).toFixed(1)}" y="${middle}">${us.toFixed(0)}</text>`;
}
