import type { Frame, Node, Outcome } from "./node.ts";
import type { RetryPolicy } from "./retry.ts";
import type { Schedule } from "./schedule.ts";
import type { Schema } from "./schema.ts";

/** A committed workflow as the engine sees it. */
export interface Definition<In, Out> extends Node<In, Out> {
  /** What is accepted. */
  readonly inputSchema: Schema;
  /** What the run's state must fit, if that is checked. */
  readonly stateSchema: Schema | undefined;
  /** How steps without a policy of their own are repeated. */
  readonly retry: RetryPolicy | undefined;
  /** A run that takes longer has failed, in milliseconds. */
  readonly timeoutMs: number | undefined;
  /** When it starts by itself. */
  readonly schedule: Schedule | undefined;
  /** Runs the workflow's nodes on input that its schema has already made. */
  readonly runParsed: (input: unknown, frame: Frame) => Promise<Outcome<Out>>;
}

/** The definition that any workflow can be assigned to. */
export type AnyDefinition = Definition<never, unknown>;
