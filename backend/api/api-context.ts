import type { Effects } from "../effects.ts";
import type { ExecutionEngine } from "../engine.ts";
import type { RunWatch } from "./run-watch.ts";

/** What the routes of one API share. */
export interface ApiContext {
  readonly engine: ExecutionEngine;
  readonly effects: Effects;
  /** Tells when runs change. */
  readonly watch: RunWatch;
  /** Aborts when streams must end. */
  readonly signal: AbortSignal;
  /** Tells the owner of an error that no client is told of. */
  report(error: unknown): void;
  /** Lets work go on after the answer; what goes wrong in it is reported. */
  background(work: Promise<unknown>): void;
}
