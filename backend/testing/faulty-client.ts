/** A database client that fails on purpose, at a chosen call. */
import type { ResultSet, SqlArgument, SqlClient } from "../sql.ts";

/**
 * What goes wrong at a call. `killBefore` and `killAfter`: the process is gone, before or after
 * the request was applied; no call of this client is ever answered again. `errBefore` and
 * `errAfter`: the call fails, before or after it was applied. `dup`: it is applied twice.
 */
export type FaultMode = "killBefore" | "killAfter" | "errBefore" | "errAfter" | "dup";

/** At which call, counted from 1, what goes wrong. */
export interface Fault {
  readonly call: number;
  readonly mode: FaultMode;
  /** Whether every later call goes wrong in the same way. @default false */
  readonly lasts?: boolean;
}

type Plain = { sql: string; args: SqlArgument[] };

/** The client of one process. */
export class FaultyClient implements SqlClient {
  /** Resolves when the process is gone. */
  readonly killed: Promise<void>;
  /** Calls made so far. */
  calls = 0;
  readonly #inner: SqlClient;
  #fault: Fault | undefined;
  #isDead = false;
  #die: () => void = () => {};

  constructor(inner: SqlClient, fault?: Fault) {
    this.#inner = inner;
    this.#fault = fault;
    this.killed = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  execute(statement: Plain): Promise<ResultSet> {
    return this.#call(() => this.#inner.execute(statement));
  }

  batch(statements: Plain[], mode: "write"): Promise<readonly ResultSet[]> {
    return this.#call(() => this.#inner.batch(statements, mode));
  }

  async #call<T>(send: () => Promise<T>): Promise<T> {
    this.calls++;
    if (this.#isDead) return await silence();
    if (this.#fault === undefined || !isHit(this.#fault, this.calls)) return await send();
    switch (this.#fault.mode) {
      case "killBefore":
        this.kill();
        return await silence();
      case "killAfter":
        await send();
        this.kill();
        return await silence();
      case "errBefore":
        throw new Error("injected: the request did not arrive");
      case "errAfter":
        await send();
        throw new Error("injected: the answer was lost");
      case "dup":
        await send();
        return await send();
    }
  }

  /** The process dies once so many more calls were applied. */
  killAfterCalls(calls: number): void {
    this.#fault = { call: this.calls + calls, mode: "killAfter" };
  }

  /** The process is gone: nothing it asks is answered from now on. */
  kill(): void {
    this.#isDead = true;
    this.#die();
  }
}

function isHit(fault: Fault, call: number): boolean {
  return fault.lasts === true ? call >= fault.call : call === fault.call;
}

function silence(): Promise<never> {
  return new Promise(() => {});
}
