import { assertEquals, assertRejects } from "@std/assert";
import { rowsOf } from "../sql.ts";
import { forEachDatabase } from "./databases.ts";

const CREATE = { sql: "CREATE TABLE items (id INTEGER)", args: [] };
const READ = { sql: "SELECT id FROM items", args: [] };

for (const turn of ["first", "second"]) {
  forEachDatabase(`the ${turn} test starts with an empty database`, async (client) => {
    await assertRejects(() => client.execute(READ), Error, "no such table");
    await client.execute(CREATE);
    await client.execute({ sql: 'CREATE VIEW "odd name" AS SELECT id FROM items', args: [] });
  });
}

forEachDatabase("a second client sees what the first has written", async (client, database) => {
  const other = await database.connectAgain();
  await client.batch([CREATE, { sql: "INSERT INTO items VALUES (?)", args: [7] }], "write");
  assertEquals(rowsOf(await other.execute(READ)), [{ id: 7 }]);
});
