import { joinPath, type NodeShape } from "../node.ts";
import { inScope } from "../shapes.ts";
import { type RecordedPlace, recordedPlaces } from "./recorded-place.ts";
import { locate, type RecordedShape } from "./recorded-shape.ts";
import type { RunCourse } from "./run-course.ts";
import type { Activity, RunTreeNode, TreePlace } from "./run-tree-node.ts";
import {
  absentIn,
  announcedBy,
  announces,
  hasSucceeded,
  isConstruct,
  isPart,
  type Surroundings,
} from "./surroundings.ts";
import { placeOf, timesOf } from "./tree-place.ts";
import { combine, overall, standingAlone, type TreeStatus } from "./tree-status.ts";
import { drawable, type TreeNode } from "./workflow-tree.ts";

/** A node in one scope. */
interface Standing {
  readonly places: readonly TreePlace[];
  /** Of all its places, those that have not begun included. */
  readonly statuses: readonly TreeStatus[];
  /** The number of the latest record that came of it; 0 for none. */
  readonly lastSeq: number;
}

/** A node, and how it stands in each scope. */
interface Painted {
  readonly node: RunTreeNode;
  readonly standings: ReadonlyMap<string, Standing>;
}

const NOWHERE: Standing = { places: [], statuses: [], lastSeq: 0 };

/** Paints what happened in a run on the tree of its workflow. */
export class RunPainter {
  readonly #course: RunCourse;
  readonly #shape: RecordedShape;
  /** Places by the path of their scope and the id of their node. */
  readonly #places = new Map<string, Map<string, RecordedPlace[]>>();

  constructor(course: RunCourse, workflow: NodeShape) {
    this.#course = course;
    const places = recordedPlaces(course, workflow);
    const { shape, idsOf } = locate(workflow, places);
    this.#shape = shape;
    for (const [place, ids] of idsOf) this.#add(place, ids);
    for (const scope of this.#places.values())
      for (const many of scope.values()) many.sort(byNumber);
  }

  #add(place: RecordedPlace, ids: readonly string[]): void {
    const id = ids[place.segments.length - 1];
    if (id === undefined) return;
    const scope = place.segments.slice(0, -1).join("/");
    const inScope = this.#places.get(scope) ?? new Map<string, RecordedPlace[]>();
    this.#places.set(scope, inScope);
    const places = inScope.get(id);
    if (places === undefined) inScope.set(id, [place]);
    else places.push(place);
  }

  /** The tree, from the workflow itself down. */
  paint(): RunTreeNode {
    const { status, startedAt, endedAt, error, result } = this.#course;
    const around = [{ scope: "", isPassed: status === "success" }];
    const children = this.#paintChildren(this.#shape, around, "", "not-reached");
    const place: TreePlace = {
      path: "",
      status,
      attempts: 0,
      startedAt,
      endedAt,
      records: [],
      ...(result === null ? {} : { output: result }),
      ...(error === undefined ? {} : { error }),
    };
    return {
      ...drawnOf(this.#shape, ""),
      children: children.map(({ node }) => node),
      activity: { status, counts: { [status]: 1 }, places: [place], startedAt, endedAt },
    };
  }

  /** @param absent How the children stand where nothing around them has begun. */
  #paintChildren(
    shape: RecordedShape,
    around: readonly Surroundings[],
    scopePath: string,
    absent: TreeStatus,
  ): Painted[] {
    const children = shape.children ?? [];
    const isSequence = drawable(shape, "").arrangement === "sequence";
    const last = new Map(
      isSequence ? around.map(({ scope }) => [scope, this.#lastBegun(children, scope)]) : [],
    );
    return children.map((child, index) => {
      const own = around.map((each) => ({
        ...each,
        isPassed: each.isPassed || index < (last.get(each.scope) ?? -1),
      }));
      return this.#paint(child, own, scopePath, absent);
    });
  }

  #lastBegun(children: readonly RecordedShape[], scope: string): number {
    const begun = this.#places.get(scope);
    if (begun === undefined) return -1;
    return children.findLastIndex((child) => inScope(child).some(({ id }) => begun.has(id)));
  }

  #paint(
    shape: RecordedShape,
    around: readonly Surroundings[],
    scopePath: string,
    absent: TreeStatus,
  ): Painted {
    const path = joinPath(scopePath, shape.id);
    const isScope = shape.opensScope === true;
    const inner = isScope
      ? around.flatMap((each) => this.#scopesOf(shape, each))
      : around.map((each) => this.#within(shape, each));
    const innerAbsent = around.length === 0 ? absent : absentIn(shape, around);
    const children = this.#paintChildren(shape, inner, isScope ? path : scopePath, innerAbsent);
    const standings = new Map(
      around.map((each) => [each.scope, this.#stand(shape, each, children)]),
    );
    const node = {
      ...drawnOf(shape, path),
      children: children.map((child) => child.node),
      activity: this.#activityOf([...standings.values()], absent),
    };
    return { node, standings };
  }

  /** The scopes that a workflow opens: one, or one for each item and turn. */
  #scopesOf(shape: RecordedShape, around: Surroundings): Surroundings[] {
    return this.#ownPlaces(shape, around.scope).map((place) => ({
      scope: place.path,
      isPassed: around.isPassed || hasSucceeded(place),
    }));
  }

  /** What is known of the children of a construct that opens no scope. */
  #within(shape: RecordedShape, around: Surroundings): Surroundings {
    const own = this.#ownPlaces(shape, around.scope)[0];
    const isLeftOut = absentIn(shape, [around]) === "skipped";
    const isPassed = around.isPassed || (isLeftOut && own === undefined);
    const announced = own !== undefined && hasSucceeded(own) ? announcedBy(shape, own) : {};
    const isEnded = own !== undefined && hasSucceeded(own) && !announces(shape);
    return { scope: around.scope, isPassed: isPassed || isEnded, ...announced };
  }

  #ownPlaces(shape: RecordedShape, scope: string): readonly RecordedPlace[] {
    const places = this.#places.get(scope)?.get(shape.id) ?? [];
    return isConstruct(shape) ? places.filter((place) => !isPart(shape, place)) : places;
  }

  #stand(shape: RecordedShape, around: Surroundings, children: readonly Painted[]): Standing {
    const own = this.#ownPlaces(shape, around.scope);
    if (!isConstruct(shape)) {
      const scoped = own.map((place) =>
        this.#standAt(shape, around, place, standingsIn(children, place.path)),
      );
      const missing = Math.max(own.length === 0 ? 1 : 0, (around.items ?? 0) - own.length);
      const absent = new Array<TreeStatus>(missing).fill(absentIn(shape, [around]));
      return merge([...scoped, { ...NOWHERE, statuses: absent }]);
    }
    const inside = standingsIn(children, around.scope);
    const parts = (this.#places.get(around.scope)?.get(shape.id) ?? []).length - own.length;
    const hasBegun = own.length + parts > 0 || inside.some(({ places }) => places.length > 0);
    if (!hasBegun) return { ...NOWHERE, statuses: [absentIn(shape, [around])] };
    return this.#standAt(shape, around, own[0], inside);
  }

  /** A place that has begun, with what is in it. */
  #standAt(
    shape: RecordedShape,
    around: Surroundings,
    own: RecordedPlace | undefined,
    inside: readonly Standing[],
  ): Standing {
    const within = merge(inside);
    const status = this.#statusOf(shape, around, own, within);
    const ownSeq = own?.records.findLast(({ status }) => status !== "canceled")?.seq ?? 0;
    const path = own?.path ?? joinPath(around.scope, shape.id);
    const place = placeOf(path, status, own, within.places);
    return { places: [place], statuses: [status], lastSeq: Math.max(ownSeq, within.lastSeq) };
  }

  #statusOf(
    shape: RecordedShape,
    around: Surroundings,
    own: RecordedPlace | undefined,
    within: Standing,
  ): TreeStatus {
    const { status: run } = this.#course;
    const latest = own?.records.at(-1);
    const isLater = (latest?.seq ?? 0) > within.lastSeq;
    const says = own === undefined ? undefined : standingAlone(own, run, around.isPassed);
    // A record that only says what is to run, or that all is to be done again, decides nothing.
    const isDecisive =
      isLater && latest?.status !== "retried" && !(announces(shape) && says === "success");
    if (says !== undefined && (isDecisive || within.statuses.length === 0)) return says;
    const parts = (this.#places.get(around.scope)?.get(shape.id) ?? [])
      .filter((place) => isConstruct(shape) && isPart(shape, place))
      .map((place) => standingAlone(place, run, around.isPassed));
    const all = [...within.statuses, ...parts];
    return combine(all, run, around.isPassed || this.#isComplete(shape, around, within));
  }

  /** Whether all that a construct was to run has succeeded. */
  #isComplete(shape: RecordedShape, around: Surroundings, { statuses }: Standing): boolean {
    if (shape.runsAll === true) return statuses.every((status) => status === "success");
    if (!announces(shape)) return false;
    const { chosen, items = chosen?.length } = this.#within(shape, around);
    return items === statuses.filter((status) => status === "success").length;
  }

  #activityOf(standings: readonly Standing[], absent: TreeStatus): Activity {
    const { places, statuses } = standings.length === 0 ? NOWHERE : merge(standings);
    const all = statuses.length === 0 ? [absent] : statuses;
    const status = overall(all, this.#course.status);
    const counts: Partial<Record<TreeStatus, number>> = {};
    for (const each of all) counts[each] = (counts[each] ?? 0) + 1;
    return { status, counts, places, ...timesOf(status, places) };
  }
}

function drawnOf(shape: RecordedShape, path: string): Omit<TreeNode, "children"> {
  return { ...drawable(shape, path), ...(shape.isGone === true ? { isGone: true } : {}) };
}

/** Items and turns in their order, however they were recorded. */
function byNumber(one: RecordedPlace, other: RecordedPlace): number {
  return numberIn(one) - numberIn(other);
}

function numberIn({ segments }: RecordedPlace): number {
  return Number(/[[#](\d+)\]?$/.exec(segments.at(-1) ?? "")?.[1] ?? 0);
}

function standingsIn(children: readonly Painted[], scope: string): Standing[] {
  return children.map(({ standings }) => standings.get(scope) ?? NOWHERE);
}

function merge(standings: readonly Standing[]): Standing {
  return {
    places: standings.flatMap(({ places }) => places),
    statuses: standings.flatMap(({ statuses }) => statuses),
    lastSeq: standings.reduce((last, { lastSeq }) => Math.max(last, lastSeq), 0),
  };
}
