/** How long a body may be, by default, at every door of the API that takes one. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { rowsOf } from "../sql.ts";
import { answerOf, LOCAL, type OpenApi, openApi } from "../testing/open-api.ts";

const MAX_BYTES = 2 * 1024 * 1024;
const JSON_TYPE = { "Content-Type": "application/json" };

const DOORS = [
  "/workflows/greet/runs",
  "/runs/r/cancel",
  "/runs/r/resume",
  "/runs/r/retry",
  "/events/paid",
  "/tick",
];

const TABLES = ["wrkflw_workflow_runs", "wrkflw_steps", "wrkflw_events"];

/** JSON of so many bytes that is otherwise good. */
function bodyOf(bytes: number): string {
  const frame = JSON.stringify({ inputData: { name: "" } });
  return frame.replace('""', `"${"x".repeat(bytes - frame.length)}"`);
}

async function rowsIn({ client }: OpenApi, table: string): Promise<unknown> {
  const sql = `SELECT count(*) AS rows FROM ${table}`;
  return rowsOf(await client.execute({ sql, args: [] }))[0]?.rows;
}

Deno.test("a body over the default limit is refused at every door, and nothing is stored", async () => {
  await using open = await openApi();
  await open.engine.init();
  const body = bodyOf(MAX_BYTES + 1);
  for (const path of DOORS) {
    const bodies = { announced: body, streamed: new Blob([body]).stream() };
    for (const [name, each] of Object.entries(bodies)) {
      const init = { method: "POST", headers: JSON_TYPE, body: each };
      const response = await open.api.request(path, init, LOCAL);
      const answer = await answerOf(response);
      const found = [answer.status, answer.at("error", "code")];
      assertEquals(found, [413, "PAYLOAD_TOO_LARGE"], `${path}, ${name}`);
    }
  }
  for (const table of TABLES) assertEquals(await rowsIn(open, table), 0, table);
  assertEquals(open.errors, []);
});

Deno.test("a body of just the limit is read, and its value refused by the limit of values", async () => {
  await using open = await openApi();
  await open.engine.init();
  const init = { method: "POST", headers: JSON_TYPE, body: bodyOf(MAX_BYTES) };
  const answer = await answerOf(await open.api.request("/workflows/greet/runs", init, LOCAL));
  assertEquals([answer.status, answer.at("error", "code")], [413, "PAYLOAD_TOO_LARGE"]);
  assertStringIncludes(String(answer.at("error", "message")), "the limit is");
  assertEquals(await rowsIn(open, "wrkflw_workflow_runs"), 0);
});
