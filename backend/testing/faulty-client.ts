/** A database client that fails on purpose, at chosen calls. */
import { storageError } from "../databases/storage-error.ts";
import type { ResultSet, SqlArgument, SqlClient } from "../sql.ts";
import { turns } from "./fake-effects.ts";
import { Traffic } from "./traffic.ts";

/** What goes wrong at a call. */
export const FAULT_MODES = [
  /** The process is gone before the request was sent; no call of this client is answered again. */
  "killBefore",
  /** The process is gone after the request was applied. */
  "killAfter",
  /** The call fails and nothing arrived. */
  "errBefore",
  /** The request is applied and its answer lost. */
  "errAfter",
  /** The process is gone, and its request arrives after `calls` more calls of others. */
  "late",
  /** The request is applied twice. */
  "dup",
  /** Another connection holds the lock. */
  "busy",
  /** The file cannot be written. */
  "readonly",
  /** The disk is full. */
  "full",
  /** The request arrives after `ms`. */
  "slow",
  /** The request arrives at once, and its answer after `ms`. */
  "lag",
  /** The request is applied, and what comes back is no answer: cut off, or a page of HTML. */
  "torn",
  /** The process stands still with the request unsent, for `calls` more calls of others. */
  "pauseBefore",
  /** The process stands still with the answer unread, for `calls` more calls of others. */
  "pauseAfter",
] as const;

/** One of {@linkcode FAULT_MODES}. */
export type FaultMode = (typeof FAULT_MODES)[number];

/** What comes back instead of an answer. */
export const TORN_WAYS = ["cut", "a page of HTML", "status 502", "nothing"] as const;

/** One of {@linkcode TORN_WAYS}. */
export type TornWay = (typeof TORN_WAYS)[number];

/** At which call, counted from 1, what goes wrong. */
export interface Fault {
  readonly call: number;
  readonly mode: FaultMode;
  /** Whether every later call goes wrong in the same way. @default false */
  readonly lasts?: boolean;
  /** How many calls of others come first. @default 0 */
  readonly calls?: number;
  /** How long a slow request or answer takes, in milliseconds. @default 0 */
  readonly ms?: number;
  /** How an answer is torn, on wires that can tear one. @default cut */
  readonly way?: TornWay;
}

/** Damages the next answer in this way. */
export type TearNext = (way: TornWay) => void;

/** What a client is connected to beside the database. */
export interface Wire {
  /** The requests of all processes. */
  readonly traffic: Traffic;
  /** Passes time. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Damages the next answer on its way to the adapter; without it the call fails as adapters do. */
  readonly tearNext?: TearNext | undefined;
}

type Plain = { sql: string; args: SqlArgument[] };

function plainWire(): Wire {
  return {
    traffic: new Traffic(),
    sleep: () => Promise.reject(new Error("Give the client a wire to be slow on")),
  };
}

/**
 * The client of one process. It answers whenever its inner client does, but for a process that is
 * gone: nobody is left there to wait. A slow answer, and one to a process that stands still, comes late.
 */
export class FaultyClient implements SqlClient {
  readonly alwaysAnswers: boolean;
  /** Resolves when the process is gone. */
  readonly killed: Promise<void>;
  /** Resolves when the process stands still. */
  readonly paused: Promise<void>;
  /** Calls made so far. */
  calls = 0;
  readonly #inner: SqlClient;
  readonly #wire: Wire;
  #faults: readonly Fault[];
  #isDead = false;
  readonly #die: () => void;
  readonly #halt: () => void;
  #timers: PromiseWithResolvers<void> | undefined;
  #answers: PromiseWithResolvers<void> | undefined;

  constructor(inner: SqlClient, faults: Fault | readonly Fault[] = [], wire: Partial<Wire> = {}) {
    this.#inner = inner;
    this.alwaysAnswers = inner.alwaysAnswers === true;
    this.#wire = { ...plainWire(), ...wire };
    this.#faults = Array.isArray(faults) ? faults : [faults];
    const death = Promise.withResolvers<void>();
    const pause = Promise.withResolvers<void>();
    this.killed = death.promise;
    this.paused = pause.promise;
    this.#die = death.resolve;
    this.#halt = pause.resolve;
  }

  execute(statement: Plain): Promise<ResultSet> {
    return this.#call(() => this.#inner.execute(statement));
  }

  batch(statements: Plain[], mode: "write"): Promise<readonly ResultSet[]> {
    return this.#call(() => this.#inner.batch(statements, mode));
  }

  /** Resolves when a timer of the process may fire: at once, unless it stands still. */
  async awake(): Promise<void> {
    await this.#timers?.promise;
  }

  /** Whether one of the faults has happened. */
  get isHit(): boolean {
    return this.#faults.some(({ call }) => this.calls >= call);
  }

  async #call<T>(request: () => Promise<T>): Promise<T> {
    await this.#answers?.promise;
    this.calls++;
    if (this.#isDead) return await silence();
    const fault = this.#faults.find((each) => isHit(each, this.calls));
    const send = () => this.#wire.traffic.pass(request);
    const answer = await (fault === undefined ? send() : this.#fail(fault, request, send));
    await this.#answers?.promise;
    return this.#isDead ? await silence() : answer;
  }

  async #fail<T>(fault: Fault, request: () => Promise<T>, send: () => Promise<T>): Promise<T> {
    switch (fault.mode) {
      case "killBefore":
        return await this.#fallSilent();
      case "killAfter":
        await send();
        return await this.#fallSilent();
      case "late":
        this.#wire.traffic.after(fault.calls ?? 0, () => request().catch(() => {}));
        return await this.#fallSilent();
      case "errBefore":
        throw new Error("injected: the request did not arrive");
      case "errAfter":
        await send();
        throw new Error("injected: the answer was lost");
      case "dup":
        await send();
        return await send();
      case "slow":
        await this.#wire.sleep(fault.ms ?? 0);
        return await send();
      case "lag": {
        const answer = await send();
        await this.#wire.sleep(fault.ms ?? 0);
        return answer;
      }
      case "torn":
        return await this.#tear(fault, send);
      case "pauseBefore":
        return await this.#standStill(fault, request);
      case "pauseAfter": {
        const answer = await send();
        return await this.#standStill(fault, () => Promise.resolve(answer));
      }
      default:
        throw refusal(fault.mode);
    }
  }

  async #tear<T>({ way = "cut" }: Fault, send: () => Promise<T>): Promise<T> {
    this.#wire.tearNext?.(way);
    const answer = await send();
    if (this.#wire.tearNext !== undefined) return answer;
    throw new SyntaxError(`Unexpected token '<', "<html><hea"... is not valid JSON`);
  }

  /** Timers of the process fire first when it goes on, as in every runtime; then it reads answers. */
  async #standStill<T>(fault: Fault, finish: () => Promise<T>): Promise<T> {
    const timers = Promise.withResolvers<void>();
    const answers = Promise.withResolvers<void>();
    const finished = Promise.withResolvers<T>();
    this.#timers = timers;
    this.#answers = answers;
    this.#wire.traffic.after(fault.calls ?? 0, async () => {
      this.#timers = undefined;
      timers.resolve();
      await turns(1);
      await finish().then(finished.resolve, finished.reject);
      this.#answers = undefined;
      answers.resolve();
    });
    this.#halt();
    return await finished.promise;
  }

  /** The process dies once so many more calls were applied. */
  killAfterCalls(calls: number): void {
    this.#faults = [{ call: this.calls + calls, mode: "killAfter" }];
  }

  /** The process is gone: nothing it asks is answered from now on. */
  kill(): void {
    this.#isDead = true;
    this.#die();
  }

  async #fallSilent(): Promise<never> {
    this.kill();
    return await silence();
  }
}

/** What the adapters make of SQLite's refusals. */
function refusal(mode: "busy" | "readonly" | "full"): unknown {
  const [code, message] = REFUSALS[mode];
  return storageError(Object.assign(new Error(message), { code }), "the database");
}

const REFUSALS = {
  busy: ["SQLITE_BUSY", "database is locked"],
  readonly: ["SQLITE_READONLY", "attempt to write a readonly database"],
  full: ["SQLITE_FULL", "database or disk is full"],
} as const;

function isHit(fault: Fault, call: number): boolean {
  return fault.lasts === true ? call >= fault.call : call === fault.call;
}

function silence(): Promise<never> {
  return new Promise(() => {});
}
