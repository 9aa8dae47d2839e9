import type { Definition } from "./definition.ts";
import { quote, serializeError, WrkflwError } from "./errors.ts";
import { assertNodeId } from "./ids.ts";
import { erase, type Frame, type Node, type NodeShape, type Outcome, type Result } from "./node.ts";
import { type MapFunction, map } from "./nodes/map.ts";
import { sequence } from "./nodes/sequence.ts";
import { defaultDriver, type RunOptions, type WorkflowRun } from "./run.ts";
import {
  assertConfig,
  assertSchema,
  type InputOf,
  type OutputOf,
  parse,
  type Schema,
} from "./schema.ts";

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
}

/**
 * Begins a workflow; add steps with the builder's methods and end with `commit()`.
 *
 * @example
 * ```ts
 * import { createStep, createWorkflow } from "@wrkflw/wrkflw";
 * import { z } from "npm:zod@4.6.7";
 *
 * const double = createStep({
 *   id: "double",
 *   inputSchema: z.number(),
 *   outputSchema: z.number(),
 *   execute: ({ inputData }) => inputData * 2,
 * });
 * const workflow = createWorkflow({
 *   id: "quadruple",
 *   inputSchema: z.number(),
 *   outputSchema: z.number(),
 * })
 *   .then(double)
 *   .map(({ inputData }) => inputData * 2)
 *   .commit();
 * console.log(workflow.id); // "quadruple"
 * ```
 *
 * @throws {WrkflwError} With code `INVALID_DEFINITION`, if the id or a schema cannot be used.
 */
export function createWorkflow<const Id extends string, In extends Schema, Out extends Schema>(
  config: WorkflowConfig<Id, In, Out>,
): WorkflowBuilder<Id, In, Out, OutputOf<In>> {
  assertConfig(config, "A workflow");
  assertNodeId(config.id, "Workflow id");
  const subject = `Workflow ${quote(config.id)}`;
  assertSchema(config.inputSchema, `${subject}: inputSchema`);
  assertSchema(config.outputSchema, `${subject}: outputSchema`);
  if (config.stateSchema !== undefined) assertSchema(config.stateSchema, `${subject}: stateSchema`);
  return new WorkflowBuilder(config, []);
}

/**
 * Composes nodes into a workflow. Immutable: every method returns a new builder, so two
 * workflows may share a beginning. `Current` is what the last node puts out.
 */
export class WorkflowBuilder<
  Id extends string,
  In extends Schema,
  Out extends Schema,
  out Current,
> {
  readonly #config: WorkflowConfig<Id, In, Out>;
  readonly #nodes: readonly Node<unknown, unknown>[];

  /** Made by {@linkcode createWorkflow}. */
  constructor(config: WorkflowConfig<Id, In, Out>, nodes: readonly Node<unknown, unknown>[]) {
    this.#config = config;
    this.#nodes = nodes;
  }

  /**
   * Runs a step, or a whole workflow, on the current value.
   *
   * @throws {WrkflwError} With code `INVALID_DEFINITION`, if it is not given a step or workflow.
   */
  then<Next>(node: Node<Current, Next>): WorkflowBuilder<Id, In, Out, Next> {
    assertNode(node, this.#config.id);
    return this.#add(node);
  }

  /** Computes the next value from the current one, earlier results, the workflow's input or the state. */
  map<Next>(fn: MapFunction<Current, OutputOf<In>, Next>): WorkflowBuilder<Id, In, Out, Next> {
    assertFunction(fn, "map()", this.#config.id);
    return this.#add(map(this.#nextId("map"), fn));
  }

  /**
   * Ends the definition.
   *
   * @throws {WrkflwError} With code `INVALID_DEFINITION`, if two nodes have the same id.
   */
  commit(
    this: WorkflowBuilder<Id, In, Out, InputOf<Out>>,
  ): Workflow<Id, InputOf<In>, OutputOf<Out>> {
    assertUniqueIds(this.#nodes, this.#config.id);
    return new Workflow(this.#config, this.#nodes);
  }

  #add<Next>(node: Node<Current, Next>): WorkflowBuilder<Id, In, Out, Next> {
    return new WorkflowBuilder(this.#config, [...this.#nodes, erase(node)]);
  }

  /** Nodes without a name are numbered by kind: `map`, `map#2`. */
  #nextId(kind: string): string {
    const before = this.#nodes.filter((node) => node.shape().kind === kind).length;
    return before === 0 ? kind : `${kind}#${before + 1}`;
  }
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
    this.run = (input, frame) =>
      frame.checkpoint({ kind: "workflow", input }, () => runNested(this, input, frame));
    this.runParsed = async (input, frame) => parseOutput(config, await body.run(input, frame));
    this.shape = () => shapeOf(config, body);
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
}

/** Validates and records the input, so that a resumed run has the defaults that the first one got. */
async function runNested<In, Out>(
  workflow: Workflow<string, In, Out>,
  input: In,
  frame: Frame,
): Promise<Outcome<Out>> {
  const { id: workflowId, stateSchema } = workflow;
  const outside = frame.enter({ workflowId, initData: input, stateSchema });
  const begun = await outside.run(inputNode(workflow), input, INPUT_ID);
  if (begun.status !== "success") return begun;
  const inside = frame.enter({ workflowId, initData: begun.output, stateSchema });
  return await workflow.runParsed(begun.output, inside);
}

/** Cannot be the id of a user's node. */
const INPUT_ID = "#input";

function inputNode<Out>(workflow: Workflow<string, never, Out>): Node<unknown, unknown> {
  async function work(input: unknown, path: string): Promise<Result<unknown>> {
    const subject = `Workflow ${quote(workflow.id)} was given invalid input`;
    try {
      return { status: "success", output: await parse(workflow.inputSchema, input, subject) };
    } catch (error) {
      return { status: "failed", error: { ...serializeError(error), step: path } };
    }
  }
  return {
    id: INPUT_ID,
    run: (input, frame) =>
      frame.checkpoint({ kind: "input", input }, () => work(input, frame.path)),
    shape: () => ({ kind: "input", id: INPUT_ID }),
  };
}

async function parseOutput<Out>(
  config: WorkflowConfig<string, Schema, Schema<unknown, Out>>,
  outcome: Outcome<unknown>,
): Promise<Outcome<Out>> {
  if (outcome.status !== "success") return outcome;
  const subject = `Workflow ${quote(config.id)} returned invalid output`;
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
  return { kind: "workflow", id: config.id, ...described, opensScope: true, children };
}

function assertNode(node: unknown, workflowId: string): void {
  if (typeof node === "function") {
    throw new WrkflwError(
      "INVALID_DEFINITION",
      `Cannot await the builder of workflow ${quote(workflowId)}: end it with .commit()`,
    );
  }
  const isNode =
    typeof node === "object" &&
    node !== null &&
    typeof Reflect.get(node, "run") === "function" &&
    typeof Reflect.get(node, "shape") === "function";
  if (isNode) return;
  throw new WrkflwError(
    "INVALID_DEFINITION",
    `Cannot add to workflow ${quote(workflowId)}: then() takes a step or a committed workflow, got ${typeof node}`,
  );
}

function assertFunction(fn: unknown, method: string, workflowId: string): void {
  if (typeof fn === "function") return;
  throw new WrkflwError(
    "INVALID_DEFINITION",
    `Cannot add to workflow ${quote(workflowId)}: ${method} takes a function, got ${typeof fn}`,
  );
}

function assertUniqueIds(nodes: readonly Node<unknown, unknown>[], workflowId: string): void {
  const seen = new Set<string>();
  for (const { id } of nodes) {
    if (seen.has(id)) {
      throw new WrkflwError(
        "INVALID_DEFINITION",
        `Cannot commit workflow ${quote(workflowId)}: two of its steps have the id ${quote(id)}; give one another id with cloneStep(step, { id })`,
      );
    }
    seen.add(id);
  }
}
