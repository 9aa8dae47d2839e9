import {
  assertArms,
  assertCommittable,
  assertEventParts,
  assertFunction,
  assertMode,
  assertNode,
  assertNodes,
} from "./builder-checks.ts";
import type { Duration } from "./duration.ts";
import { quote } from "./errors.ts";
import { assertNodeId } from "./ids.ts";
import { erase, type Node } from "./node.ts";
import { type BranchArm, type BranchOptions, branch } from "./nodes/branch.ts";
import type { OutputsById } from "./nodes/combine.ts";
import { type ForeachOptions, foreach } from "./nodes/foreach.ts";
import type { FlowFunction } from "./nodes/function-context.ts";
import { type LoopCondition, loop } from "./nodes/loop.ts";
import { map } from "./nodes/map.ts";
import { parallel } from "./nodes/parallel.ts";
import { sleep, sleepUntil } from "./nodes/sleep.ts";
import { type WaitForEventOptions, waitForEvent } from "./nodes/wait-for-event.ts";
import { assertOptions } from "./options.ts";
import { assertAtLeast, assertRetryPolicy, assertTimeout } from "./retry.ts";
import { assertSchedule } from "./schedule.ts";
import { assertConfig, assertSchema, type InputOf, type OutputOf, type Schema } from "./schema.ts";
import { Workflow, type WorkflowConfig } from "./workflow.ts";

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
  if (config.retry !== undefined) assertRetryPolicy(config.retry, subject);
  assertTimeout(config.timeoutMs, 1, `${subject}: timeoutMs`);
  if (config.schedule !== undefined) assertSchedule(config.schedule, subject);
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
   * @throws {WrkflwError} With code `INVALID_DEFINITION`, as every method that is given something
   * it cannot use.
   */
  then<Next>(node: Node<Current, Next>): WorkflowBuilder<Id, In, Out, Next> {
    assertNode(node, "then()", this.#config.id);
    return this.#add(node);
  }

  /** Computes the next value from the current one, earlier results, the workflow's input or the state. */
  map<Next>(fn: FlowFunction<Current, OutputOf<In>, Next>): WorkflowBuilder<Id, In, Out, Next> {
    assertFunction(fn, "map()", this.#config.id);
    return this.#add(map(this.#nextId("map"), fn));
  }

  /** Runs nodes beside each other and waits for all; the next value holds each output by its id. */
  parallel<const Nodes extends readonly Node<Current, unknown>[]>(
    nodes: Nodes,
  ): WorkflowBuilder<Id, In, Out, OutputsById<Nodes[number]>> {
    assertNodes(nodes, "parallel()", this.#config.id);
    return this.#add(
      parallel(this.#nextId("parallel"), nodes.map(erase)) as Node<
        Current,
        OutputsById<Nodes[number]>
      >,
    );
  }

  /**
   * Runs every arm whose condition holds (or the first, by `mode`), beside each other; the next
   * value holds their outputs by id. Without one that holds, `otherwise` runs, or nothing.
   */
  branch<
    const Arms extends readonly BranchArm<Current, OutputOf<In>>[],
    Otherwise extends Node<Current, unknown> = never,
  >(
    arms: Arms,
    options: BranchOptions<Current, Otherwise> = {},
  ): WorkflowBuilder<Id, In, Out, Partial<OutputsById<Arms[number][1] | Otherwise>>> {
    const methodOf = `Cannot add to workflow ${quote(this.#config.id)}: branch()`;
    assertOptions(options, methodOf, { otherwise: true, mode: true }, "INVALID_DEFINITION");
    const { otherwise, mode = "every" } = options;
    assertMode(mode, this.#config.id);
    assertArms(arms, this.#config.id);
    const nodes = [
      ...arms.map(([, node]) => node),
      ...(otherwise === undefined ? [] : [otherwise]),
    ];
    assertNodes(nodes, "branch()", this.#config.id);
    const conditions = arms.map(
      ([condition]) => condition as FlowFunction<unknown, unknown, boolean>,
    );
    const node = branch(this.#nextId("branch"), { conditions, nodes: nodes.map(erase), mode });
    return this.#add(node as Node<Current, Partial<OutputsById<Arms[number][1] | Otherwise>>>);
  }

  /** Runs a node on every item of the current list; the next value is the list of outputs. */
  foreach<Item, Next>(
    this: WorkflowBuilder<Id, In, Out, readonly Item[]>,
    node: Node<Item, Next>,
    options: ForeachOptions = {},
  ): WorkflowBuilder<Id, In, Out, Next[]> {
    assertNode(node, "foreach()", this.#config.id);
    const methodOf = `Cannot add to workflow ${quote(this.#config.id)}: foreach()`;
    assertOptions(options, methodOf, { concurrency: true }, "INVALID_DEFINITION");
    const { concurrency = 1 } = options;
    assertAtLeast(concurrency, 1, `Workflow ${quote(this.#config.id)}: concurrency`);
    const each = foreach(this.#nextId("foreach"), erase(node), concurrency);
    return this.#add(each as Node<readonly Item[], Next[]>);
  }

  /** Runs a node again and again on its own output, at least once, while the condition holds. */
  dowhile<Taken, Next extends Taken>(
    this: WorkflowBuilder<Id, In, Out, Taken>,
    node: Node<Taken, Next>,
    condition: LoopCondition<Next, OutputOf<In>>,
  ): WorkflowBuilder<Id, In, Out, Next> {
    return this.#loop("dowhile", node, condition);
  }

  /** Runs a node again and again on its own output, at least once, until the condition holds. */
  dountil<Taken, Next extends Taken>(
    this: WorkflowBuilder<Id, In, Out, Taken>,
    node: Node<Taken, Next>,
    condition: LoopCondition<Next, OutputOf<In>>,
  ): WorkflowBuilder<Id, In, Out, Next> {
    return this.#loop("dountil", node, condition);
  }

  /**
   * Waits without a process, and passes the value on.
   *
   * @param duration Milliseconds, a text such as `"90s"` or `"2h"`, or a function that gives one.
   * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if it is none of these.
   */
  sleep(
    duration: Duration | FlowFunction<Current, OutputOf<In>, Duration>,
  ): WorkflowBuilder<Id, In, Out, Current> {
    return this.#add(sleep(this.#nextId("sleep"), duration));
  }

  /**
   * Waits without a process until a moment, and passes the value on.
   *
   * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if it is no moment and no function.
   */
  sleepUntil(
    moment: Date | number | string | FlowFunction<Current, OutputOf<In>, Date | number | string>,
  ): WorkflowBuilder<Id, In, Out, Current> {
    return this.#add(sleepUntil(this.#nextId("sleepUntil"), moment));
  }

  /** Waits for an event, sent before or after the wait begins; the next value is its payload. */
  waitForEvent<S extends Schema, Instead = never>(
    name: string,
    options: WaitForEventOptions<Current, OutputOf<In>, S, Instead>,
  ): WorkflowBuilder<Id, In, Out, OutputOf<S> | Instead> {
    const subject = `Workflow ${quote(this.#config.id)}: event ${quote(String(name))}`;
    assertConfig(options, "An event");
    assertSchema(options.schema, `${subject}: schema`);
    assertTimeout(options.timeoutMs, 0, `${subject}: timeoutMs`);
    assertNodeId(name, "Event name");
    assertEventParts(options, subject);
    return this.#add(waitForEvent(this.#nextId("waitForEvent"), name, options));
  }

  /**
   * Ends the definition.
   *
   * @throws {WrkflwError} With code `INVALID_DEFINITION`, if two nodes have the same id, or there
   * are too many.
   */
  commit(
    this: WorkflowBuilder<Id, In, Out, InputOf<Out>>,
  ): Workflow<Id, InputOf<In>, OutputOf<Out>> {
    assertCommittable(this.#nodes, this.#config.id);
    return new Workflow(this.#config, this.#nodes);
  }

  #loop<Taken, Next extends Taken>(
    kind: "dowhile" | "dountil",
    node: Node<Taken, Next>,
    condition: LoopCondition<Next, OutputOf<In>>,
  ): WorkflowBuilder<Id, In, Out, Next> {
    assertNode(node, `${kind}()`, this.#config.id);
    assertFunction(condition, `${kind}()`, this.#config.id);
    const decide = condition as LoopCondition<unknown, unknown>;
    return this.#add(loop(kind, this.#nextId(kind), erase(node), decide) as Node<Taken, Next>);
  }

  #add<Next>(node: Node<never, Next>): WorkflowBuilder<Id, In, Out, Next> {
    return new WorkflowBuilder(this.#config, [...this.#nodes, erase(node)]);
  }

  /** Nodes without a name are numbered by kind: `map`, `map#2`. */
  #nextId(kind: string): string {
    const before = this.#nodes.filter((node) => node.shape().kind === kind).length;
    return before === 0 ? kind : `${kind}#${before + 1}`;
  }
}
