import type { Effects } from "./effects.ts";
import { quote, serializeError, WrkflwError } from "./errors.ts";
import type { Journal } from "./journal.ts";
import {
  type AnyNode,
  type CheckpointOptions,
  type Entry,
  type Frame,
  joinPath,
  type Node,
  type Outcome,
  type Result,
  type Scope,
  type Wait,
} from "./node.ts";
import type { StepRecord } from "./records.ts";
import type { Schema } from "./schema.ts";
import { decode, encode } from "./serialize.ts";
import type { State } from "./state.ts";

/** What all frames of one claimed run share. */
export interface Walk {
  readonly journal: Journal;
  readonly effects: Effects;
  readonly signal: AbortSignal;
  /** The moment by which this process must stop, by `effects.now()`. */
  readonly deadline: number;
  /** Outputs of nodes without a record of their own, as text, by path. */
  readonly outputs: Map<string, string>;
  /** Which node ran at a path. */
  readonly nodes: Map<string, AnyNode>;
}

/** A place in a claimed run: {@linkcode Frame} over its journal. */
export class RunFrame implements Frame {
  readonly path: string;
  readonly #walk: Walk;
  readonly #scope: Scope;
  /** Path of the workflow whose nodes are children here; empty for the run itself. */
  readonly #scopePath: string;

  constructor(walk: Walk, scope: Scope, path = "", scopePath = "") {
    this.path = path;
    this.#walk = walk;
    this.#scope = scope;
    this.#scopePath = scopePath;
  }

  get runId(): string {
    return this.#walk.journal.runId;
  }

  get workflowId(): string {
    return this.#scope.workflowId;
  }

  get signal(): AbortSignal {
    return this.#walk.signal;
  }

  get fetch(): typeof fetch {
    return this.#walk.effects.fetch;
  }

  /** A copy for each reader: what one step does to it, a resumed run would not see. */
  get initData(): unknown {
    return decode(encode(this.#scope.initData, "the input", Number.POSITIVE_INFINITY));
  }

  /** A copy for each reader, as the input is. */
  get state(): State {
    return decode(encode(this.#walk.journal.state, "the state", Number.POSITIVE_INFINITY)) as State;
  }

  get stateSchema(): Schema | undefined {
    return this.#scope.stateSchema;
  }

  now(): number {
    return this.#walk.journal.now();
  }

  timeLeft(): number {
    return Math.max(0, this.#walk.deadline - this.#walk.effects.now());
  }

  async run<In, Out>(node: Node<In, Out>, input: In, segment: string): Promise<Outcome<Out>> {
    const path = joinPath(this.#scopePath, segment);
    const frame = new RunFrame(this.#walk, this.#scope, path, this.#scopePath);
    this.#walk.nodes.set(path, node);
    try {
      const outcome = await node.run(input, frame);
      if (outcome.status === "success") this.#note(path, outcome.output);
      return outcome;
    } catch (error) {
      if (isStorageError(error) || this.#walk.journal.failure !== undefined) throw error;
      return { status: "failed", error: { ...serializeError(error), step: path } };
    }
  }

  /** Keeps the output of a node that has no record of its own. */
  #note(path: string, output: unknown): void {
    if (this.#walk.journal.latest(path)?.status === "success") return;
    this.#walk.outputs.set(path, encode(output, `the output of ${quote(path)}`));
  }

  enter(scope: Scope): Frame {
    return new RunFrame(this.#walk, scope, this.path, this.path);
  }

  async checkpoint<Out>(
    options: CheckpointOptions,
    work: (known: Entry | undefined) => Promise<Result<Out>>,
  ): Promise<Outcome<Out>> {
    const { journal } = this.#walk;
    const record = journal.latest(this.path);
    if (record !== undefined && record.status !== "suspended") return journal.outcomeOf(record);
    const opening = journal.open(this.path, options);
    if (options.hasEffects === true) await journal.persist();
    return journal.close(opening, await work(record && entryOf(record)));
  }

  outputOf<Out>(node: Node<never, Out>): Out {
    const path = joinPath(this.#scopePath, node.id);
    const record = this.#walk.journal.latest(path);
    const text = record?.status === "success" ? record.output : this.#walk.outputs.get(path);
    const ran = this.#walk.nodes.get(path);
    if (typeof text === "string" && ran === node) return decode(text) as Out;
    if (ran !== undefined && ran !== node) {
      throw new WrkflwError(
        "INVALID_ARGUMENT",
        `Cannot read the result of step ${quote(node.id)}: another step with this id is part of workflow ${quote(this.workflowId)}; pass the one that is`,
      );
    }
    throw new WrkflwError(
      "STEP_NOT_FINISHED",
      `Cannot read the result of step ${quote(node.id)}: it has not succeeded in this run of workflow ${quote(this.workflowId)}`,
    );
  }
}

/** The database is away or damaged: that is not the run's fault. */
function isStorageError(error: unknown): boolean {
  return error instanceof WrkflwError && error.code.startsWith("STORAGE_");
}

function entryOf(record: StepRecord): Entry {
  return { attempt: record.attempt, wait: decode(record.wait ?? "{}") as Wait };
}
