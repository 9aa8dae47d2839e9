/** @jsxImportSource npm:hono@4.13.19/jsx */
/**
 * A workflow as nested boxes: what follows one another stands below one another, what runs
 * beside each other stands beside each other. Drawn by the children of nodes, never by kind.
 */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { type FlowItem, foldSequence } from "../wording/fold-sequence.ts";
import { visibleText } from "../wording/visible-text.ts";
import type { DrawnNode, GraphContext } from "./drawn-node.ts";
import { FlowNode } from "./flow-node.tsx";

interface FlowGraphProps extends GraphContext {
  readonly tree: DrawnNode;
}

/** The graph of a workflow, or of a run. */
export function FlowGraph({ tree, ...context }: FlowGraphProps): JSX.Element {
  if (tree.children.length === 0) return <p class="note">Nothing is known of its steps.</p>;
  return (
    // It scrolls where there is little room; the keyboard must reach it then.
    <section class="graph" aria-label="The steps" tabindex={0}>
      <Children node={tree} context={context} depth={0} />
    </section>
  );
}

interface PartProps {
  readonly node: DrawnNode;
  readonly context: GraphContext;
  readonly depth: number;
}

function Children({ node, context, depth }: PartProps): JSX.Element {
  return (
    <ol class={`flow ${node.arrangement}`}>
      {foldSequence(node.children).map((item) => (
        <Item item={item} context={context} depth={depth} />
      ))}
    </ol>
  );
}

interface ItemProps {
  readonly item: FlowItem<DrawnNode>;
  readonly context: GraphContext;
  readonly depth: number;
}

/** Nobody looks through more boxes that say the same; the timeline has them all. */
const MAX_FOLDED = 200;

function Item({ item, context, depth }: ItemProps): JSX.Element {
  const [first] = item.nodes;
  if (item.nodes.length === 1 && first !== undefined) {
    return (
      <li>
        <Box node={first} context={context} depth={depth} />
      </li>
    );
  }
  const status = first?.activity?.status;
  return (
    <li>
      <details class={`flow-more ${status === undefined ? "" : `status-${status}`}`}>
        <summary>
          {item.nodes.length.toLocaleString("en")} more{status === "success" && ", all succeeded"}
        </summary>
        <ol class="flow sequence">
          {item.nodes.slice(0, MAX_FOLDED).map((node) => (
            <li>
              <Box node={node} context={context} depth={depth} />
            </li>
          ))}
        </ol>
        {item.nodes.length > MAX_FOLDED && (
          <p class="note">
            and {(item.nodes.length - MAX_FOLDED).toLocaleString("en")} more like it
          </p>
        )}
      </details>
    </li>
  );
}

function Box({ node, context, depth }: PartProps): JSX.Element {
  if (node.children.length === 0) return <FlowNode node={node} context={context} />;
  const { activity } = node;
  return (
    <section
      class={`flow-box ${activity === undefined ? "" : `status-${activity.status}`} ${depth % 2 === 0 ? "" : "odd"}`}
      aria-label={`${visibleText(node.kind)} ${visibleText(node.id)}`}
    >
      <FlowNode node={node} context={context} isHeading />
      <Children node={node} context={context} depth={depth + 1} />
    </section>
  );
}
