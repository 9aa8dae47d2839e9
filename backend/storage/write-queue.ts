import type { Effects } from "../effects.ts";
import { inNextTurn } from "../next-turn.ts";
import type { ResultSet, SqlClient, Statement } from "../sql.ts";
import { Batch } from "./batch.ts";
import { rowOf } from "./shared-insert.ts";
import type { Writers } from "./writers.ts";

/** Val Town takes about 500 statements and 100,000 characters of SQL in a batch. */
const MAX_STATEMENTS = 400;
const MAX_SQL_CHARS = 80_000;
const MAX_ARGUMENT_CHARS = 4_000_000;
/** Well below a lease, so that the batch can be sent again while the claim holds. */
const MAX_ANSWER_MS = 8_000;
/** Of so many that were not answered alone either, none is the cause: the database is away. */
const MAX_UNANSWERED = 2;
/** After so long, or so many batches that waited for nobody, the process does its other work first. */
const MAX_HELD_MS = 5;
/** Nor is there other work as a rule right after the start, when all code is still slow. */
const MAX_HELD_AT_START_MS = 50;
const MAX_AT_ONCE = 50;

/** Deno's `queueMicrotask` takes as long as five of these. */
const SOON = Promise.resolve();

/** What is done about an answer that came too late. */
export type OnLate = (results: readonly ResultSet[]) => void;

/** Statements that are applied together, and who waits for them. */
class Group {
  readonly resolve: (results: readonly ResultSet[]) => void;
  readonly reject: (error: unknown) => void;
  /** Told of an answer that came when it was waited for no more. */
  readonly onLate: OnLate | undefined;
  readonly #build: () => readonly Statement[];
  #statements: readonly Statement[] | undefined;

  constructor(
    build: () => readonly Statement[],
    resolve: (results: readonly ResultSet[]) => void,
    reject: (error: unknown) => void,
    onLate: OnLate | undefined,
  ) {
    this.#build = build;
    this.resolve = resolve;
    this.reject = reject;
    this.onLate = onLate;
  }

  /** Builds the statements, once; what cannot be built is rejected here and now. */
  isBuilt(): boolean {
    try {
      this.#statements ??= this.#build();
      return true;
    } catch (error) {
      this.reject(error);
      return false;
    }
  }

  get statements(): readonly Statement[] {
    return this.#statements ?? [];
  }

  /** How much it adds to a batch, at most: rows of several groups take less together. */
  get size(): BatchSize {
    const size = { statements: this.statements.length, sqlChars: 0, argumentChars: 0 };
    for (const { sql, args } of this.statements) {
      size.sqlChars += sql.length;
      for (const arg of args) size.argumentChars += typeof arg === "string" ? arg.length : 8;
    }
    return size;
  }
}

class Unanswered extends Error {
  constructor() {
    super(`The database did not answer within ${MAX_ANSWER_MS} ms`);
  }
}

interface BatchSize {
  readonly statements: number;
  readonly sqlChars: number;
  readonly argumentChars: number;
}

function sum(a: BatchSize, b: BatchSize): BatchSize {
  return {
    statements: a.statements + b.statements,
    sqlChars: a.sqlChars + b.sqlChars,
    argumentChars: a.argumentChars + b.argumentChars,
  };
}

function isTooMuch({ statements, sqlChars, argumentChars }: BatchSize): boolean {
  return (
    statements > MAX_STATEMENTS || sqlChars > MAX_SQL_CHARS || argumentChars > MAX_ARGUMENT_CHARS
  );
}

/**
 * Group commit: what all runs of a process want to write in one turn of the event loop goes
 * to the database in one batch, so that many runs share a durable commit and a round trip. A run
 * that is alone waits for no others.
 *
 * A batch that is refused is sent again in parts, down to the groups alone, and one that is not answered
 * group by group, so that no run fails for its neighbour.
 */
export class WriteQueue {
  readonly #client: SqlClient;
  readonly #effects: Pick<Effects, "now" | "sleep">;
  readonly #writers: Pick<Writers, "isOnlyOne">;
  readonly #waiting: Group[] = [];
  #isBusy = false;
  /** Batches that waited for nobody since the last turn of the event loop that one waited for. */
  #atOnce = 0;
  #holdsUntil: number;

  constructor(
    client: SqlClient,
    effects: Pick<Effects, "now" | "sleep">,
    writers: Pick<Writers, "isOnlyOne">,
  ) {
    this.#client = client;
    this.#effects = effects;
    this.#writers = writers;
    this.#holdsUntil = effects.now() + MAX_HELD_AT_START_MS;
  }

  /**
   * Queues statements that must be applied together.
   *
   * @param build Called when the batch is put together: at the end of the current turn, or of the
   * current microtasks where nobody else can have something to write.
   * @param onLate Called when the database answers after it was given up.
   * @returns One result a statement.
   */
  submit(build: () => readonly Statement[], onLate?: OnLate): Promise<readonly ResultSet[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(new Group(build, resolve, reject, onLate));
      if (this.#isBusy) return;
      this.#isBusy = true;
      // What begins in the same microtask, such as several runs, joins the writers before this one.
      void SOON.then(() => this.#goOn());
    });
  }

  /** Sends a batch now or at the end of the turn, until nobody waits. */
  #goOn(): void {
    this.#isBusy = this.#waiting.length > 0;
    if (!this.#isBusy) return;
    if (this.#mayGoAtOnce) {
      this.#atOnce++;
      void this.#sendNext();
      return;
    }
    inNextTurn(() => {
      this.#atOnce = 0;
      this.#holdsUntil = this.#effects.now() + MAX_HELD_MS;
      void this.#sendNext();
    });
  }

  /** Beside a round trip the turn costs nothing; beside a commit in this process it does. */
  get #mayGoAtOnce(): boolean {
    return (
      this.#client.alwaysAnswers === true &&
      this.#writers.isOnlyOne &&
      this.#atOnce < MAX_AT_ONCE &&
      this.#effects.now() < this.#holdsUntil
    );
  }

  async #sendNext(): Promise<void> {
    await this.#sendAll(this.#takeGroups());
    this.#goOn();
  }

  async #sendAll(groups: readonly Group[]): Promise<void> {
    const [only] = groups;
    if (only !== undefined && groups.length === 1) await this.#sendAlone(only);
    else if (only !== undefined) await this.#sendTogether(groups);
  }

  /** The next batch: as many groups, in order, as fit into one. */
  #takeGroups(): Group[] {
    const first = this.#next();
    // What waits alone goes whole, however large it is.
    if (first !== undefined && this.#waiting.length === 1) return this.#waiting.splice(0, 1);
    const groups: Group[] = [];
    let size: BatchSize = { statements: 0, sqlChars: 0, argumentChars: 0 };
    for (let group = this.#next(); group !== undefined; group = this.#next()) {
      size = sum(size, group.size);
      if (groups.length > 0 && isTooMuch(size)) break;
      groups.push(group);
      this.#waiting.shift();
    }
    return groups;
  }

  /** The first of those that wait; what cannot be built is sent away. */
  #next(): Group | undefined {
    while (this.#waiting[0]?.isBuilt() === false) this.#waiting.shift();
    return this.#waiting[0];
  }

  /** One request that is never answered must not hold up every run of the process. */
  async #answer<T>(request: Promise<T>, onLate: (answer: T) => void): Promise<T> {
    const answered = new AbortController();
    const late = this.#effects.sleep(MAX_ANSWER_MS, answered.signal).then((): never => {
      if (!answered.signal.aborted) request.then(onLate).catch(() => {});
      throw new Unanswered();
    });
    try {
      return await Promise.race([request, late]);
    } finally {
      late.catch(() => {});
      answered.abort("answered");
    }
  }

  /** @returns Why it was refused, if it was. */
  async #sendAlone({ statements, resolve, reject, onLate }: Group): Promise<unknown> {
    try {
      resolve(await this.#send(statements, onLate));
      return undefined;
    } catch (error) {
      reject(error);
      return error;
    }
  }

  /** One by one, as a single one may be what takes so long; but not all may, while their leases end. */
  async #sendEach(groups: readonly Group[]): Promise<void> {
    let unanswered = 0;
    for (const group of groups) {
      if (unanswered === MAX_UNANSWERED) group.reject(new Unanswered());
      else if ((await this.#sendAlone(group)) instanceof Unanswered) unanswered++;
    }
  }

  async #sendTogether(groups: readonly Group[]): Promise<void> {
    try {
      const batch = new Batch(groups.map(({ statements }) => statements));
      const results = await this.#send(batch.statements, (late) => {
        for (const [index, answer] of batch.answersOf(late).entries())
          groups[index]?.onLate?.(answer);
      });
      for (const [index, answer] of batch.answersOf(results).entries())
        groups[index]?.resolve(answer);
    } catch (error) {
      if (error instanceof Unanswered) await this.#sendEach(groups);
      else for (const part of partsOf(groups)) await this.#sendAll(part);
    }
  }

  #send(
    statements: readonly Statement[],
    onLate: OnLate | undefined,
  ): Promise<readonly ResultSet[]> {
    const request = this.#client.batch(statements.map(plain), "write");
    if (this.#client.alwaysAnswers === true) return request;
    return this.#answer(request, (late) => onLate?.(late));
  }
}

/**
 * How what was refused together is sent again. What begins with a row, births and commits, goes first and
 * apart from all else: a claim reads whole journals, and is likelier to be refused than what was
 * written beside it. Then it goes by halves: one that is refused is found by few requests, while the leases
 * of its neighbours hold.
 */
function partsOf(groups: readonly Group[]): Group[][] {
  const { rows = [], others = [] } = Object.groupBy(groups, ({ statements }) =>
    rowOf(statements) === undefined ? "others" : "rows",
  );
  if (rows.length > 0 && others.length > 0) return [rows, others];
  const middle = Math.ceil(groups.length / 2);
  return [groups.slice(0, middle), groups.slice(middle)];
}

/** A client gets nothing else: it may send the object on as it is. */
function plain({ sql, args }: Statement): Statement {
  return { sql, args };
}
