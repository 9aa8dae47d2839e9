/**
 * The heart of the model: a workflow is a tree of nodes, a node runs itself within a
 * {@linkcode Frame}, and running gives an {@linkcode Outcome}.
 */
import type { SerializedError, WaitInfo } from "./errors.ts";
import type { Schema } from "./schema.ts";

/** How running a node ended. Nothing is thrown for control flow. */
export type Outcome<Out> =
  | { readonly status: "success"; readonly output: Out }
  | { readonly status: "failed"; readonly error: SerializedError }
  | { readonly status: "suspended"; readonly waits: readonly WaitInfo[] };

/** What a leaf waits for when it suspends: a moment, or a call to `resume()`. */
export interface Wait {
  /** The moment at which the wait ends by itself, in milliseconds since 1970. */
  readonly until?: number;
  /** Handed to whoever resumes the run. */
  readonly payload?: unknown;
}

/** A step, a construct of control flow or a whole workflow: anything that can run. */
export interface Node<In, Out> {
  /** Unique among its siblings; part of every path below it. */
  readonly id: string;
  /** A property, not a method, so that `In` is checked contravariantly. */
  readonly run: (input: In, frame: Frame) => Promise<Outcome<Out>>;
  /** What the node looks like from outside. */
  readonly shape: () => NodeShape;
}

/** The node that any node can be assigned to. */
export type AnyNode = Node<never, unknown>;

/** What a node looks like from outside, for the API, the pages and diagrams. */
export interface NodeShape {
  /** What the place is, such as `step` or `map`. */
  readonly kind: string;
  /** Unique among its siblings; part of every path below it. */
  readonly id: string;
  /** Shown to people beside the id. */
  readonly description?: string;
  /** The children's paths begin with this node's own path. */
  readonly opensScope?: boolean;
  /** The nodes within it. */
  readonly children?: readonly NodeShape[];
}

/** The latest record that the journal holds of a place whose work is not over. */
export interface Entry {
  /** How many records of this place there are, from 1. */
  readonly attempt: number;
  /** What the place waits for; its `payload` is what it noted down for itself. */
  readonly wait: Wait;
}

/**
 * What `work` of a checkpoint gives back: how it ended, or what the place waits for from now
 * on. A node whose children wait has nothing of its own to record and passes their waits on.
 */
export type Result<Out> =
  | { readonly status: "success"; readonly output: Out; readonly notes?: StepNotes }
  | { readonly status: "failed"; readonly error: SerializedError; readonly notes?: StepNotes }
  | { readonly status: "suspended"; readonly wait: Wait; readonly notes?: StepNotes }
  | { readonly status: "suspended"; readonly waits: readonly WaitInfo[] };

/** What is stored beside the result of an attempt. */
export interface StepNotes {
  /** Merged into the run's state when the attempt is recorded. */
  readonly state?: Readonly<Record<string, unknown>>;
  /** The lines it logged. */
  readonly logs?: readonly LogLine[];
}

/** One line that a step logged. */
export interface LogLine {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** How much the line matters. */
  readonly level: "debug" | "info" | "warn" | "error";
  /** The line itself. */
  readonly message: string;
  /** What goes with the message. */
  readonly data?: unknown;
}

/** How a checkpoint is recorded. */
export interface CheckpointOptions {
  /** What the place is, such as `step` or `map`. */
  readonly kind: string;
  /** What the place was given; kept for people to read. */
  readonly input?: unknown;
  /** Whether the work reaches outside: all that led to it is then stored before it begins. */
  readonly hasEffects?: boolean;
}

/** What the steps of one workflow have in common. */
export interface Scope {
  /** The workflow's id. */
  readonly workflowId: string;
  /** The input of the workflow. */
  readonly initData: unknown;
  /** What the run's state must fit, if that is checked. */
  readonly stateSchema: Schema | undefined;
}

/** A node's place in a run: its address and the only ways to get on. */
export interface Frame {
  /** The run's id. */
  readonly runId: string;
  /** The workflow whose steps this frame is among. */
  readonly workflowId: string;
  /** The node's address, made of node ids: `charge`, `review/ask`. */
  readonly path: string;
  /** Aborts when this process must stop working on the run. */
  readonly signal: AbortSignal;
  /** Opens connections. */
  readonly fetch: typeof fetch;
  /** The input of the workflow whose steps this frame is among. */
  readonly initData: unknown;
  /** The run's state as of now. */
  readonly state: Readonly<Record<string, unknown>>;
  /** What the state must fit, where the workflow says so. */
  readonly stateSchema: Schema | undefined;
  /** Milliseconds since 1970 by the database's clock. */
  now(): number;
  /** Milliseconds until this process must stop working; `Infinity` where nothing bounds it. */
  timeLeft(): number;
  /** Runs a child at `segment` below the current scope. */
  run<In, Out>(node: Node<In, Out>, input: In, segment: string): Promise<Outcome<Out>>;
  /** Opens a scope of its own for the steps of a nested workflow. */
  enter(scope: Scope): Frame;
  /**
   * Returns what the journal holds for this place, or does the work and writes down what
   * came of it. The one durable primitive: all waiting is made of it.
   */
  checkpoint<Out>(
    options: CheckpointOptions,
    work: (known: Entry | undefined) => Promise<Result<Out>>,
  ): Promise<Outcome<Out>>;
  /**
   * The output of a node of this scope that has already succeeded.
   *
   * @throws {WrkflwError} With code `STEP_NOT_FINISHED`, if it has not.
   */
  outputOf<Out>(node: Node<never, Out>): Out;
}

/** Forgets a node's types. Safe only where the builder has already checked that they fit. */
export function erase<In, Out>(node: Node<In, Out>): Node<unknown, unknown> {
  return node as Node<unknown, unknown>;
}

/** The ids by which a path names its parts, joined from a scope and a segment in it. */
export function joinPath(scope: string, segment: string): string {
  return scope === "" ? segment : `${scope}/${segment}`;
}
