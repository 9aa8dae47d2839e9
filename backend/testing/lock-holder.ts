/**
 * Another process that keeps a database file locked for writing until its input ends. Argument:
 * the file.
 */
import { DatabaseSync } from "node:sqlite";

const [path = ""] = Deno.args;
const database = new DatabaseSync(path);
database.exec("PRAGMA busy_timeout = 30000");
database.exec("BEGIN IMMEDIATE");
Deno.stdout.writeSync(new TextEncoder().encode("locked\n"));
for await (const _ of Deno.stdin.readable);
database.exec("ROLLBACK");
database.close();
