/** Under what the results were made. */
export interface Circumstances {
  readonly rounds: number;
  readonly machine: string;
  /** Versions of what was compared with, by name. */
  readonly peers: Readonly<Record<string, string>>;
}

/**
 * The command that repeats the measurement.
 *
 * @param only The scenario that was measured alone.
 */
export function commandOf({ rounds, peers }: Circumstances, only?: string): string {
  return [
    "npx --yes deno@2.9.6 task bench",
    ...(Object.keys(peers).length > 0 ? ["--peers"] : []),
    ...(only === undefined ? [] : [`--only ${only}`]),
    `--rounds ${rounds} --write`,
  ].join(" ");
}

/** The versions of other engines, as a sentence after another. */
export function comparedWith({ peers }: Circumstances): string {
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  return versions.length > 0 ? ` Compared with ${versions.join(", ")}.` : "";
}

/** What a figure is. */
export function medianOf({ rounds }: Circumstances): string {
  return rounds === 1 ? "of a single round" : `the median of ${rounds} rounds`;
}
