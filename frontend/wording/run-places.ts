import type {
  RunTreeNode,
  StepRecord,
  TreePlace,
  TreeStatus,
  WaitInfo,
} from "../../backend/index.ts";
import { groupSteps, isInternal, type StepGroup } from "./step-groups.ts";
import { isRecord, storedValue } from "./stored-value.ts";

/** One place of a run, as it is listed: where it stands and what was recorded of it. */
export interface RunPlace {
  readonly path: string;
  /** How many places contain it. */
  readonly depth: number;
  readonly kind: string;
  readonly status: TreeStatus;
  /** Its records, oldest first; none while its first attempt is at work. */
  readonly records: readonly StepRecord[];
  /** How often it was tried. */
  readonly attempts: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** What it waits for. */
  readonly wait: WaitInfo | undefined;
  /** Whether it holds other places, and works only through them. */
  readonly isContainer: boolean;
  /** What the workflow says of the node. */
  readonly node: RunTreeNode | undefined;
}

interface Located {
  readonly node: RunTreeNode;
  readonly place: TreePlace;
}

/** Every place of a run that has begun, in the order in which they did. */
export function placesOf(tree: RunTreeNode, records: readonly StepRecord[]): RunPlace[] {
  const located = new Map(locate(tree).map((each) => [each.place.path, each]));
  const groups = groupSteps(records).filter((group) => !isInternal(group));
  const known = new Set(groups.map(({ path }) => path));
  const atWork = [...located.values()].filter(
    ({ place, node }) =>
      place.status === "running" && !known.has(place.path) && node.children.length === 0,
  );
  return [
    ...groups.map((group) => recordedPlace(group, located.get(group.path))),
    ...atWork.map(unrecordedPlace),
  ];
}

function locate(node: RunTreeNode): Located[] {
  const own = node.activity.places.map((place) => ({ node, place }));
  return [...own, ...node.children.flatMap(locate)];
}

function recordedPlace(group: StepGroup, located: Located | undefined): RunPlace {
  const { latest, earlier, path, depth } = group;
  const failures = earlier.filter(({ error }) => error !== null).length;
  return {
    path,
    depth,
    kind: latest.kind,
    status: located?.place.status ?? standingOf(latest),
    records: [...earlier, latest],
    attempts: located?.place.attempts ?? failures + 1,
    startedAt: located?.place.startedAt ?? earlier[0]?.startedAt ?? latest.startedAt,
    endedAt: located === undefined ? latest.endedAt : located.place.endedAt,
    wait: located?.place.wait,
    isContainer: (located?.node.children.length ?? 0) > 0,
    node: located?.node,
  };
}

function unrecordedPlace({ node, place }: Located): RunPlace {
  const { path, status, attempts, startedAt, endedAt, wait } = place;
  const depth = path.split("/").length - 1;
  const told = { path, depth, kind: node.kind, status, attempts, startedAt, endedAt, wait, node };
  return { ...told, records: [], isContainer: false };
}

/** What a record says of a place that the workflow does not know. */
function standingOf({ status, wait }: StepRecord): TreeStatus {
  if (status === "bailed") return "success";
  if (status === "resumed" || status === "retried") return "pending";
  if (status !== "suspended") return status;
  const read = storedValue(wait);
  const endsByItself = isRecord(read) && ("until" in read || "event" in read);
  return endsByItself ? "waiting" : "suspended";
}
