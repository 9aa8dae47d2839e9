/**
 * A program for tests that need another process: opens the local database that its first
 * argument names, runs each further argument as a statement and prints one line of JSON for
 * each, its rows or its error. With the variable `AS_NOBODY` it gives up root's rights first.
 */
import process from "node:process";
import { openLocal } from "../databases/local.ts";

const NOBODY = 65_534;
const [path = "", ...statements] = Deno.args;

function report(line: unknown): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
}

async function attempt(work: () => Promise<unknown>): Promise<void> {
  try {
    report(await work());
  } catch (error) {
    report({ code: (error as { code?: unknown }).code, message: (error as Error).message });
  }
}

if (Deno.env.has("AS_NOBODY") && process.geteuid?.() === 0) process.seteuid?.(NOBODY);
await attempt(async () => {
  const client = await openLocal(path);
  for (const sql of statements) {
    await attempt(async () => (await client.execute({ sql, args: [] })).rows);
  }
  client.close();
  return "closed";
});
