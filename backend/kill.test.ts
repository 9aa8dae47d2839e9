/** Real processes, really killed and stopped at random moments; `deno task faults` kills more. */
import { assert, assertEquals } from "@std/assert";
import { killOnFile, killOnServer } from "./testing/kills/kill-rows.ts";
import { sqldAvailable } from "./testing/sqld.ts";

const KILLS_ON_FILE = 120;
const KILLS_ON_SERVER = 80;
const SEED = Number(Deno.env.get("WRKFLW_SEED") ?? 1);

Deno.test("runs of processes that are killed or stopped are finished by another: local file", async () => {
  const result = await killOnFile(KILLS_ON_FILE, SEED);
  assertEquals(result.violations, [], `seed ${SEED}: ${JSON.stringify(result)}`);
  assert(result.takenOver >= KILLS_ON_FILE / 2, JSON.stringify(result));
  assertEquals([result.kills, result.stops], [KILLS_ON_FILE, KILLS_ON_FILE / 10]);
});

Deno.test({
  name: "runs of processes that are killed or stopped are finished by another: libSQL server, killed too",
  ignore: !sqldAvailable(),
  fn: async () => {
    const result = await killOnServer(KILLS_ON_SERVER, SEED);
    assertEquals(result.violations, [], `seed ${SEED}: ${JSON.stringify(result)}`);
    assert(result.takenOver >= KILLS_ON_SERVER / 2, JSON.stringify(result));
    assertEquals([result.kills, result.stops], [KILLS_ON_SERVER, KILLS_ON_SERVER / 10]);
  },
});
