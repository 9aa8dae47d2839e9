/**
 * The heart of the model: a workflow is a tree of nodes, a node runs itself within a
 * {@linkcode Frame}, and running gives an {@linkcode Outcome}.
 */
import type { SerializedError, WaitInfo } from "./errors.ts";
import type { RetryPolicy } from "./retry.ts";
import type { Schema } from "./schema.ts";

/**
 * How running a node ended. Nothing is thrown for control flow. `bailed`: a step ended its
 * workflow early; the workflow makes a success of it.
 */
export type Outcome<Out> =
  | { readonly status: "success"; readonly output: Out }
  | { readonly status: "bailed"; readonly output: unknown }
  | { readonly status: "failed"; readonly error: SerializedError }
  | { readonly status: "suspended"; readonly waits: readonly WaitInfo[] };

/** What a leaf waits for when it suspends: a moment, an event, or a call to `resume()`. */
export interface Wait {
  /** The moment at which the wait ends by itself, in milliseconds since 1970. */
  readonly until?: number;
  /** The event that ends the wait. */
  readonly event?: EventMatch;
  /** Handed to whoever resumes the run. */
  readonly payload?: unknown;
  /** How many attempts have failed so far, where another one is to come. */
  readonly failures?: number;
  /** It waits only for a tick with more time left. */
  readonly yields?: boolean;
}

/** Which events a wait takes. */
export interface EventMatch {
  /** The event's name. */
  readonly name: string;
  /** What it must be sent with; empty when nothing is asked. */
  readonly match: string;
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
  /** Each child runs once, none is left out. */
  readonly runsAll?: boolean;
  /** Its own record, put down before a child begins, holds the ids of the children that run. */
  readonly choosesChildren?: boolean;
  /**
   * Its child runs once for each item of a list, and its own record, put down before, holds how
   * many there are; or its child runs turn after turn.
   */
  readonly repeats?: "items" | "turns";
  /** How the children run. @default one after another where it opens a scope, else beside each other */
  readonly arrangement?: "sequence" | "beside";
  /** An id that the node had before; records under it count as this node's. */
  readonly renamedFrom?: string;
  /** What the node takes and gives, and what it can be resumed with. */
  readonly schemas?: NodeSchemas;
}

/** The schemas of a node, for checks at the doors, forms and documentation. */
export interface NodeSchemas {
  /** What it is given. */
  readonly input?: Schema;
  /** What it puts out. */
  readonly output?: Schema;
  /** What a suspended step is resumed with. */
  readonly resume?: Schema;
  /** The payload of the event that it waits for. */
  readonly event?: Schema;
}

/** What the journal holds of a place whose work is not over. */
export interface Entry {
  /** What the place waits for, or waited for until it was resumed. */
  readonly wait: Wait;
  /** What it was resumed with. */
  readonly resumed?: { readonly data: unknown };
  /** The event that came for it. */
  readonly event?: { readonly payload: unknown };
}

/**
 * What `work` of a checkpoint gives back: how it ended, or what the place waits for from now
 * on. A node whose children wait has nothing of its own to record and passes their waits on.
 */
export type Result<Out> =
  | { readonly status: "success"; readonly output: Out; readonly notes?: StepNotes }
  | { readonly status: "bailed"; readonly output: unknown; readonly notes?: StepNotes }
  | { readonly status: "failed"; readonly error: SerializedError; readonly notes?: StepNotes }
  | SuspendedResult
  | { readonly status: "suspended"; readonly waits: readonly WaitInfo[] };

/** What a place waits for; with an `error`, an attempt failed and another one is to come. */
export interface SuspendedResult {
  /** Where it stands. */
  readonly status: "suspended";
  /** What the place waits for. */
  readonly wait: Wait;
  /** Why the attempt failed. */
  readonly error?: SerializedError;
  /** What is stored beside the result. */
  readonly notes?: StepNotes;
}

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
}

/** By when a workflow must be over. */
export interface Deadline {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The workflow whose time it is. */
  readonly workflowId: string;
}

/** What the steps of one workflow have in common. */
export interface Scope {
  /** The workflow's id. */
  readonly workflowId: string;
  /** The input of the workflow. */
  readonly initData: unknown;
  /** What the run's state must fit, if that is checked. */
  readonly stateSchema: Schema | undefined;
  /** How steps without a policy of their own are repeated. */
  readonly retry: RetryPolicy | undefined;
  /** By when a workflow must be over: this one, or one that it is nested in. */
  readonly deadline: Deadline | undefined;
}

/**
 * What is known of places of which none leads to another, such as the items of a list: what one of them puts
 * down need not be stored before the next begins.
 */
export interface Siblings {
  /** How many records the claim had put down before the first of them. */
  readonly after: number;
  /**
   * How many may be at work, or over and not stored yet: a death has no more of them executed again. Of 1 each
   * is stored before the next begins.
   */
  readonly most: number;
}

/** A node's place in a run: its address and the only ways to get on. */
export interface Frame {
  /** The run's id. */
  readonly runId: string;
  /** The workflow whose steps this frame is among. */
  readonly workflowId: string;
  /** The node's address, made of node ids: `charge`, `review/ask`. */
  readonly path: string;
  /** The same for every execution of what lies here: services can tell by it that it was executed before. */
  readonly idempotencyKey: string;
  /** Aborts when this process must stop working on the run. */
  readonly signal: AbortSignal;
  /** Has a function called when this process must stop, until {@linkcode Frame.unwatch}. */
  watch(tell: (reason: unknown) => void): void;
  /** Has it called no more. */
  unwatch(tell: (reason: unknown) => void): void;
  /** Opens connections. */
  readonly fetch: typeof fetch;
  /** The input of the workflow whose steps this frame is among. */
  readonly initData: unknown;
  /** The run's state as of now. */
  readonly state: Readonly<Record<string, unknown>>;
  /** What the state must fit, where the workflow says so. */
  readonly stateSchema: Schema | undefined;
  /** How steps without a policy of their own are repeated. */
  readonly retry: RetryPolicy | undefined;
  /** By when a workflow must be over: this one, or one that it is nested in. */
  readonly deadline: Deadline | undefined;
  /** Milliseconds since 1970 by the database's clock, never ahead of it: to judge whether a moment has come. */
  now(): number;
  /** The moment that is `ms` milliseconds from now by the database's clock, at the earliest: to set how long a place waits. */
  after(ms: number): number;
  /** A number from 0 up to, not including, 1. */
  random(): number;
  /** Resolves after `ms` milliseconds, or at once when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** A copy for a child that runs beside others, so that none sees what another does to it. */
  copy<T>(value: T): T;
  /** A copy for a user's code, which may change it: a resumed run would not see that. */
  handOut<T>(value: T): T;
  /** Milliseconds until this process must stop working; `Infinity` where nothing bounds it. */
  timeLeft(): number;
  /**
   * Whether the time left is enough for work that reaches outside; else it waits for the next tick.
   *
   * @param needsMs How long the work may take, in milliseconds. Default: as long as it took of late.
   */
  hasTimeFor(needsMs?: number): boolean;
  /** To be called before work that reaches outside: resolves when all that led to it is stored. */
  begin(): Promise<unknown>;
  /**
   * To be called right before work that reaches outside, after {@linkcode Frame.begin}.
   *
   * @throws {WrkflwError} With code `LEASE_LOST`, if another process may have the run now.
   */
  assertHeld(): void;
  /** What a construct without steps of its own waits for when this tick's time is up. */
  outOfTick(): Result<never> | null;
  /**
   * Runs a child at `segment` below the current scope.
   *
   * @param siblings Those that it runs beside, where none of them leads to another.
   */
  run<In, Out>(
    node: Node<In, Out>,
    input: In,
    segment: string,
    siblings?: Siblings,
  ): Promise<Outcome<Out>>;
  /** Children that are to run beside each other, `width` of them at a time. */
  siblings(width: number): Siblings;
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

/** The result of a place that goes on waiting: nothing new is recorded. */
export function stillWaiting(frame: Frame, wait: Wait): Result<never> {
  return { status: "suspended", waits: [{ path: frame.path, ...wait }] };
}

/** Forgets a node's types. Safe only where the builder has already checked that they fit. */
export function erase<In, Out>(node: Node<In, Out>): Node<unknown, unknown> {
  return node as Node<unknown, unknown>;
}

/** The ids by which a path names its parts, joined from a scope and a segment in it. */
export function joinPath(scope: string, segment: string): string {
  return scope === "" ? segment : `${scope}/${segment}`;
}
