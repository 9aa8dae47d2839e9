import type { StepRecord } from "../../backend/index.ts";

/** One place of a run with all its records. */
export interface StepGroup {
  readonly path: string;
  /** How many places contain it. */
  readonly depth: number;
  /** The record that counts. */
  readonly latest: StepRecord;
  /** The records before that one, oldest first. */
  readonly earlier: readonly StepRecord[];
}

/**
 * The places of a run in the order in which they were recorded. A place that contains others
 * is recorded when it ends, but is read before them, so it stands before them.
 *
 * @param records In the order in which they were written.
 */
export function groupSteps(records: readonly StepRecord[]): StepGroup[] {
  const byPath = new Map<string, StepRecord[]>();
  const order = new Map<string, number>();
  for (const record of records) {
    const known = byPath.get(record.path);
    if (known === undefined) byPath.set(record.path, [record]);
    else known.push(record);
    for (const place of [record.path, ...containersOf(record.path)]) {
      if (!order.has(place)) order.set(place, record.seq);
    }
  }
  const groups = [...byPath].map(([path, all]) => groupOf(path, all));
  const rank = ({ path }: StepGroup) => order.get(path) ?? 0;
  return groups.sort((a, b) => rank(a) - rank(b) || a.depth - b.depth);
}

/**
 * Whether a place is a matter of the library's own that went well. Only the library gives its
 * nodes ids that begin with `#`, such as the one that checks the input of a nested workflow.
 */
export function isInternal({ path, latest }: StepGroup): boolean {
  const isOwn = path.slice(path.lastIndexOf("/") + 1).startsWith("#");
  return isOwn && ["success", "retried"].includes(latest.status);
}

function groupOf(path: string, records: readonly StepRecord[]): StepGroup {
  const latest = records.at(-1);
  if (latest === undefined) throw new RangeError(`Cannot group ${path}: it has no records`);
  return { path, depth: containersOf(path).length, latest, earlier: records.slice(0, -1) };
}

/** The paths that a path lies in: of `a/b/c`, `a` and `a/b`. */
function containersOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
