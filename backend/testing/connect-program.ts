/** A program for tests that need another environment: opens the database that it names. */
import { connect } from "../databases/connect.ts";

function report(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

try {
  const client = await connect();
  await client.execute({ sql: "CREATE TABLE opened (id INTEGER)", args: [] });
  client.close();
  report("open");
} catch (error) {
  report(JSON.stringify((error as Error).message));
}
