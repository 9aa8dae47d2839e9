/** A workflow that holds a given text in every field. */
import { z } from "npm:zod@4.6.7";
import { type AnyDefinition, createWorkflow } from "../../backend/index.ts";
import type { Node, NodeShape } from "../../backend/node.ts";
import type { Say } from "./hostile-fields.ts";
import { columnOf, workflowIdOf } from "./hostile-names.ts";

/** The workflow; it is looked at and never run. */
export function hostileWorkflow(say: Say): AnyDefinition {
  return createWorkflow({
    id: workflowIdOf(say),
    description: say("workflow description"),
    inputSchema: inputOf(say),
    outputSchema: z.looseObject({ [keyOf(say("output property"))]: z.string() }),
    schedule: { cron: patternOf(say("schedule")), inputData: { name: "", count: 1 } },
  })
    .then(nodeOf(namesOf(say)))
    .then(
      nodeOf({
        kind: `box ${say("kind of what holds others")}`,
        id: `in ${say("node with others in it")}`,
        opensScope: true,
        children: [{ kind: "step", id: "inner" }],
      }),
    )
    .then(
      nodeOf({
        kind: "step",
        id: columnOf(say("path that asks")),
        description: say("description of what asks"),
        schemas: { resume: answerOf(say) },
      }),
    )
    .then(nodeOf({ kind: "wait", id: "hears", schemas: { event: answerOf(say) } }))
    .commit();
}

function namesOf(say: Say): NodeShape {
  return {
    kind: say("node kind"),
    id: `id ${say("node id")}`,
    description: say("node description"),
  };
}

/** A node of somebody's own: it may be called anything. It is never run. */
function nodeOf(shape: NodeShape): Node<unknown, never> {
  const run = () => Promise.resolve({ status: "suspended", waits: [] } as const);
  return { id: shape.id, run, shape: () => shape };
}

function inputOf(say: Say) {
  const choice = z.enum([say("schema choice")]).default(say("schema choice"));
  return z.object({
    name: z.string().describe(say("schema description")),
    count: z.number().meta({ title: say("schema title") }),
    [`need ${say("required property")}`]: z.string(),
    [keyOf(say("schema property"))]: z.string().default(say("schema default")),
    choice,
    never: z
      .unknown()
      .refine((value) => value === undefined, { message: say("issue message") })
      .optional(),
  });
}

function answerOf(say: Say) {
  return z.object({
    answer: z
      .enum([say("answer choice")])
      .describe(say("answer description"))
      .meta({ title: say("answer title") }),
  });
}

/** Zod leaves this key out. */
function keyOf(text: string): string {
  return text === "__proto__" ? "plain" : text;
}

/** Five fields, the last of which is the text: whether they make sense is found out later. */
function patternOf(text: string): string {
  return ["*", "*", "*", "*", text.replace(/\s+/g, "") || "*"].join(" ");
}
