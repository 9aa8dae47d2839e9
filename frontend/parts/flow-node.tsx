/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { Activity, TreePlace, TreeStatus } from "../../backend/index.ts";
import { describeDuration } from "../wording/duration.ts";
import { visibleText } from "../wording/visible-text.ts";
import type { DrawnNode, GraphContext } from "./drawn-node.ts";
import { StatusIcon, statusName } from "./status-badge.tsx";

interface FlowNodeProps {
  readonly node: DrawnNode;
  readonly context: GraphContext;
  /** Whether other nodes lie within it. */
  readonly isHeading?: boolean;
}

/** A node of a graph by itself: its name, and where it stands. */
export function FlowNode({ node, context, isHeading = false }: FlowNodeProps): JSX.Element {
  const { activity } = node;
  const place = activity === undefined ? undefined : mainPlace(activity);
  const status = activity === undefined ? "" : `status-${activity.status}`;
  const name = `${isHeading ? "flow-head" : "flow-node"} ${status}`;
  const title = node.description === undefined ? undefined : visibleText(node.description);
  const href = place === undefined ? undefined : context.placeHref?.(place.path);
  if (href === undefined) {
    return (
      <span class={name} title={title}>
        <Content node={node} isDrawnAlone={context.isDrawnAlone === true} />
      </span>
    );
  }
  const isCurrent = activity?.places.some(({ path }) => path === context.selected) === true;
  return (
    <a class={name} href={href} title={title} aria-current={isCurrent ? "true" : undefined}>
      <Content node={node} isDrawnAlone={context.isDrawnAlone === true} />
    </a>
  );
}

interface ContentProps {
  readonly node: DrawnNode;
  readonly isDrawnAlone: boolean;
}

function Content({ node, isDrawnAlone }: ContentProps): JSX.Element {
  const { id, kind, description, activity, repeats, isGone } = node;
  const isNamed = id !== kind && !id.startsWith(`${kind}#`);
  return (
    <>
      {activity !== undefined && (
        <>
          <StatusIcon status={activity.status} />
          <span class="unseen">{statusName(activity.status)}: </span>
        </>
      )}
      <bdi class="flow-name">{visibleText(isNamed ? id : (description ?? id))}</bdi>
      {kind !== "step" && (isNamed || description !== undefined) && (
        <span class="kind">{visibleText(kind)}</span>
      )}
      {isGone === true && !isDrawnAlone && <span class="kind">removed since</span>}
      {activity !== undefined && <Facts activity={activity} repeats={repeats} />}
    </>
  );
}

interface FactsProps {
  readonly activity: Activity;
  readonly repeats: "items" | "turns" | undefined;
}

function Facts({ activity, repeats }: FactsProps): JSX.Element | null {
  const { startedAt, endedAt, places } = activity;
  const total = Object.values(activity.counts).reduce((sum, count) => sum + count, 0);
  const attempts = Math.max(0, ...places.map((place) => place.attempts));
  const facts = [
    ...(total > 1 && repeats === undefined ? [countsIn(activity)] : []),
    ...(attempts > 1 ? [`${attempts} attempts`] : []),
    ...(startedAt !== null && endedAt !== null ? [describeDuration(endedAt - startedAt)] : []),
  ];
  return facts.length === 0 ? null : <span class="flow-facts">{facts.join(" · ")}</span>;
}

/** How many items or turns stand where, such as `17 of 20, 1 failed`. */
function countsIn({ counts }: Activity): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const others = (Object.keys(counts) as TreeStatus[]).filter(
    (status) => !["success", "not-reached", "skipped"].includes(status),
  );
  const done = counts.success ?? 0;
  const head = done === total ? `${total}×` : `${done} of ${total}`;
  return [head, ...others.map((status) => `${counts[status]} ${statusName(status)}`)].join(", ");
}

const INTEREST: readonly TreeStatus[] = ["failed", "suspended", "blocked", "running", "waiting"];

/** The place that people most likely want to see. */
function mainPlace({ places }: Activity): TreePlace | undefined {
  for (const status of INTEREST) {
    const found = places.find((place) => place.status === status);
    if (found !== undefined) return found;
  }
  return places[0];
}
