/** A process of `deno task faults`: runs its share of the cases, and prints each row as JSON. */
import type { Order } from "./beside.ts";
import { DEFECTS_TITLE, ROWS, runDefects, runRow } from "./table.ts";

const { titles, every, share }: Order = JSON.parse(Deno.args[0] ?? "{}");
for (const title of titles) {
  const row = ROWS.find((each) => each.title === title);
  if (row === undefined && title !== DEFECTS_TITLE) throw new Error(`No row is called "${title}"`);
  const result = await (row === undefined ? runDefects(share) : runRow(row, every, share));
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(result)}\n`));
}
