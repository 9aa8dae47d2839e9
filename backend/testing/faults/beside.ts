/** Runs rows in several processes beside each other. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Share } from "./suites.ts";
import { merged, type RowResult } from "./table.ts";

/** What one of the processes is told. */
export interface Order {
  readonly titles: readonly string[];
  /** Takes each so-many-th case. */
  readonly every: number;
  readonly share: Share;
}

/** A process at work. */
interface Hand {
  /** The result of its next row. */
  next(): Promise<RowResult>;
  stop(): Promise<void>;
}

/**
 * Runs the rows with these titles, each case in one of as many processes as there are cores.
 * A process goes on to its next row at once, without waiting for the others.
 *
 * @throws {Error} If a process fails; what it printed says why.
 */
export async function* runBeside(
  titles: readonly string[],
  every: number,
  of = navigator.hardwareConcurrency,
): AsyncGenerator<RowResult> {
  const hands = Array.from({ length: of }, (_, index) =>
    employ({ titles, every, share: { index, of } }),
  );
  try {
    for (const _ of titles) yield merged(await Promise.all(hands.map((hand) => hand.next())));
  } finally {
    await Promise.all(hands.map((hand) => hand.stop()));
  }
}

function employ(order: Order): Hand {
  const program = new URL("./share.ts", import.meta.url).href;
  const child = spawn(
    Deno.execPath(),
    ["run", "-A", "--no-check", program, JSON.stringify(order)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const gone = new Promise<unknown>((resolve) => child.once("close", resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async next() {
      const { value, done } = await lines.next();
      if (done === true) throw new Error("A process ended before its share was done");
      return JSON.parse(value);
    },
    async stop() {
      child.kill();
      await gone;
    },
  };
}
