/** A process of its own that migrates a database file, telling each call. Arguments: the file, rows a page. */
import { openLocal } from "../databases/local.ts";
import { migrate } from "../migrations.ts";

const [path = "", pageRows = "100"] = Deno.args;
const client = await openLocal(path);
const tell = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
await migrate(
  {
    async execute(statement) {
      tell("before");
      const result = await client.execute(statement);
      tell("after");
      return result;
    },
    async batch(statements, mode) {
      tell("before");
      const result = await client.batch(statements, mode);
      tell("after");
      return result;
    },
  },
  { pageRows: Number(pageRows) },
);
client.close();
tell("migrated");
