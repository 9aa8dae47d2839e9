import type { Definition } from "./definition.ts";
import type { VisualizationOptions } from "./diagrams/diagram-options.ts";
import { quote, serializeError, WrkflwError } from "./errors.ts";
import { assertNodeId } from "./ids.ts";
import type { Frame, Node, NodeShape, Outcome } from "./node.ts";
import { computed } from "./nodes/function-context.ts";
import { sequence } from "./nodes/sequence.ts";
import type { RetryPolicy } from "./retry.ts";
import { defaultDriver, type RunOptions, type WorkflowRun } from "./run.ts";
import type { Schedule } from "./schedule.ts";
import { assertConfig, type InputOf, parse, type Schema } from "./schema.ts";
import { type VisualizationFormat, visualizeWorkflow } from "./visualize.ts";

/** How a workflow is defined; see {@linkcode createWorkflow}. */
export interface WorkflowConfig<Id extends string, In extends Schema, Out extends Schema> {
  /** Unique among the workflows of a database; without `/`, `[`, `]`, `#` and control characters. */
  readonly id: Id;
  /** Shown to people beside the workflow. */
  readonly description?: string;
  /** What is accepted. */
  readonly inputSchema: In;
  /** What is put out. */
  readonly outputSchema: Out;
  /** Checked at the start, and after every step that changed the state. */
  readonly stateSchema?: Schema;
  /** How steps without a policy of their own are repeated, nested workflows included. @default not at all */
  readonly retry?: RetryPolicy;
  /** A run that takes longer has failed, waits included, in milliseconds. @default no limit */
  readonly timeoutMs?: number;
  /** Starts runs by the clock, in every engine that has the workflow and ticks. @default none */
  readonly schedule?: Schedule<InputOf<In>>;
}

/** A committed workflow: a definition to make runs of, and a node to put into other workflows. */
export class Workflow<Id extends string = string, In = never, Out = unknown>
  implements Definition<In, Out>
{
  /** Unique among its siblings; part of every path below it. */
  readonly id: Id;
  /** Shown to people beside the id. */
  readonly description: string | undefined;
  /** What is accepted. */
  readonly inputSchema: Schema;
  /** What is put out. */
  readonly outputSchema: Schema;
  /** What the run's state must fit, if that is checked. */
  readonly stateSchema: Schema | undefined;
  /** How steps without a policy of their own are repeated. */
  readonly retry: RetryPolicy | undefined;
  /** A run that takes longer has failed, in milliseconds. */
  readonly timeoutMs: number | undefined;
  /** When it starts by itself; within another workflow it never does. */
  readonly schedule: Schedule | undefined;
  /** The same workflow under another id, so that it can stand twice in a workflow. */
  readonly withId: <NewId extends string>(id: NewId) => Workflow<NewId, In, Out>;
  /** Runs the workflow as a node within another one. */
  readonly run: (input: In, frame: Frame) => Promise<Outcome<Out>>;
  /** Runs the workflow's nodes on input that its schema has already made. */
  readonly runParsed: (input: unknown, frame: Frame) => Promise<Outcome<Out>>;
  /** The tree of the workflow's nodes. */
  readonly shape: () => NodeShape;

  /** Made by {@linkcode WorkflowBuilder.commit}. */
  constructor(
    config: WorkflowConfig<Id, Schema, Schema<unknown, Out>>,
    nodes: readonly Node<unknown, unknown>[],
  ) {
    const body = sequence(nodes);
    this.id = config.id;
    this.description = config.description;
    this.inputSchema = config.inputSchema;
    this.outputSchema = config.outputSchema;
    this.stateSchema = config.stateSchema;
    this.retry = config.retry;
    this.timeoutMs = config.timeoutMs;
    this.schedule = config.schedule;
    this.withId = (id) => make({ ...config, id }, nodes);
    this.run = (input, frame) =>
      frame.checkpoint<Out>({ kind: "workflow", input }, () => runNested(this, input, frame));
    this.runParsed = (input, frame) => parsedOutput(config, body.run(input, frame));
    const shape = shapeOf(config, body);
    this.shape = () => shape;
    Object.freeze(this);
  }

  /** Opens the default engine's database and brings its tables up to date. */
  async init(): Promise<void> {
    await defaultDriver().init();
  }

  /**
   * Makes a run on the process's default engine, which keeps its runs in `new WorkflowStorage()`.
   *
   * @param options A run id, or the run's id, idempotency key and tags.
   */
  async createRun(options?: string | RunOptions): Promise<WorkflowRun<In, Out>> {
    return await defaultDriver().createRun(this, options);
  }

  /**
   * A diagram of the workflow; see {@linkcode visualizeWorkflow}.
   *
   * @param format Default: `"mermaid"`.
   */
  visualize(format?: VisualizationFormat, options?: VisualizationOptions): string {
    return visualizeWorkflow(this, format, options);
  }
}

/** Within the class its name would not survive a bundler, and people print workflows. */
function make<Id extends string, In, Out>(
  config: WorkflowConfig<Id, Schema, Schema<unknown, Out>>,
  nodes: readonly Node<unknown, unknown>[],
): Workflow<Id, In, Out> {
  return new Workflow(config, nodes);
}

/** Validates and records the input, so that a resumed run has the defaults that the first one got. */
async function runNested<In, Out>(
  workflow: Workflow<string, In, Out>,
  input: In,
  frame: Frame,
): Promise<Outcome<Out>> {
  const { id: workflowId, stateSchema, retry, timeoutMs } = workflow;
  const scope = { workflowId, initData: input, stateSchema, retry, deadline: undefined };
  const outside = frame.enter(scope);
  const begun = await outside.run(inputNode(workflow), input, INPUT_ID);
  if (begun.status !== "success") return begun;
  const inside = { ...scope, initData: begun.output };
  if (timeoutMs === undefined) return await workflow.runParsed(begun.output, frame.enter(inside));
  const limit = await outside.run(deadlineNode(timeoutMs), null, DEADLINE_ID);
  if (limit.status !== "success") return limit;
  return await workflow.runParsed(
    begun.output,
    frame.enter({ ...inside, deadline: { at: limit.output, workflowId } }),
  );
}

/** These cannot be the ids of a user's nodes. */
const INPUT_ID = "#input";
const DEADLINE_ID = "#deadline";

function inputNode(workflow: Pick<Workflow, "id" | "inputSchema">): Node<unknown, unknown> {
  const subject = `Workflow ${quote(workflow.id)} was given invalid input`;
  return {
    id: INPUT_ID,
    run: (input, frame) =>
      frame.checkpoint({ kind: "input", input }, () =>
        computed(frame, () => parse(workflow.inputSchema, input, subject)),
      ),
    shape: () => ({ kind: "input", id: INPUT_ID }),
  };
}

/** The moment by which a nested workflow must be over, as it was when it began. */
function deadlineNode(timeoutMs: number): Node<unknown, number> {
  return {
    id: DEADLINE_ID,
    run: (_, frame) =>
      frame.checkpoint({ kind: "deadline" }, () => computed(frame, () => frame.after(timeoutMs))),
    shape: () => ({ kind: "deadline", id: DEADLINE_ID }),
  };
}

async function parsedOutput<Out>(
  config: WorkflowConfig<string, Schema, Schema<unknown, Out>>,
  walk: Promise<Outcome<unknown>>,
): Promise<Outcome<Out>> {
  const outcome = await walk;
  // A step that bails ends its own workflow, and with success.
  if (outcome.status !== "success" && outcome.status !== "bailed") return outcome;
  const subject = () => `Workflow ${quote(config.id)} returned invalid output`;
  try {
    return { status: "success", output: await parse(config.outputSchema, outcome.output, subject) };
  } catch (error) {
    return { status: "failed", error: serializeError(error) };
  }
}

function shapeOf(
  config: WorkflowConfig<string, Schema, Schema>,
  body: Node<unknown, unknown>,
): NodeShape {
  const described = config.description === undefined ? {} : { description: config.description };
  const { children = [] } = body.shape();
  const schemas = { input: config.inputSchema, output: config.outputSchema };
  return { kind: "workflow", id: config.id, ...described, opensScope: true, children, schemas };
}

/**
 * The same workflow under another id, so that it can stand twice in one workflow.
 *
 * @throws {WrkflwError} With code `INVALID_DEFINITION`, if the id cannot be used.
 */
export function cloneWorkflow<const NewId extends string, In, Out>(
  workflow: Workflow<string, In, Out>,
  options: { readonly id: NewId },
): Workflow<NewId, In, Out> {
  assertConfig(options, "A clone");
  assertNodeId(options.id, "Workflow id");
  if (typeof workflow?.withId === "function") return workflow.withId(options.id);
  throw new WrkflwError(
    "INVALID_DEFINITION",
    `Cannot clone: cloneWorkflow() takes a committed workflow, got ${typeof workflow}`,
  );
}
