import type { RecordedPlace } from "./recorded-place.ts";
import type { TreePlace } from "./run-tree-node.ts";
import { attemptsAt, isOver, type TreeStatus, waitAt } from "./tree-status.ts";

/** A place as it is drawn; what lies within it counts for its times. */
export function placeOf(
  path: string,
  status: TreeStatus,
  own: RecordedPlace | undefined,
  within: readonly TreePlace[],
): TreePlace {
  const records = own?.records ?? [];
  const times = [...within, ...records.map(({ startedAt, endedAt }) => ({ startedAt, endedAt }))];
  const wait = own === undefined || isOver(status) ? undefined : waitAt(own);
  return {
    path,
    status,
    attempts: own === undefined ? 0 : attemptsAt(own),
    ...timesOf(status, times),
    ...(wait === undefined ? {} : { wait }),
    ...(own?.error === undefined || status !== "failed" ? {} : { error: own.error }),
    records,
  };
}

/** From the first beginning to the last end, where they are known. */
export function timesOf(
  status: TreeStatus,
  times: readonly Pick<TreePlace, "startedAt" | "endedAt">[],
): Pick<TreePlace, "startedAt" | "endedAt"> {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { startedAt, endedAt } of times) {
    first = Math.min(first, startedAt ?? first);
    last = Math.max(last, endedAt ?? last);
  }
  return {
    startedAt: Number.isFinite(first) ? first : null,
    endedAt: isOver(status) && Number.isFinite(last) ? last : null,
  };
}
