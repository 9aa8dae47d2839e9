/** The places of a run by their paths, with all that is known of each. */
import type { WaitInfo } from "../errors.ts";
import type { NodeShape } from "../node.ts";
import type { StepRecord } from "../records.ts";
import { currentPath, inScope, nodeAt } from "../shapes.ts";
import { type RunCourse, recordOf } from "./run-course.ts";

/** A place in a run: a node, or one item or turn of it. */
export interface RecordedPlace {
  /** Its address; `segments` joined by `/`. */
  readonly path: string;
  /** One for each workflow around it, and its own. */
  readonly segments: readonly string[];
  /** Its records, oldest first. */
  readonly records: readonly StepRecord[];
  /** A step is executed there right now, as far as is known. */
  readonly isAtWork: boolean;
  /** What the run waits for there. */
  readonly wait: WaitInfo | undefined;
  /** Why it failed the run. */
  readonly error: string | undefined;
}

type Draft = { -readonly [Key in keyof RecordedPlace]: RecordedPlace[Key] } & {
  records: StepRecord[];
};

/** All places of a run that something is known of, in the order in which they began. */
export function recordedPlaces(course: RunCourse, workflow: NodeShape): RecordedPlace[] {
  const places = new Map<string, Draft>();
  const rename = renamer(workflow);

  function placeAt(path: string, segments = path.split("/")): Draft {
    const known = places.get(path);
    if (known !== undefined) return known;
    // What lies around a place has begun as well, though it is recorded when it ends.
    if (segments.length > 1) placeAt(segments.slice(0, -1).join("/"));
    const place = {
      path,
      segments,
      records: [],
      isAtWork: false,
      wait: undefined,
      error: undefined,
    };
    places.set(path, place);
    return place;
  }

  for (const record of course.records) placeAt(rename(record.path)).records.push(record);
  for (const [index, [key, result]] of Object.entries(course.results).entries()) {
    const place = placeAt(key, nodeAt(workflow, key) === undefined ? [key] : key.split("/"));
    if (place.records.length > 0) continue;
    place.isAtWork = result.status === "running";
    place.records.push(recordOf(key, result, index + 1));
  }
  for (const path of course.atWork) placeAt(rename(path)).isAtWork = true;
  for (const wait of course.waits) placeAt(rename(wait.path)).wait = wait;
  const { failedAt, error } = course;
  if (failedAt !== undefined && failedAt !== "") placeAt(rename(failedAt)).error = error;
  for (const index of course.entries) {
    const entry = workflow.children?.[index];
    if (entry !== undefined && !inScope(entry).some(({ id }) => isBegun(places, id)))
      placeAt(entry.id);
  }
  return [...places.values()];
}

/** Whether a node of the run's own workflow, or an item or turn of it, has a place. */
function isBegun(places: ReadonlyMap<string, RecordedPlace>, id: string): boolean {
  return places.has(id) || places.has(`${id}[0]`) || places.has(`${id}#1`);
}

/** Records may lie under ids that nodes had before. Few workflows have such nodes. */
function renamer(workflow: NodeShape): (path: string) => string {
  const hasRenamed = (shape: NodeShape): boolean =>
    shape.renamedFrom !== undefined || (shape.children ?? []).some(hasRenamed);
  return hasRenamed(workflow) ? (path) => currentPath(workflow, path) : (path) => path;
}
