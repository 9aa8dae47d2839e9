import type { Command } from "npm:@commander-js/extra-typings@15.1.0";
import { type ConnectedClient, connect } from "../databases/connect.ts";
import { generateMigrationSQL, runMigrations, verifySchema } from "../migrations.ts";
import { type Globals, sourceOf, Unwell } from "./globals.ts";
import { connectOptionsOf, type EngineSource } from "./open-engine.ts";
import type { Terminal } from "./terminal.ts";

/** Adds the commands that look after the tables. */
export function addSchemaCommands(program: Command<[], Globals>, terminal: Terminal): void {
  program
    .command("migrate")
    .description("bring the database to the newest schema, and the first version's runs along")
    .option("--drop", "drop the first version's table, once every row is accounted for")
    .option("--sql", "print the script for the sqlite3 shell instead, and touch nothing")
    .action(async ({ drop = false, sql = false }) => {
      const globals = program.opts();
      if (sql) return terminal.out(generateMigrationSQL(drop));
      const results = await withClient({ ...sourceOf(globals), mayMake: true }, (client) =>
        runMigrations({ dropOldTables: drop, client, onProgress: progressOn(terminal) }),
      );
      if (globals.json) return terminal.out(JSON.stringify(results));
      for (const { message } of results) terminal.out(message);
    });
  program
    .command("verify")
    .description("compare the database with the newest schema; it only reads")
    .option("--strict", "end with status 1 when something is wrong")
    .action(async ({ strict = false }) => {
      const globals = program.opts();
      const { ok, problems } = await withClient(sourceOf(globals), (client) =>
        verifySchema(client),
      );
      if (globals.json) terminal.out(JSON.stringify({ ok, problems }));
      else if (ok) terminal.out("The schema is as it should be");
      else
        for (const { object, problem, fix } of problems)
          terminal.out(`${object}: ${problem}\n${fix}`);
      if (strict && !ok) throw new Unwell(`${problems.length} problems were found`);
    });
}

function progressOn(terminal: Terminal): (imported: number) => void {
  const begun = performance.now();
  return (imported) => {
    const seconds = Math.round((performance.now() - begun) / 1_000);
    terminal.progress(`Imported ${imported} runs in ${seconds} s`);
  };
}

async function withClient<T>(
  source: EngineSource,
  use: (client: ConnectedClient) => Promise<T>,
): Promise<T> {
  const client = await connect(connectOptionsOf(source));
  try {
    return await use(client);
  } finally {
    client.close();
  }
}
