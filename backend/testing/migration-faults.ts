/** Clients of a database that fail, die or take turns while they migrate it. */
import type { SqlClient } from "../sql.ts";

/** No pause takes time; the order of what waits is that of the event loop. Pages are small. */
export const HURRIED = {
  effects: { random: () => 0.5, sleep: () => Promise.resolve() },
  pageRows: 3,
};

/** What goes wrong at a call. */
export const FAULTS = [
  "killed before",
  "killed after",
  "lost before",
  "lost after",
  "lost from then on",
  "applied twice",
  "killed and applied 2 calls late",
  "killed and applied 5 calls late",
  "killed and applied 9 calls late",
] as const;
/** One of {@linkcode FAULTS}. */
export type Fault = (typeof FAULTS)[number];

/** A request that arrives ahead of another process's call of that number. */
export interface LateRequest {
  readonly send: () => Promise<unknown>;
  readonly call: number;
}

/** A client that meets one fault. */
export interface ClientWithFault extends SqlClient {
  /** Whether the fault was met. */
  readonly isHit: boolean;
  /** A request that was under way when its process died. */
  readonly late?: LateRequest | undefined;
}

/** Meets the fault at its call of that number, from 1. */
export function faulty(client: SqlClient, faultyCall: number, fault: Fault): ClientWithFault {
  let calls = 0;
  let isDead = false;
  let late: LateRequest | undefined;
  async function meet<T>(send: () => Promise<T>): Promise<T> {
    if (isDead) throw new Error("the process is dead");
    if (++calls < faultyCall || (calls > faultyCall && fault !== "lost from then on")) {
      return await send();
    }
    isDead = fault.startsWith("killed");
    if (fault.endsWith("late"))
      late = { send, call: Number.parseInt(fault.replace(/\D+/, ""), 10) };
    if (fault.endsWith("after") || fault.endsWith("twice")) await send();
    if (fault.endsWith("twice")) return await send();
    throw new Error(fault);
  }
  return {
    get isHit() {
      return calls >= faultyCall;
    },
    get late() {
      return late;
    },
    execute: (...args) => meet(() => client.execute(...args)),
    batch: (...args) => meet(() => client.batch(...args)),
  };
}

/** Sends a late request ahead of its own call. */
export function withLateRequest(client: SqlClient, late: LateRequest | undefined): SqlClient {
  let calls = 0;
  const arrive = async () => {
    if (++calls === late?.call) await late.send().catch(() => {});
  };
  return {
    execute: async (...args) => {
      await arrive();
      return await client.execute(...args);
    },
    batch: async (...args) => {
      await arrive();
      return await client.batch(...args);
    },
  };
}

/** Dies in the middle of a batch, which the database then takes back. */
export function killedAtStatement(client: SqlClient, statement: number): ClientWithFault {
  let left = statement;
  let isHit = false;
  const alive = () => {
    if (isHit) throw new Error("the process is dead");
  };
  return {
    get isHit() {
      return isHit;
    },
    execute: async (...args) => {
      alive();
      return await client.execute(...args);
    },
    batch: async (statements, mode) => {
      alive();
      if (left >= statements.length) {
        left -= statements.length;
        return await client.batch(statements, mode);
      }
      isHit = true;
      const death = { sql: "SELECT abs(-9223372036854775807 - 1)", args: [] };
      return await client.batch([...statements.slice(0, left), death], mode);
    },
  };
}

/** Lets each call wait a random number of turns, so that several users take turns in any order. */
export function interleaved(client: SqlClient, seed: number): SqlClient {
  let state = seed;
  const pause = async () => {
    state = (state * 48_271) % 2_147_483_647;
    for (let turns = state % 7; turns > 0; turns--) await Promise.resolve();
  };
  return {
    execute: async (...args) => {
      await pause();
      return await client.execute(...args);
    },
    batch: async (...args) => {
      await pause();
      return await client.batch(...args);
    },
  };
}
