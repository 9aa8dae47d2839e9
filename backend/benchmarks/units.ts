/** Figures in words. */

/** What stands for a figure that is not there. */
export const UNKNOWN = "not measured";

/** Microseconds. */
export function us(value: number | undefined): string {
  return value === undefined ? UNKNOWN : `${value.toFixed(value < 100 ? 1 : 0)} µs`;
}

/** Milliseconds. */
export function ms(value: number | undefined): string {
  return value === undefined ? UNKNOWN : `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

/** Mebibytes. */
export function mib(value: number | undefined): string {
  return value === undefined ? UNKNOWN : `${value.toFixed(0)} MiB`;
}

/** A number without a fraction. */
export function whole(value: number | undefined): string {
  return value === undefined ? UNKNOWN : Math.round(value).toLocaleString("en");
}

/** How many times the one is as much as the other. */
export function ratio(value: number | undefined, of: number | undefined): string {
  return value === undefined || of === undefined ? UNKNOWN : (value / of).toFixed(2);
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
