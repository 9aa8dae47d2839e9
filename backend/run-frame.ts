import { isOpen } from "./endings.ts";
import { quote, serializeError, WrkflwError } from "./errors.ts";
import { LIMITS } from "./limits.ts";
import {
  type AnyNode,
  type CheckpointOptions,
  type Deadline,
  type Entry,
  type Frame,
  joinPath,
  type Node,
  type Outcome,
  type Result,
  type Scope,
  type Siblings,
  stillWaiting,
} from "./node.ts";
import type { RetryPolicy } from "./retry.ts";
import type { Schema } from "./schema.ts";
import { decode, encode } from "./serialize.ts";
import type { State } from "./state.ts";
import type { Place, Walk } from "./walk.ts";

/** Waits up to this long are spent in the process. */
const SHORT_WAIT_MS = 3_000;

/** Where a frame lies. */
interface Spot {
  readonly path: string;
  /** Path of the workflow whose nodes are children here; empty for the run itself. */
  readonly scopePath: string;
  /**
   * The top-level entry that it lies in, from 0. -1: in none that the workflow has now. `undefined`: it is
   * the run itself, whose children are looked up.
   */
  readonly entry: number | undefined;
  /** Those that it runs beside, where none of them leads to another. */
  readonly siblings?: Siblings | undefined;
}

const ROOT: Spot = { path: "", scopePath: "", entry: undefined };

/** A place in a claimed run: {@linkcode Frame} over its journal. */
export class RunFrame implements Frame {
  readonly path: string;
  /** What runs here. */
  readonly #node: AnyNode;
  readonly #walk: Walk;
  readonly #scope: Scope;
  readonly #scopePath: string;
  readonly #entry: number | undefined;
  readonly #siblings: Siblings | undefined;
  /** The input of the place that is at work here, and its text where it has one of its own. */
  #opened: { readonly value: unknown; readonly text: string | null } | undefined;
  #childrenAtWork = 0;
  #isForked = false;

  constructor(node: AnyNode, walk: Walk, scope: Scope, spot: Spot = ROOT) {
    this.#node = node;
    this.path = spot.path;
    this.#walk = walk;
    this.#scope = scope;
    this.#scopePath = spot.scopePath;
    this.#entry = spot.entry;
    this.#siblings = spot.siblings;
  }

  get runId(): string {
    return this.#walk.journal.runId;
  }

  get workflowId(): string {
    return this.#scope.workflowId;
  }

  get idempotencyKey(): string {
    return `${this.#walk.keyPart}/${PLAIN.test(this.path) ? this.path : encodeURI(this.path)}`;
  }

  get signal(): AbortSignal {
    return this.#walk.stopping.signal;
  }

  watch(tell: (reason: unknown) => void): void {
    this.#walk.stopping.watch(tell);
  }

  unwatch(tell: (reason: unknown) => void): void {
    this.#walk.stopping.unwatch(tell);
  }

  get fetch(): typeof fetch {
    return this.#walk.effects.fetch;
  }

  get initData(): unknown {
    return this.handOut(this.#scope.initData);
  }

  /** A copy for each reader: what one step does to it, a resumed run would not see. */
  get state(): State {
    if (Object.keys(this.#walk.journal.state).length === 0) return {};
    return decode(encode(this.#walk.journal.state, "the state", Number.POSITIVE_INFINITY)) as State;
  }

  get stateSchema(): Schema | undefined {
    return this.#scope.stateSchema;
  }

  now(): number {
    return this.#walk.journal.now();
  }

  after(ms: number): number {
    return this.#walk.journal.after(ms);
  }

  timeLeft(): number {
    const { deadline, effects } = this.#walk;
    return deadline === Number.POSITIVE_INFINITY ? deadline : Math.max(0, deadline - effects.now());
  }

  get retry(): RetryPolicy | undefined {
    return this.#scope.retry;
  }

  get deadline(): Deadline | undefined {
    return this.#scope.deadline;
  }

  random(): number {
    return this.#walk.effects.random();
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return this.#walk.effects.sleep(ms, signal);
  }

  copy<T>(value: T): T {
    return this.#walk.journal.copy(value);
  }

  handOut<T>(value: T): T {
    // The input of a place was just written down: it need not be written once more to be read.
    const opened = this.#opened;
    return this.#walk.journal.handOut(value, opened?.value === value ? opened?.text : undefined);
  }

  begin(): Promise<unknown> {
    return this.#walk.journal.begin(this.path, this.#siblings);
  }

  siblings(width: number): Siblings {
    return { after: this.#walk.journal.writer.added, most: width > 1 ? 2 * width : 1 };
  }

  hasTimeFor(needsMs?: number): boolean {
    const { journal, durations, budgetMs } = this.#walk;
    const leftMs = this.timeLeft();
    // The first step of a claim is always begun: what is longer than any tick would never run.
    if (leftMs === Number.POSITIVE_INFINITY || !journal.hasBegun) return true;
    return leftMs >= (needsMs ?? durations.usualMs(this.#node, budgetMs));
  }

  assertHeld(): void {
    this.#walk.journal.writer.assertHeld();
  }

  outOfTick(): Result<never> | null {
    if (this.timeLeft() > 0 || !this.#walk.journal.hasRecorded) return null;
    return stillWaiting(this, { until: this.now(), yields: true });
  }

  async run<In, Out>(
    node: Node<In, Out>,
    input: In,
    segment: string,
    siblings?: Siblings,
  ): Promise<Outcome<Out>> {
    const path = joinPath(this.#scopePath, segment);
    // What lies below an entry lies in it, so only the entries themselves are looked up.
    const entry = this.#entry ?? this.#walk.topLevelIndex(path);
    const spot = { path, scopePath: this.#scopePath, entry, siblings };
    const frame = new RunFrame(node, this.#walk, this.#scope, spot);
    const place = this.#placeOf(node, segment, path);
    this.#childBegins();
    try {
      const outcome = await node.run(input, frame);
      if (place !== undefined && outcome.status === "success") {
        place.resultPath = path;
        place.output = outcome.output;
      }
      return outcome;
    } catch (error) {
      if (isFatal(error) || this.#walk.journal.writer.failure !== undefined) throw error;
      return { status: "failed", error: { ...serializeError(error), step: path } };
    } finally {
      this.#childEnds();
    }
  }

  #childBegins(): void {
    this.#childrenAtWork++;
    if (this.#childrenAtWork < 2 || this.#isForked) return;
    this.#isForked = true;
    this.#walk.journal.fork();
  }

  /** The last of several children is not alone either: what the others put down goes with it. */
  #childEnds(): void {
    this.#childrenAtWork--;
    if (this.#childrenAtWork > 0 || !this.#isForked) return;
    this.#isForked = false;
    this.#walk.journal.join();
  }

  /** A turn of a loop is the node's latest result; of many items none is *the* result. */
  #placeOf(node: AnyNode, segment: string, path: string): Place | undefined {
    const isItself = segment === node.id;
    if (!isItself && !segment.startsWith(`${node.id}#`)) return undefined;
    const { places } = this.#walk;
    const at = isItself ? path : joinPath(this.#scopePath, node.id);
    const known = places.get(at);
    if (known?.node === node) return known;
    const place = { node, resultPath: undefined, output: undefined };
    places.set(at, place);
    return place;
  }

  enter(scope: Scope): Frame {
    const depth = this.path.split("/").length;
    if (depth > LIMITS.depth) {
      throw new WrkflwError(
        "LIMIT_EXCEEDED",
        `Cannot run ${quote(this.path)}: workflows are nested deeper than ${LIMITS.depth} levels`,
      );
    }
    const limits = [this.#scope.deadline, scope.deadline].filter((limit) => limit !== undefined);
    const inherited = {
      ...scope,
      retry: scope.retry ?? this.#scope.retry,
      deadline: limits.sort((a, b) => a.at - b.at)[0],
    };
    const spot = { path: this.path, scopePath: this.path, entry: this.#entry };
    return new RunFrame(this.#node, this.#walk, inherited, spot);
  }

  async checkpoint<Out>(
    options: CheckpointOptions,
    work: (known: Entry | undefined) => Promise<Result<Out>>,
  ): Promise<Outcome<Out>> {
    const { journal, durations } = this.#walk;
    const record = journal.latest(this.path);
    if (record !== undefined && record.kind !== options.kind)
      throw this.#otherKind(record.kind, options.kind);
    // An item's output becomes a part of a list, or the end of a workflow; no place is given it as it is.
    const isPassedOn = this.#siblings === undefined;
    if (record !== undefined && !isOpen(record)) return journal.outcomeOf(record, isPassedOn);
    while (true) {
      const opening = journal.open(this.path, this.#entry ?? -1, options);
      this.#opened = { value: options.input, text: opening.input };
      const result = this.#isOutOfTime()
        ? this.#outOfTime()
        : await work(journal.entryOf(this.path));
      const outcome = journal.close(opening, result, isPassedOn);
      const took = options.kind === "step" ? journal.latest(this.path) : undefined;
      if (took?.status === "success") durations.note(this.#node, took.endedAt - took.startedAt);
      const pauseMs = this.#shortPause(outcome);
      if (pauseMs === null) return this.#withDeadline(outcome);
      await journal.writer.persist();
      await journal.rest(pauseMs, this.signal);
    }
  }

  /** How long to wait here, where that is short; parking the run would cost more. */
  #shortPause(outcome: Outcome<unknown>): number | null {
    if (outcome.status !== "suspended" || outcome.waits.length !== 1) return null;
    const [wait] = outcome.waits;
    // An event can reach a parked run only, and one may be there already.
    const isOwn = wait?.path === this.path && wait.event === undefined && wait.yields !== true;
    if (!isOwn || wait.until === undefined) return null;
    const pauseMs = Math.min(wait.until, this.deadline?.at ?? wait.until) - this.now();
    // On a busy machine a short pause may be over by the time that it is recorded.
    const isShort = pauseMs <= SHORT_WAIT_MS && pauseMs < this.timeLeft();
    return isShort && this.#walk.journal.canRest ? Math.max(0, pauseMs) : null;
  }

  #otherKind(recorded: string, now: string): WrkflwError {
    return new WrkflwError(
      "RUN_BLOCKED",
      `The workflow was changed while the run was under way: ${quote(this.path)} was a ${recorded} and is a ${now} now`,
    );
  }

  #isOutOfTime(): boolean {
    return this.deadline !== undefined && this.now() >= this.deadline.at;
  }

  #outOfTime(): Result<never> {
    const message = `Workflow ${quote(this.deadline?.workflowId ?? this.workflowId)} ran out of time before ${quote(this.path)} was over`;
    const { name, code } = new WrkflwError("TIMED_OUT", message);
    return { status: "failed", error: { name, message, code, step: this.path } };
  }

  /** A run that waits is woken when its time is up. */
  #withDeadline<Out>(outcome: Outcome<Out>): Outcome<Out> {
    const { deadline } = this;
    if (outcome.status !== "suspended" || deadline === undefined) return outcome;
    const waits = outcome.waits.map((wait) => ({
      ...wait,
      deadline: Math.min(deadline.at, wait.deadline ?? deadline.at),
    }));
    return { status: "suspended", waits };
  }

  outputOf<Out>(node: Node<never, Out>): Out {
    const found = this.#walk.places.get(joinPath(this.#scopePath, node.id));
    if (found !== undefined && found.node !== node) {
      throw new WrkflwError(
        "INVALID_ARGUMENT",
        `Cannot read the result of step ${quote(node.id)}: another step with this id is part of workflow ${quote(this.workflowId)}; pass the one that is`,
      );
    }
    if (found?.resultPath === undefined) {
      throw new WrkflwError(
        "STEP_NOT_FINISHED",
        `Cannot read the result of step ${quote(node.id)}: it has not succeeded in this run of workflow ${quote(this.workflowId)}; after foreach(), read inputData`,
      );
    }
    const record = this.#walk.journal.latest(found.resultPath);
    if (record?.status === "success") return decode(record.output ?? "null") as Out;
    return this.handOut(found.output) as Out;
  }
}

/**
 * A run's part of its idempotency keys, which are in ASCII, for headers. Its id is escaped, so that no
 * two places of any runs share a key.
 */
export function keyPartOf(runId: string): string {
  return PLAIN.test(runId) ? runId : encodeURIComponent(runId);
}

/** What neither encoding changes; most ids are so, and looking takes less time than encoding. */
const PLAIN = /^[\w-]+$/;

/** The database is away or damaged, or the run cannot go on here: that is not its failure. */
function isFatal(error: unknown): boolean {
  if (!(error instanceof WrkflwError)) return false;
  return error.code.startsWith("STORAGE_") || error.code === "RUN_BLOCKED";
}
